import type { Habits } from './habits.ts'

/** What the listener fixed; `auto` where the page may learn. */
export interface LayoutChoice {
  readonly list: 'auto' | 'covers' | 'rows'
  readonly first: 'auto' | 'sound' | 'picture'
  readonly motion: 'auto' | 'less'
}

export const AUTO: LayoutChoice = { list: 'auto', first: 'auto', motion: 'auto' }

/** What the device itself asks for. */
export interface Device {
  /** Save data: chosen in the player, or asked for by the browser. */
  readonly saver: boolean
  readonly reducedMotion: boolean
}

/** Why a list or a release is laid out as it is. `usual`: nothing speaks for anything else. */
export type Because = 'chosen' | 'saver' | 'far' | 'watched' | 'asked' | 'usual'

export interface Layout {
  readonly list: 'covers' | 'rows'
  readonly listBecause: Because
  /** Whether artwork is fetched for lists. */
  readonly artwork: boolean
  /** What a release with a picture begins with. */
  readonly first: 'sound' | 'picture'
  readonly firstBecause: Because
  readonly motion: 'full' | 'less'
  readonly motionBecause: Because
}

/** Fewer than this many say nothing yet. */
const PLAYS_MIN = 8
/** One in a long row of picks is no habit: so large a share is. */
const SHARE_MIN = 0.6

const mostly = (these: number, those: number): boolean =>
  these + those >= PLAYS_MIN && these / (these + those) >= SHARE_MIN

function listOf({ far, near }: Habits, choice: LayoutChoice, { saver }: Device): Pick<Layout, 'list' | 'listBecause'> {
  if (choice.list !== 'auto') return { list: choice.list, listBecause: 'chosen' }
  if (saver) return { list: 'rows', listBecause: 'saver' }
  return mostly(far, near) ? { list: 'rows', listBecause: 'far' } : { list: 'covers', listBecause: 'usual' }
}

function firstOf(
  { watched, heard }: Habits,
  choice: LayoutChoice,
  { saver }: Device,
): Pick<Layout, 'first' | 'firstBecause'> {
  if (choice.first !== 'auto') return { first: choice.first, firstBecause: 'chosen' }
  if (saver) return { first: 'sound', firstBecause: 'saver' }
  return mostly(watched, heard)
    ? { first: 'picture', firstBecause: 'watched' }
    : { first: 'sound', firstBecause: 'usual' }
}

/**
 * How the page is laid out for one listener: what they fixed comes before what the device asks for, and that before what was
 * learned. The same habits, choice and device always give the same.
 */
export function layoutOf(habits: Habits, choice: LayoutChoice, device: Device): Layout {
  const less = choice.motion === 'less' || device.reducedMotion
  return {
    ...listOf(habits, choice, device),
    artwork: !device.saver,
    ...firstOf(habits, choice, device),
    motion: less ? 'less' : 'full',
    motionBecause: choice.motion === 'less' ? 'chosen' : device.reducedMotion ? 'asked' : 'usual',
  }
}

const ONE_OF = { list: ['auto', 'covers', 'rows'], first: ['auto', 'sound', 'picture'], motion: ['auto', 'less'] }

/** Reads a choice that was saved as JSON; what cannot be read is left to the page. */
export function readChoice(saved: string | null): LayoutChoice {
  try {
    const read = JSON.parse(saved ?? '') as Record<keyof LayoutChoice, string>
    const known = (Object.keys(ONE_OF) as (keyof LayoutChoice)[]).every(name => ONE_OF[name].includes(read[name]))
    return known ? ({ list: read.list, first: read.first, motion: read.motion } as LayoutChoice) : AUTO
  } catch {
    return AUTO
  }
}
