import type { CrossingStep } from '#node/ports/crossing.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import type { OpenLog } from './open-log.ts'
import type { Job } from './orders.ts'

/** Whether every signature that an entry stands on verifies. */
function isSigned(log: OpenLog, entry: Entry): boolean {
  const read = readEntry(log.hasher, log.community, encodeEntry(entry))
  if (!read.ok) return false
  return read.value.checks.every(check => log.verifier.verify(check.publicKey, check.message, check.signature))
}

const FORGED: Result<never, RuleFault> = err({
  code: 'bad-signature',
  message: 'a signature in what the other community sent does not verify',
})

const signed = (log: OpenLog, entry: Result<Entry, RuleFault>): Result<Entry, RuleFault> =>
  !entry.ok || isSigned(log, entry.value) ? entry : FORGED

const sizeOf = (leaf: Uint8Array, hashes: readonly Uint8Array[]): number => leaf.length + 32 * hashes.length

function takeJob(log: OpenLog, step: Extract<CrossingStep, { step: 'take' }>): Job {
  const { source, sequence, leaf, path } = step
  return {
    id: null,
    bytes: sizeOf(leaf, path),
    known: () => log.crossings.find('in', source, sequence)?.index ?? null,
    become(at) {
      const entry = log.machine.transferIn(step, at, step.refusal)
      // The source's log holds it all the same: it is answered with a refusal, so that the money returns.
      return !entry.ok || isSigned(log, entry.value) ? entry : log.machine.transferIn(step, at, 'bad-signature')
    },
  }
}

function endJob(log: OpenLog, step: Extract<CrossingStep, { step: 'end' }>): Job {
  const { next, sequence, leaf, path } = step
  return {
    id: null,
    bytes: sizeOf(leaf, path),
    known: () => log.crossings.find('out', next, sequence)?.ended ?? null,
    become: at => signed(log, log.machine.transferEnd(step, at)),
  }
}

/** What another log proves, as it waits for its turn among the orders. */
export function crossJob(log: OpenLog, step: CrossingStep): Job {
  const { machine, hasher } = log
  switch (step.step) {
    case 'take':
      return takeJob(log, step)
    case 'end':
      return endJob(log, step)
    case 'head': {
      const bytes = step.note.length + sizeOf(step.commit, [...step.path, ...step.consistency])
      return { id: null, bytes, become: at => signed(log, machine.head(step, at)) }
    }
    // Both are executed once, by what they say: their hash stands beside the orders'.
    case 'settle': {
      const { note } = step
      return { id: hasher.sha256(note), bytes: note.length, become: at => signed(log, machine.settlement(note, at)) }
    }
    case 'net': {
      const { document } = step
      return {
        id: hasher.sha256(document),
        bytes: document.length,
        become: at => signed(log, machine.netting(document, at)),
      }
    }
  }
}
