import type { QueueTrack } from '#web/kit/mod.ts'

/** What plays, and what follows: `at` is the place of what plays. */
export interface Queue {
  readonly queue: readonly QueueTrack[]
  readonly at: number
}

/** Longest queue: more than a week of songs, and still a list that a page can show. */
const TRACKS_MAX = 2_000

/** More tracks, behind what plays or at the end. Each becomes one of its own, so that a song may stand there twice. */
export function enqueued({ queue, at }: Queue, tracks: readonly QueueTrack[], where: 'next' | 'last'): Queue {
  const place = where === 'next' ? Math.min(at + 1, queue.length) : queue.length
  const room = Math.max(0, TRACKS_MAX - queue.length)
  return { queue: queue.toSpliced(place, 0, ...tracks.slice(0, room).map(track => ({ ...track }))), at }
}

/** Without one of them; what plays stays. */
export function without({ queue, at }: Queue, index: number): Queue {
  if (index === at || index < 0 || index >= queue.length) return { queue, at }
  return { queue: queue.toSpliced(index, 1), at: index < at ? at - 1 : at }
}
