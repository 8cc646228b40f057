import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { PeriodCloseEntry } from '#protocols/ledger/v1/entry.ts'
import { FINE_MAX, PARTS_MAX } from '#protocols/ledger/v1/limits.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '../compact-range.ts'
import { leafHash } from '../merkle.ts'
import { type AgreementSlot, isInForce } from './agreement-slots.ts'
import { releaseAll } from './agreements.ts'
import { balanceOf, issuedBooks, post } from './holdings.ts'
import { periodOf } from './period.ts'
import { dividePools } from './pools.ts'
import { forgetPurchases } from './purchases.ts'
import type { Meta } from './records.ts'
import { Refusal, refuse } from './refusal.ts'
import { encodeStatement, type Statement } from './statement.ts'
import type { Run, World } from './world.ts'

const order = (a: Statement, b: Statement): number => {
  if (a.holder !== b.holder) return a.holder < b.holder ? -1 : 1
  return a.asset < b.asset ? -1 : 1
}

/** What the open part has done to each holder that it touched, ascending by holder, then by asset. */
export function openStatements(world: World): Statement[] {
  const { ordinal } = world.meta.value as Meta
  const statements: Statement[] = []
  for (const { asset, holdings } of world.books.values())
    for (const [holder, { value }] of holdings) {
      if (value?.ordinal !== ordinal) continue
      const { opening, amount: closing, count, earned, spent, digest } = value
      statements.push({ holder, asset, opening, closing, count, earned, spent, digest })
    }
  return statements.sort(order)
}

/** RFC 6962 root over the statements' bytes. */
export function statementsRoot(world: World, statements: readonly Statement[]): Uint8Array {
  const { hasher } = world
  const range = statements.reduce(
    (before, statement) => extendRange(hasher, before, leafHash(hasher, encodeStatement(statement))),
    EMPTY_RANGE,
  )
  return rangeRoot(hasher, range)
}

const counted = (sum: bigint): bigint => {
  const most = FINE_MAX
  return sum < most ? sum : most
}

/** What was earned by all holders of each asset; what 64 bits cannot count is written as their largest. */
function totalsOf(statements: readonly Statement[]): (readonly [string, bigint])[] {
  const totals = new Map<string, bigint>()
  for (const { asset, earned } of statements) totals.set(asset, (totals.get(asset) ?? 0n) + earned)
  return [...totals].map(([asset, sum]): [string, bigint] => [asset, counted(sum)]).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The close of the open part, as it must be written at this time. */
export function closeOf(world: World, at: number): { entry: PeriodCloseEntry; statements: Statement[] } {
  const { period, part, from } = world.meta.value as Meta
  const statements = openStatements(world)
  const root = statementsRoot(world, statements)
  const totals = totalsOf(statements)
  const count = statements.length
  return { entry: { kind: 'period-close', at, period, part, from, statements: root, count, totals }, statements }
}

const sameTotals = (a: PeriodCloseEntry['totals'], b: PeriodCloseEntry['totals']): boolean =>
  a.length === b.length && a.every(([asset, fine], i) => asset === b[i]?.[0] && fine === b[i]?.[1])

/** One agreement that cannot be executed must not keep the period from ending: it moves nothing, the others do. */
function unlessRefused(run: Run, work: () => void): void {
  const { state } = run.world
  const [start, count] = [state.here(), run.postings.length]
  try {
    work()
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    state.undo(start)
    run.postings.length = count
  }
}

/** Agreements that count in a period, in the order of their hashes. What an agreed amendment replaced is not among them. */
function inForce(world: World, period: string): AgreementSlot[] {
  const slots = [...world.agreements.values()].filter(
    slot => slot.cell.value !== undefined && isInForce(world, slot, period),
  )
  const replaced = new Set(slots.map(({ compiled }) => compiled.previous).map(hash => hash && toText(hash, 'base16')))
  return slots.filter(({ hex }) => !replaced.has(hex)).sort((a, b) => (a.hex < b.hex ? -1 : 1))
}

/** Moves that agreements make when a part ends: reserves that fall due, guarantees. */
function moveAtEnd(run: Run, closed: string): void {
  const { world } = run
  const { memory, registry } = world
  const { standing, account } = registry
  const ended = run.period !== closed
  for (const { compiled } of inForce(world, closed))
    unlessRefused(run, () => {
      for (const book of issuedBooks(world)) {
        const balance = (holder: string) => balanceOf(book, holder)
        const request = { asset: book.asset, period: closed, memory, ended, balance, standing, account }
        for (const { from, to, party, amount, tag } of world.rules.endPeriod(compiled, request)) {
          post(run, book, from, -amount, tag, party)
          post(run, book, to, amount, tag, party)
        }
      }
    })
  // A month may bring the version of an agreement under which somebody can be paid.
  if (ended) for (const slot of inForce(world, run.period)) unlessRefused(run, () => releaseAll(run, slot))
}

/** Fixes the statements of the open part and begins the next. What the close itself moves counts in the new part. */
export function closePeriod(run: Run, entry: PeriodCloseEntry): void {
  const { world } = run
  const meta = world.meta.value as Meta
  const { entry: due, statements } = closeOf(world, entry.at)
  if (entry.period !== due.period || entry.part !== due.part || entry.from !== due.from)
    refuse('wrong-period', `the open part is ${due.period} number ${due.part}, from entry ${due.from}`)
  if (!equals(entry.statements, due.statements) || entry.count !== due.count || !sameTotals(entry.totals, due.totals))
    refuse('wrong-statements', 'the statements in this close are not what the entries before it come to')
  const period = periodOf(entry.at)
  const part = period === meta.period ? meta.part + 1 : 0
  // The last number is kept for the end of the month, which must always come.
  if (part > PARTS_MAX) refuse('wrong-period', `${period} was closed ${PARTS_MAX} times; the next close is at its end`)
  world.state.set(world.meta, { ...meta, period, part, ordinal: meta.ordinal + 1, from: run.index + 1 })
  run.statements = statements
  const next = { ...run, period }
  // Only the month's own end divides: whoever may close a part early must not choose whose uses find a fee.
  if (period !== meta.period) {
    dividePools(next)
    forgetPurchases(world, meta.period)
  }
  moveAtEnd(next, meta.period)
}
