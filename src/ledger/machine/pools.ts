import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import type { DivisionLine, Fine, PoolUse } from '../rules.ts'
import { type AgreementSlot, slotOf } from './agreement-slots.ts'
import { divide } from './division.ts'
import { type Book, bookOf, post, postLines } from './holdings.ts'
import { paidKey, poolHolder, useKey } from './keys.ts'
import { Refusal, refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { countCodec, fits } from './values.ts'
import type { Run, World } from './world.ts'

export type PoolKind = 'user-centric' | 'pro-rata'

/** One pool of one asset: what payers put in and what they used since it was last divided. */
export interface Pool {
  readonly kind: PoolKind
  readonly asset: string
  /** By payer, in hex. */
  readonly paid: Map<string, Cell<bigint>>
  /** By `payer/agreement`, in hex. */
  readonly uses: Map<string, Cell<bigint>>
}

export function poolOf(world: World, kind: PoolKind, asset: string): Pool {
  const key = `${kind}/${asset}`
  let pool = world.pools.get(key)
  if (pool === undefined) {
    pool = { kind, asset, paid: new Map(), uses: new Map() }
    world.pools.set(key, pool)
  }
  return pool
}

export function paidCell(world: World, pool: Pool, payer: string): Cell<bigint> {
  let cell = pool.paid.get(payer)
  if (cell === undefined) {
    cell = world.state.cell(paidKey(pool.kind, pool.asset, payer), countCodec)
    pool.paid.set(payer, cell)
  }
  return cell
}

export function useCell(world: World, pool: Pool, payer: string, agreement: string): Cell<bigint> {
  const key = `${payer}/${agreement}`
  let cell = pool.uses.get(key)
  if (cell === undefined) {
    cell = world.state.cell(useKey(pool.kind, pool.asset, payer, agreement), countCodec)
    pool.uses.set(key, cell)
  }
  return cell
}

function grow(world: World, cell: Cell<bigint>, by: Fine): void {
  const sum = (cell.value ?? 0n) + by
  if (!fits(sum))
    refuse('amount-overflow', 'what this payer put into the pool or used of it is more than can be counted')
  world.state.set(cell, sum)
}

/** A subscriber's fee goes into the pool; it is divided when the month ends. */
export function payIn(run: Run, kind: PoolKind, book: Book, payer: Uint8Array, amount: Fine): void {
  const cell = paidCell(run.world, poolOf(run.world, kind, book.asset), toText(payer, 'base16'))
  post(run, book, poolHolder(kind), amount, 'channel-open', '')
  grow(run.world, cell, amount)
}

/** A voucher on a pool moves no money: it says what a share of the fee is for, and never for more than the fee. */
export function recordUse(
  world: World,
  kind: PoolKind,
  book: Book,
  payer: Uint8Array,
  agreement: AgreementSlot,
  weight: Fine,
): void {
  const cell = useCell(world, poolOf(world, kind, book.asset), toText(payer, 'base16'), agreement.hex)
  grow(world, cell, weight)
}

const present = (cells: ReadonlyMap<string, Cell<bigint>>): [string, bigint][] =>
  [...cells]
    .filter(([, cell]) => cell.value !== undefined)
    .map(([key, cell]): [string, bigint] => [key, cell.value as bigint])
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))

/** An agreement that cannot be executed must not keep the period from ending: its part waits under its own name. */
function linesOf(run: Run, slot: AgreementSlot, book: Book, amount: Fine): readonly DivisionLine[] {
  const { state } = run.world
  const start = state.here()
  try {
    return divide(run, slot, book, amount, 'stream')
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    state.undo(start)
    return [{ holder: poolHolder(slot.hex), amount, party: '', tag: 'undivided' }]
  }
}

function dividePool(run: Run, pool: Pool): void {
  const { world } = run
  const uses = present(pool.uses).map(([key, weight]): PoolUse => {
    const [payer = '', agreement = ''] = key.split('/')
    return { payer, agreement: fromString(agreement, 'base16'), weight }
  })
  if (uses.length === 0) return
  const paid = new Map(present(pool.paid))
  const book = bookOf(world, pool.asset)
  const parts = world.rules.dividePool(pool.kind, paid, uses)
  for (const { agreement, amount } of parts) {
    post(run, book, poolHolder(pool.kind), -amount, 'pool', '')
    postLines(run, book, linesOf(run, slotOf(world, agreement), book, amount))
  }
  // A fee that no use claims waits in the pool for the next part: of somebody who used nothing, or, where all fees are
  // one, when nobody who paid did.
  const claimed = new Set(uses.map(({ payer }) => payer))
  const gone = (payer: string) => (pool.kind === 'pro-rata' ? parts.length > 0 : claimed.has(payer))
  for (const [payer, cell] of pool.paid) if (cell.value !== undefined && gone(payer)) world.state.set(cell, undefined)
  for (const cell of pool.uses.values()) if (cell.value !== undefined) world.state.set(cell, undefined)
}

/** At the end of a month. */
export function dividePools(run: Run): void {
  for (const [, pool] of [...run.world.pools].sort(([a], [b]) => (a < b ? -1 : 1))) dividePool(run, pool)
}
