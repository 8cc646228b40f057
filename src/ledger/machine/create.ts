import { ok, type Result } from '#protocols/codec/result.ts'
import type { RuleFault } from '../rule-fault.ts'
import { attempt, newRun } from './attempt.ts'
import { checkTime, execute } from './execute.ts'
import { sweep } from './gone.ts'
import { checkBalanced } from './holdings.ts'
import { HEAD } from './keys.ts'
import { load } from './load.ts'
import type { Applied, Machine, MachineInit, ReadEntry } from './machine.ts'
import { makeWorld } from './make-world.ts'
import { closeOf } from './periods.ts'
import { createProposals } from './proposals.ts'
import type { Head, Meta } from './records.ts'
import { createValueViews } from './value-views.ts'
import { createViews } from './views.ts'
import type { World } from './world.ts'

/** One value outside the map: entries applied. Journalled with the marks that it was taken at. */
interface Counter {
  size: number
}

function applyEntry(world: World, counter: Counter, read: ReadEntry): Applied {
  const { entry } = read
  const run = newRun(world, counter.size, entry.at, read.leaf)
  checkTime(world, entry.kind, entry.at)
  execute(run, entry, read.order)
  checkBalanced(run)
  if (entry.kind !== 'commit') {
    const { committed, epoch } = world.head.value as Head
    world.state.set(world.head, { committed, epoch, lastAt: entry.at })
  }
  return { index: run.index, postings: run.postings, lines: run.lines, statements: run.statements }
}

function machineOver(world: World, start: number): Machine {
  const counter: Counter = { size: start }
  /** Sizes at the marks that may still be rolled back to. */
  const sizes = new Map<number, number>()
  const head = () => world.head.value as Head
  const meta = () => world.meta.value as Meta | undefined
  const { state } = world
  return {
    get size() {
      return counter.size
    },
    get lastAt() {
      return head().lastAt
    },
    get period() {
      return meta()?.period ?? ''
    },
    get part() {
      return meta()?.part ?? 0
    },
    get committed() {
      return head().committed
    },
    get epoch() {
      return head().epoch
    },
    stateRoot: () => state.root(),
    apply(read) {
      const applied = attempt(world, () => applyEntry(world, counter, read))
      if (applied.ok) counter.size++
      state.done()
      return applied
    },
    mark() {
      const mark = state.mark()
      sizes.set(mark, counter.size)
      return mark
    },
    rollback(mark) {
      const size = sizes.get(mark)
      if (size === undefined) throw new RangeError('this mark was settled or never taken')
      state.rollback(mark)
      counter.size = size
      for (const later of sizes.keys()) if (later > mark) sizes.delete(later)
    },
    settle() {
      sizes.clear()
      state.settle()
      sweep(world)
    },
    ...createProposals(world, () => counter.size),
    periodClose: at => closeOf(world, at).entry,
    commit: (at, epoch) => {
      const { committed: previous } = head()
      return { kind: 'commit', at, previous, stateRoot: state.root(), rules: world.rules.hash, epoch }
    },
    ...createViews(world),
    ...createValueViews(world),
    snapshot: () => state.entries().map(({ key, value }) => [key, value] as const),
    prove: key => (key === HEAD ? null : state.prove(key)),
  }
}

/** A log before its first entry. */
export const createMachine = (init: MachineInit): Machine => machineOver(makeWorld(init), 0)

/**
 * A log after `size` entries, from what `snapshot` of another machine gave. Whether that snapshot is true is the caller's
 * to check: its root is the one that the commit leaf at `size` - 1 records. Codes: bad-snapshot, and those of the rules for
 * an agreement's terms.
 */
export function restoreMachine(
  init: MachineInit,
  size: number,
  snapshot: Iterable<readonly [key: string, value: Uint8Array]>,
): Result<Machine, RuleFault> {
  const world = makeWorld(init)
  const loaded = attempt(world, () => load(world, snapshot))
  if (!loaded.ok) return loaded
  world.state.done()
  return ok(machineOver(world, size))
}

/** A successor before its genesis: the state of its predecessor, and a log of its own. */
export function createSuccessor(
  init: MachineInit,
  snapshot: Iterable<readonly [key: string, value: Uint8Array]>,
): Result<Machine, RuleFault> {
  const world = makeWorld(init)
  const loaded = attempt(world, () => {
    load(world, snapshot)
    world.state.set(world.head, { ...(world.head.value as Head), committed: 0 })
  })
  if (!loaded.ok) return loaded
  world.state.done()
  return ok(machineOver(world, 0))
}
