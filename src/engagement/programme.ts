interface Times {
  readonly startsAt: number
  readonly endsAt: number
  readonly cancelled: boolean
}

export type Phase = 'cancelled' | 'before' | 'on' | 'over'

/** Where an event stands at a moment, ms. */
export function phaseOf({ startsAt, endsAt, cancelled }: Times, nowMs: number): Phase {
  if (cancelled) return 'cancelled'
  if (nowMs < startsAt) return 'before'
  return nowMs < endsAt ? 'on' : 'over'
}

/** Index of what is on; -1 before the first item. Of items at one time the last is on. */
export const onNow = (programme: readonly { readonly at: number }[], nowMs: number): number =>
  programme.findLastIndex(({ at }) => at <= nowMs)

/** Parts of a span, for a countdown. */
export function partsOf(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  }
}

/** Position in a recording as a whole, ms, when its track `index` plays at `positionMs`. */
export const positionIn = (durationsMs: readonly number[], index: number, positionMs: number): number =>
  durationsMs.slice(0, index).reduce((sum, ms) => sum + ms, 0) + positionMs

/** What had been said when the recording was at this position. Messages ascend in time; those before the start are shown at once. */
export const saidBy = <M extends { readonly at: number }>(
  messages: readonly M[],
  startsAt: number,
  positionMs: number,
): M[] => messages.filter(({ at }) => at <= startsAt + positionMs)
