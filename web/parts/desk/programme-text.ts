import { sayable } from '#web/kit/format.ts'
import { zonedMs, zonedText } from '#web/setup/zoned-time.ts'

const LINE = /^(\d{1,2})[:.](\d{2})\s+(.+)$/
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * A programme as people write it, `20:30 Doors` in each line, by the clock of a time zone; null: of this device. A time earlier than
 * the line before is on the next day. Null: a line is no such thing.
 */
export function readProgramme(
  text: string,
  startsAt: number,
  zone: string | null = null,
): { at: number; title: string }[] | null {
  const items: { at: number; title: string }[] = []
  let day = Date.parse(`${zonedText(startsAt, zone).slice(0, 10)}T00:00Z`)
  let last = startsAt
  for (const line of text.split('\n').map(one => one.trim())) {
    if (line === '') continue
    const [, hours = '', minutes, title] = LINE.exec(line) ?? []
    if (title === undefined || Number(hours) > 23 || Number(minutes) > 59) return null
    const onDay = () =>
      zonedMs(`${new Date(day).toISOString().slice(0, 10)}T${hours.padStart(2, '0')}:${minutes}`, zone)
    while (onDay() < last) day += DAY_MS
    last = onDay()
    items.push({ at: last, title: sayable(title) })
  }
  return items
}
