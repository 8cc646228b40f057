import { TIME_MS_MAX } from '#protocols/codec/shape.ts'
import { formatUnits } from '#src/kernel/money.ts'

/** What a community accepts from another: its `line/` record. */
export interface CreditLine {
  readonly code: string
  readonly scale: number
  /** Minor units; 0 closes the line. */
  readonly limit: bigint
  /** Ten-thousandths kept of what comes in. */
  readonly haircut: number
  /** Ms; nothing comes in over the line later. */
  readonly expiry: number
}

/** How a line is used, as the community that granted it sees it. Fine units. */
export interface LineUse {
  /** Balance of `peer:<community>` here: above zero we owe them, below zero they owe us. */
  readonly position: bigint
  /** Promised in quotes that have not expired. */
  readonly reserved: bigint
  readonly frozen: boolean
}

export type LineCode = 'no-line' | 'line-closed' | 'line-expired' | 'line-frozen' | 'over-limit'

const FINE_SCALE = 9

/** Fine units in one minor unit of an asset of this scale. */
export const fineUnit = (scale: number): bigint => 10n ** BigInt(FINE_SCALE - scale)

/** What they owe us now, never below zero. */
export const owedToUs = (position: bigint): bigint => (position < 0n ? -position : 0n)

/**
 * The most that can be lost with a line: all that may be owed over it. What is owed already stays owed when a limit is lowered,
 * so it is the larger of the two. Fine units.
 */
export function largestLoss(line: CreditLine | null, use: LineUse, now: number): bigint {
  const owed = owedToUs(use.position)
  const open = line !== null && !use.frozen && now <= line.expiry
  const limit = open ? line.limit * fineUnit(line.scale) : 0n
  return limit > owed ? limit : owed
}

/** What may still come in over the line: the limit less what is owed and promised; what we owe them makes room. Fine units. */
export function headroom(line: CreditLine | null, use: LineUse, now: number): bigint {
  if (line === null || use.frozen || now > line.expiry || line.limit === 0n) return 0n
  const room = line.limit * fineUnit(line.scale) + use.position - use.reserved
  return room > 0n ? room : 0n
}

/**
 * How much of what is on its way to a neighbour a community may give up on by itself, fine units: what its own line for that
 * neighbour allows, less what the neighbour owes already, less `given`: all that was given up toward it and whose delivery was
 * proven late, or may be yet. So the line's limit is the largest loss in this way, too; beyond it people decide.
 */
export function roomToGiveUp(
  line: CreditLine | null,
  use: Pick<LineUse, 'position' | 'frozen'>,
  given: bigint,
  now: number,
): bigint {
  if (line === null || use.frozen || now > line.expiry) return 0n
  const room = line.limit * fineUnit(line.scale) - owedToUs(use.position) - given
  return room > 0n ? room : 0n
}

/** A community that a payment would be handed to next. */
export interface NextHop {
  /** It is whoever shall be paid: what it says of its own log is all that is asked. */
  readonly destination: boolean
  /** Seats of others certify its log; then what it says of the hops after it was executed by others, too. */
  readonly certified: boolean
  /** This community's own line for it, in the asset of the payment. */
  readonly line: (Pick<CreditLine, 'limit' | 'expiry'> & { readonly alone: boolean }) | null
}

/**
 * Whether a payment may go over that community. One in between that stands alone could claim a delivery that never was, and be
 * owed for it; so it must be one that this community trusts alone, by a line that is open and says so.
 */
export function isPassable({ destination, certified, line }: NextHop, now: number): boolean {
  if (destination || certified) return true
  return line?.alone === true && line.limit > 0n && now <= line.expiry
}

/** Why an amount may not come in over a line at `now`; null when it may. `amount` is gross, in fine units. */
export function refusedByLine(line: CreditLine | null, use: LineUse, amount: bigint, now: number): LineCode | null {
  if (line === null) return 'no-line'
  if (use.frozen) return 'line-frozen'
  if (line.limit === 0n) return 'line-closed'
  if (now > line.expiry) return 'line-expired'
  return amount <= headroom(line, use, now) ? null : 'over-limit'
}

const money = (fine: bigint, { code, scale }: { code: string; scale: number }): string => {
  const unit = fineUnit(scale)
  // Rounded up: a possible loss is not shown as less than it is.
  return `${formatUnits((fine + unit - 1n) / unit, scale)} ${code}`
}

const day = (ms: number): string => new Date(Math.min(ms, TIME_MS_MAX)).toISOString().split('T')[0] ?? ''

/** A line in words for the people who answer for it: what could be lost, what is owed, until when. `name` is the other community. */
export function lineInWords(name: string, line: CreditLine, use: LineUse, now: number): string {
  const loss = `You could lose at most ${money(largestLoss(line, use, now), line)} with ${name}`
  const owed = owedToUs(use.position)
  const owing = owed > 0n ? `; ${money(owed, line)} of it is owed already` : ''
  if (use.frozen) return `${loss}${owing}. The line is frozen: nothing more comes in over it.`
  if (line.limit === 0n) return `${loss}${owing}. The line is closed: nothing more comes in over it.`
  if (now > line.expiry) return `${loss}${owing}. The line ended on ${day(line.expiry)}: nothing more comes in over it.`
  return `${loss}${owing}. The line ends on ${day(line.expiry)}.`
}

/** Why something may not come in, as the person who wanted to pay reads it. */
export const LINE_WORDS: Readonly<Record<LineCode, string>> = {
  'no-line':
    'that community accepts no credit of this one; ask the two to open a line, or pay through another community',
  'line-closed': 'that community has closed its line for this one; nothing was moved',
  'line-expired': 'the credit line has expired and has to be renewed; nothing was moved',
  'line-frozen': 'the two communities have a dispute to settle first; nothing was moved',
  'over-limit':
    'this is more than that community still accepts on credit; nothing was moved: send less, or try after they settled',
}
