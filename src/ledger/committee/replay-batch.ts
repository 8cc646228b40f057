import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { InvalidTransitionEvidence } from '#protocols/ledger/v1/evidence.ts'
import { createMachine, createSuccessor, restoreMachine } from '../machine/create.ts'
import { HEAD } from '../machine/keys.ts'
import type { Machine, MachineInit } from '../machine/machine.ts'
import { readEntry } from '../machine/read-entry.ts'
import type { RuleFault } from '../rule-fault.ts'
import type { EvidencePorts } from './evidence-types.ts'

/** The first entry of a batch that is not valid, and why. */
export interface Invalid {
  readonly index: number
  readonly fault: RuleFault
}

type Batch = Pick<InvalidTransitionEvidence, 'community' | 'from' | 'entries' | 'snapshot'>

/** Faults that tell of this program rather than of the log: they convict nobody. */
const FOREIGN: ReadonlySet<string> = new Set(['wrong-rules', 'wrong-network'])

/**
 * The state under a genesis: none, or the one that it names as its predecessor's. What stands beside the map has no root
 * that an accuser could be held to, so a successor is executed without it.
 */
function stateBefore(init: MachineInit, genesis: Uint8Array, state: [string, Uint8Array][]): Result<Machine, string> {
  const first = readEntry(init.hasher, init.community, genesis)
  const before = first.ok && first.value.entry.kind === 'genesis' ? first.value.entry.predecessor : null
  if (before === null)
    return state.length === 0 ? ok(createMachine(init)) : err('a state is shown under a log that begins without one')
  const machine = createSuccessor(
    init,
    state.filter(([key]) => key !== HEAD),
  )
  if (!machine.ok) return err(machine.error.message)
  return equals(machine.value.stateRoot(), before.stateRoot)
    ? machine
    : err('the state shown is not the one that the genesis names')
}

/** The state that the batch stands on, checked against the commit at `from`, or against the genesis. */
function stateUnder(init: MachineInit, { from, entries, snapshot }: Batch): Result<Machine, string> {
  const state = snapshot.map(([key, value]): [string, Uint8Array] => [key, value])
  const first = entries[0] ?? new Uint8Array(0)
  if (from === 0) return stateBefore(init, first, state)
  const base = readEntry(init.hasher, init.community, first)
  if (!base.ok || base.value.entry.kind !== 'commit') return err('the batch does not stand on a commit')
  const { stateRoot, rules, epoch, at } = base.value.entry
  if (!equals(rules, init.rules.hash))
    return err(`the batch divides by rules ${toText(rules, 'base16')}, which are not known here`)
  const machine = restoreMachine(init, from + 1, state)
  if (!machine.ok) return err(machine.error.message)
  const { committed, lastAt, epoch: known } = machine.value
  return equals(machine.value.stateRoot(), stateRoot) && committed === from + 1 && lastAt === at && known === epoch
    ? machine
    : err('the state shown is not the one that the commit before the batch names')
}

/** Executes one entry as an auditor does: form, signatures, then the rules. */
function executeOne({ hasher, verifier }: EvidencePorts, machine: Machine, init: MachineInit, bytes: Uint8Array) {
  const read = readEntry(hasher, init.community, bytes)
  if (!read.ok) return read
  for (const { publicKey, message, signature } of read.value.checks)
    if (!verifier.verify(publicKey, message, signature))
      return err<RuleFault>({ code: 'bad-signature', message: 'a signature in it does not verify' })
  return machine.apply(read.value)
}

/** Executes a batch again: the first entry that is not valid, null when all are, or why it cannot be told. */
export function replayBatch(ports: EvidencePorts, batch: Batch): Result<Invalid | null, string> {
  const init: MachineInit = { hasher: ports.hasher, rules: ports.rules, community: batch.community }
  const machine = stateUnder(init, batch)
  if (!machine.ok) return machine
  const first = batch.from === 0 ? 0 : 1
  for (const [offset, bytes] of batch.entries.entries()) {
    if (offset < first) continue
    const done = executeOne(ports, machine.value, init, bytes)
    if (done.ok) continue
    return FOREIGN.has(done.error.code)
      ? err(`it cannot be executed here: ${done.error.message}`)
      : ok({ index: batch.from + offset, fault: done.error })
  }
  if (machine.value.committed === machine.value.size) return ok(null)
  const message = 'the head does not end with a commit'
  return ok({ index: machine.value.size, fault: { code: 'empty-commit', message } })
}
