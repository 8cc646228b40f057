import type { EventInfo, StageInfo } from '#protocols/api/v1/schemas.ts'
import { currentLanguage, t } from '#web/kit/mod.ts'
import { isSameClock } from '#web/setup/zoned-time.ts'

/** Where an event of this stage takes place, and what its clock shows then if the reader's shows something else; null: not known. */
export function atThePlace(stage: StageInfo | null, { community, startsAt }: EventInfo): string | null {
  if (stage === null || stage.community !== community) return null
  const { place, timeZone } = stage
  if (timeZone === null || isSameClock(startsAt, timeZone)) return place === '' ? null : place
  const there = new Date(startsAt).toLocaleTimeString(currentLanguage(), {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const city = timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ')
  return t`${place === '' ? city : place}: ${there} by the clock there`
}
