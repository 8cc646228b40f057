import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry, StreamEntry, Voucher } from '#protocols/ledger/v1/entry.ts'
import { ENTRY_KIND_OF_ORDER } from '#protocols/ledger/v1/orders.ts'
import type { RuleFault } from '../rule-fault.ts'
import { checkOrderTime, checkTime, execute, executeOrder } from './execute.ts'
import { checkBalanced } from './holdings.ts'
import { HEAD } from './keys.ts'
import { load } from './load.ts'
import type { Applied, Machine, MachineInit, ReadEntry } from './machine.ts'
import { makeWorld } from './make-world.ts'
import { closeOf } from './periods.ts'
import { readOrder } from './read-entry.ts'
import { pay, splitOf, takeVoucher } from './receipts.ts'
import type { Head, Meta } from './records.ts'
import { Refusal } from './refusal.ts'
import { createViews } from './views.ts'
import type { Run, World } from './world.ts'

const NO_LEAF = new Uint8Array(32)

/** One value outside the map: entries applied. Journalled with the marks that it was taken at. */
interface Counter {
  size: number
}

const newRun = (world: World, index: number, at: number, leaf: Uint8Array): Run => ({
  world,
  index,
  at,
  period: (world.meta.value as Meta | undefined)?.period ?? '',
  leaf,
  postings: [],
  lines: [],
  statements: [],
})

/** Runs to the end, or undoes everything and answers why not. What is no refusal is a defect, and keeps flying. */
function attempt<T>(world: World, work: () => T): Result<T, RuleFault> {
  const start = world.state.here()
  try {
    return ok(work())
  } catch (cause) {
    world.state.undo(start)
    if (cause instanceof Refusal) return err(cause.fault)
    throw cause
  }
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

/** Executes for the answer alone. */
function tried<T>(world: World, work: () => T): Result<T, RuleFault> {
  const start = world.state.here()
  const answer = attempt(world, work)
  world.state.undo(start)
  return answer
}

function orderEntry(world: World, index: number, envelope: Envelope, at: number): Entry {
  const read = readOrder(world.community, envelope)
  if (!read.ok) throw new Refusal(read.error.code, read.error.message)
  const { order } = read.value
  const kind = ENTRY_KIND_OF_ORDER[order.type]
  checkTime(world, kind, at)
  checkOrderTime(read.value, at)
  const run = newRun(world, index, at, NO_LEAF)
  if (order.type === 'value/tip') {
    const agreement = pay(run, read.value, order, null, null).slice()
    checkBalanced(run)
    return { kind: 'receipt', at, agreement, split: splitOf(run, run.lines), order: envelope.bytes }
  }
  executeOrder(run, read.value)
  checkBalanced(run)
  return { kind, at, order: envelope.bytes } as Entry
}

function voucherEntry(world: World, index: number, voucher: Voucher, signature: Uint8Array, at: number): StreamEntry {
  checkTime(world, 'stream', at)
  const run = newRun(world, index, at, NO_LEAF)
  takeVoucher(run, voucher, null)
  checkBalanced(run)
  const { channel, cumulative, use, recording, agreement, reference } = voucher
  const split = splitOf(run, run.lines)
  return { kind: 'stream', at, channel, cumulative, use, recording, agreement, reference, split, signature }
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
    },
    fromOrder: (envelope, at) => tried(world, () => orderEntry(world, counter.size, envelope, at)),
    fromVoucher: (voucher, signature, at) =>
      tried(world, () => voucherEntry(world, counter.size, voucher, signature, at)),
    periodClose: at => closeOf(world, at).entry,
    commit: (at, epoch) => {
      const { committed: previous } = head()
      return { kind: 'commit', at, previous, stateRoot: state.root(), rules: world.rules.hash, epoch }
    },
    ...createViews(world),
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
