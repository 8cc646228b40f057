import { equals } from 'uint8arrays/equals'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import type { CommitEntry, GenesisEntry } from '#protocols/ledger/v1/entry.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { periodOf } from './period.ts'
import type { Head } from './records.ts'
import { refuse } from './refusal.ts'
import type { Run, World } from './world.ts'

/** Leaf 0. A successor stands on the state that its predecessor was closed with, which must be here already. */
export function begin(run: Run, entry: GenesisEntry): void {
  const { world } = run
  if (run.index !== 0) refuse('bad-genesis', 'a log begins once')
  if (entry.network !== NETWORK) refuse('wrong-network', `this log is of the network ${entry.network}`)
  if (!equals(entry.community, world.community)) refuse('wrong-community', 'this log belongs to another community')
  checkRules(world, entry.rules)
  const before = world.meta.value
  const { predecessor, generation } = entry
  if (predecessor === null) {
    if (before !== undefined || generation !== 1) refuse('bad-genesis', 'a log that follows another must name it')
    const period = periodOf(run.at)
    world.state.set(world.meta, { generation: 1, period, part: 0, ordinal: 0, from: 0 })
    return
  }
  if (before === undefined || generation !== before.generation + 1)
    refuse('bad-genesis', 'a successor begins with the state of the generation before it')
  if (predecessor.origin !== originOf(world.community, before.generation))
    refuse('bad-genesis', 'the log that it names as its predecessor is another one')
  if (!equals(predecessor.stateRoot, world.state.root()))
    refuse('wrong-state-root', 'the state that it begins with is not the one that its predecessor ended with')
  world.state.set(world.meta, { ...before, generation, from: 0 })
}

function checkRules(world: World, rules: Uint8Array): void {
  if (!equals(rules, world.rules.hash))
    refuse('wrong-rules', 'the log divides by other rules than are known here; update this program')
}

/**
 * A commit may follow a commit directly when at least so much time lies between them, ms: it renews a head that missed its
 * quorum. Twice a seat's tolerance, so that the head before it is surely too old to be cosigned.
 */
export const RENEWAL_MS = 10_000

/** Whether a commit at `at` has anything to say: entries since the commit before, or that one is old enough to renew. */
const mayFollow = (head: Head, index: number, at: number): boolean =>
  index > head.committed || (head.committed > 0 && at - head.lastAt >= RENEWAL_MS)

/** Last leaf of a batch: says what state everything before it led to. */
export function commit(run: Run, entry: CommitEntry): void {
  const { world } = run
  const head = world.head.value as Head
  if (entry.previous !== head.committed)
    refuse('wrong-previous', `the commit before this one was at size ${head.committed}`)
  if (!mayFollow(head, run.index, entry.at))
    refuse('empty-commit', `a commit needs an entry before it, or ${RENEWAL_MS / 1_000} s since the last commit`)
  checkRules(world, entry.rules)
  if (entry.epoch < head.epoch) refuse('wrong-epoch', `a commit of epoch ${head.epoch} came before`)
  if (!equals(entry.stateRoot, world.state.root()))
    refuse('wrong-state-root', 'executing the entries leads to another state than the commit records')
  world.state.set(world.head, { committed: run.index + 1, lastAt: entry.at, epoch: entry.epoch })
}
