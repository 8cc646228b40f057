/** How this device is used, in counts. It says how the page is laid out; it is kept on the device. */
export interface Habits {
  /** Plays that began in the night, in the morning, in the afternoon, in the evening: six hours each, from midnight. */
  readonly parts: readonly [number, number, number, number]
  /** Plays of the community whose page it is, and of others. */
  readonly own: number
  readonly others: number
  /** Plays begun from the first screen of a list, and from further down. */
  readonly near: number
  readonly far: number
  /** Where a release has a picture: how often it was watched, and only heard. */
  readonly watched: number
  readonly heard: number
}

export const NO_HABITS: Habits = {
  parts: [0, 0, 0, 0],
  own: 0,
  others: 0,
  near: 0,
  far: 0,
  watched: 0,
  heard: 0,
}

/** From this sum on both sides are halved: what somebody does now counts more than what they did long ago. */
const COUNTS_MAX = 64
const PARTS = 4

export const habitPlays = ({ parts }: Habits): number => parts.reduce((sum, count) => sum + count, 0)

function more<K extends 'own' | 'others' | 'near' | 'far' | 'watched' | 'heard'>(
  habits: Habits,
  what: K,
  opposite: K,
): Habits {
  const full = habits[what] + habits[opposite] >= COUNTS_MAX
  const [now, then] = full ? [habits[what] >> 1, habits[opposite] >> 1] : [habits[what], habits[opposite]]
  return { ...habits, [what]: now + 1, [opposite]: then }
}

/** A play began: at an hour of the device's day (0 to 23), of this community or of another. */
export function played(habits: Habits, hour: number, own: boolean): Habits {
  const part = Math.floor((((hour % 24) + 24) % 24) / 6)
  const halved = habitPlays(habits) >= COUNTS_MAX
  const parts = habits.parts.map((count, at) => (halved ? count >> 1 : count) + (at === part ? 1 : 0))
  const counted = { ...habits, parts: parts as unknown as Habits['parts'] }
  return own ? more(counted, 'own', 'others') : more(counted, 'others', 'own')
}

/** A play began from a list, on its first screen or further down. */
export const pickedFrom = (habits: Habits, far: boolean): Habits =>
  far ? more(habits, 'far', 'near') : more(habits, 'near', 'far')

/** A release that has a picture was watched, or only heard. */
export const pictured = (habits: Habits, watched: boolean): Habits =>
  watched ? more(habits, 'watched', 'heard') : more(habits, 'heard', 'watched')

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= COUNTS_MAX + 1

/** Reads what was saved as JSON. Anything that cannot be read is no habit. */
export function readHabits(saved: string | null): Habits {
  try {
    const { parts, own, others, near, far, watched, heard } = JSON.parse(saved ?? '') as Record<string, unknown>
    const counts = [own, others, near, far, watched, heard]
    if (!Array.isArray(parts) || parts.length !== PARTS || ![...parts, ...counts].every(isCount)) return NO_HABITS
    return { parts, own, others, near, far, watched, heard } as unknown as Habits
  } catch {
    return NO_HABITS
  }
}
