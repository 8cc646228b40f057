import type { CaptionsInfo } from '#protocols/api/v1/schemas.ts'

type Cue = CaptionsInfo['cues'][number]

/** Overlapping words: no more lines than fit. */
const AT_ONCE_MAX = 3

/** What is shown at a position, ms. */
export const cuesAt = (cues: readonly Cue[], positionMs: number): Cue[] =>
  cues.filter(({ at, until }) => at <= positionMs && positionMs < until).slice(-AT_ONCE_MAX)

/** How long nothing changes from a position on, ms; null: for good. */
export function nextChange(cues: readonly Cue[], positionMs: number): number | null {
  let soonest = Number.POSITIVE_INFINITY
  for (const { at, until } of cues)
    for (const time of [at, until]) if (time > positionMs) soonest = Math.min(soonest, time - positionMs)
  return Number.isFinite(soonest) ? soonest : null
}

/** The reader's language where there is one of its kind, else the first: `en` is served by `en-GB`. */
export function chooseLanguageOf(languages: readonly string[], wanted: string): string {
  const kind = (tag: string): string => tag.split('-')[0] ?? ''
  return (
    languages.find(tag => tag === wanted) ?? languages.find(tag => kind(tag) === kind(wanted)) ?? languages[0] ?? ''
  )
}
