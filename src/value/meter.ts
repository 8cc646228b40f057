import { smaller } from '#src/kernel/smaller.ts'

/** What a listener agreed to before play. Amounts are minor units. */
export interface MeterTerms {
  /** For 30 seconds of playing; 0 plays free. */
  readonly price: bigint
  /** The most that this session may cost: the deposit of its channel, or less. */
  readonly cap: bigint
  /** Playing time between two vouchers, ms. Changes how often is signed, never what is due. */
  readonly everyMs: number
}

/** The time that a price is for, ms. */
export const PRICE_MS = 30_000
/** A longer step forward is no playing: the device slept, or jumped without saying so. Browsers slow timers to once a minute. */
export const STEP_MS_MAX = 90_000

export interface Meter {
  readonly terms: MeterTerms
  readonly phase: 'playing' | 'paused' | 'stopped'
  /** Where the player was last seen in the recording, ms; null before it starts and after a jump. */
  readonly positionMs: number | null
  /** Playing time of this recording that counts, ms. */
  readonly playedMs: number
  /** Playing time at the last voucher, ms. */
  readonly signedMs: number
  /** What recordings before this one came to. */
  readonly before: bigint
  /** What the last voucher said. */
  readonly signed: bigint
}

/** What happened to the player. Positions are ms within the recording, as the player says them. */
export type MeterEvent =
  | { readonly on: 'play' | 'tick' | 'pause' | 'seek'; readonly positionMs: number }
  /** Another recording begins: what this one came to is fixed. */
  | { readonly on: 'next' }
  /** The listener ends the session. */
  | { readonly on: 'stop' }

export interface Metered {
  readonly meter: Meter
  /** Cumulative amount of the voucher to sign now; null when none is due. */
  readonly sign: bigint | null
}

export const startMeter = (terms: MeterTerms): Meter => ({
  terms,
  phase: 'paused',
  positionMs: null,
  playedMs: 0,
  signedMs: 0,
  before: 0n,
  signed: 0n,
})

/** What this much playing of one recording costs: in proportion, rounded down. */
export const costOf = (price: bigint, playedMs: number): bigint =>
  (price * BigInt(Math.floor(playedMs))) / BigInt(PRICE_MS)

/** What the session comes to so far; never above its cap. */
export function dueOf({ terms, before, playedMs }: Meter): bigint {
  return smaller(before + costOf(terms.price, playedMs), terms.cap)
}

/** Whether the next moment of playing would have to be paid beyond the cap. A free recording never stops. */
export const reachedCap = (meter: Meter): boolean => meter.terms.price > 0n && dueOf(meter) >= meter.terms.cap

/** Playing time until the next voucher or the cap, whichever is first, ms; null when nothing is coming. */
export function nextDueMs({ terms, phase, playedMs, signedMs, before }: Meter): number | null {
  if (phase !== 'playing' || terms.price === 0n) return null
  const left = terms.cap - before
  // The first millisecond at which what is left is used up, as `costOf` rounds.
  const lastMs = left <= 0n ? 0 : Number((left * BigInt(PRICE_MS) + terms.price - 1n) / terms.price)
  return Math.max(0, Math.min(signedMs + terms.everyMs, lastMs) - playedMs)
}

function advance(meter: Meter, positionMs: number): Meter {
  const step = meter.phase === 'playing' && meter.positionMs !== null ? positionMs - meter.positionMs : 0
  const counts = step > 0 && step <= STEP_MS_MAX ? step : 0
  return { ...meter, positionMs, playedMs: meter.playedMs + counts }
}

/** Signs for what is due when `now` asks for it, or when it has been long enough. */
function withVoucher(meter: Meter, now: boolean): Metered {
  const due = dueOf(meter)
  if (due <= meter.signed || !(now || meter.playedMs - meter.signedMs >= meter.terms.everyMs))
    return { meter, sign: null }
  return { meter: { ...meter, signed: due, signedMs: meter.playedMs }, sign: due }
}

function step(meter: Meter, event: MeterEvent): Metered {
  if (event.on === 'stop') return withVoucher({ ...meter, phase: 'stopped' }, true)
  if (event.on === 'next') {
    const done = withVoucher(meter, true)
    const fixed = { ...done.meter, before: dueOf(meter), playedMs: 0, signedMs: 0, positionMs: null }
    return { meter: fixed, sign: done.sign }
  }
  if (event.on === 'play' && meter.phase === 'paused')
    return { meter: { ...meter, phase: 'playing', positionMs: event.positionMs }, sign: null }
  if (event.on === 'seek') return { meter: { ...meter, positionMs: event.positionMs }, sign: null }
  const moved = advance(meter, event.positionMs)
  const { phase } = moved
  return withVoucher({ ...moved, phase: event.on === 'pause' && phase === 'playing' ? 'paused' : phase }, false)
}

/**
 * A pay-per-stream session: what was heard, what it costs, which voucher to sign next. Counts how far the player moved through
 * the recording, so that waiting, pausing and jumping cost nothing. At the cap it signs the last voucher and is `stopped`, and the
 * player must stop with it. Time is only what events say: no clock.
 */
export function meterStep(meter: Meter, event: MeterEvent): Metered {
  if (meter.phase === 'stopped') return { meter, sign: null }
  const done = step(meter, event)
  if (done.meter.phase !== 'stopped' && reachedCap(done.meter)) {
    const last = withVoucher({ ...done.meter, phase: 'stopped' }, true)
    return { meter: last.meter, sign: last.sign ?? done.sign }
  }
  return done
}

/** What a stage holds of one session: the newest voucher or order, by what it comes to in all. */
export interface HeldVoucher {
  readonly cumulative: bigint
  /** SHA-256 of what was signed, in hex. */
  readonly id: string
}

export type VoucherVerdict =
  | { readonly kind: 'accept' | 'same' }
  | { readonly kind: 'refuse'; readonly code: 'stale-voucher' | 'over-cap' | 'zero-amount'; readonly message: string }

/** Whether a stage takes a voucher in place of the one it holds. `cap`: the channel's deposit, or what the payer can pay. */
export function weighVoucher(
  held: HeldVoucher | null,
  next: HeldVoucher,
  { spent, cap }: { readonly spent: bigint; readonly cap: bigint },
): VoucherVerdict {
  if (held !== null && held.id === next.id) return { kind: 'same' }
  if (next.cumulative === 0n)
    return { kind: 'refuse', code: 'zero-amount', message: 'the amount must be more than nothing' }
  if (next.cumulative > cap)
    return { kind: 'refuse', code: 'over-cap', message: 'this is more than was set aside for the session' }
  if (next.cumulative <= spent || (held !== null && next.cumulative <= held.cumulative))
    return { kind: 'refuse', code: 'stale-voucher', message: 'a newer voucher of this session was taken already' }
  return { kind: 'accept' }
}
