import { ApiError } from '#web/kit/mod.ts'

/**
 * What waits when the stage cannot be reached: words, which mean the same an hour later. Orders and vouchers never do. Money that
 * moves later than it was sent may meet another balance, another price or a payment made meanwhile by another way, and its sender
 * should see the promise that answers it.
 */
export const WAITS: ReadonlySet<string> = new Set([
  'engagement/chat',
  'engagement/comment',
  'engagement/edit',
  'engagement/follow',
  'engagement/reaction',
  'engagement/vote',
])

/**
 * What a failed attempt means. `away` and `busy`: nobody looked at it, so it may be stored by an earlier attempt whose answer was
 * lost: the same bytes again. `slow`: it was looked at and comes too early. `sign-again`: the stage does not hold these bytes and
 * never will take them (their sequence is taken, or their date is too far back). `refused`: for its author to read.
 */
export type Verdict = 'away' | 'busy' | 'slow' | 'sign-again' | 'refused'

const VERDICTS: Readonly<Record<string, Verdict>> = {
  // Counted before anything is read.
  'too-many-requests': 'busy',
  'rate-limited': 'slow',
  'slow-mode': 'slow',
  conflict: 'sign-again',
  'clock-off': 'sign-again',
}

export function verdictOf(cause: unknown): Verdict {
  if (!(cause instanceof ApiError) || cause.status === 0 || cause.status >= 500) return 'away'
  return VERDICTS[cause.code] ?? 'refused'
}
