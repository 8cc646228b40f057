import { sayable } from '#web/kit/format.ts'

const LINE = /^(\d{1,2})[:.](\d{2})\s+(.+)$/

/**
 * A programme as people write it, `20:30 Doors` in each line, in the time of this device. A time earlier than the line before
 * is on the next day. Null: a line is no such thing.
 */
export function readProgramme(text: string, startsAt: number): { at: number; title: string }[] | null {
  const items: { at: number; title: string }[] = []
  const midnight = new Date(startsAt)
  midnight.setHours(0, 0, 0, 0)
  let last = startsAt
  for (const line of text.split('\n').map(one => one.trim())) {
    if (line === '') continue
    const [, hours, minutes, title] = LINE.exec(line) ?? []
    if (title === undefined || Number(hours) > 23 || Number(minutes) > 59) return null
    const at = new Date(midnight)
    at.setHours(Number(hours), Number(minutes))
    while (at.getTime() < last) at.setDate(at.getDate() + 1)
    last = at.getTime()
    items.push({ at: last, title: sayable(title) })
  }
  return items
}
