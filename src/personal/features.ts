/** What is believed about the weight of a feature, in log-odds of a like: a normal distribution. */
export interface Weight {
  readonly mean: number
  /** One over the variance. */
  readonly precision: number
}

/** What a ranking may know of a release. All of it is public; nothing here is about the listener. */
export interface Candidate {
  readonly id: string
  readonly community: string
  readonly communityName: string
  readonly artist: string
  readonly trackCount: number
  readonly durationMs: number
  /** Milliseconds since the Unix epoch. */
  readonly publishedAt: number
  readonly plays: number
}

/** When and where a listener is: the context of the bandit. */
export interface Moment {
  readonly nowMs: number
  /** Hour of the device's own day, 0 to 23. */
  readonly hour: number
  /** Median plays of what is offered. */
  readonly usualPlays: number
}

/** What a feature stands for, when a person asks why they see something. */
export type Reason =
  | { readonly kind: 'artist'; readonly name: string }
  | { readonly kind: 'community'; readonly name: string }
  | { readonly kind: 'length'; readonly long: boolean }
  | { readonly kind: 'fresh' }
  | { readonly kind: 'known' }
  | { readonly kind: 'hour' }

/** One feature that is present: where its weight is kept, and what it means. */
export interface Feature {
  readonly slot: number
  /** How strongly it is present; 1 for what is either there or not. */
  readonly value: number
  /** What is believed of it before anything was learned. */
  readonly prior: Weight
  readonly reason: Reason | null
}

/** Weights of names are kept in this many slots: a thousand artists share them with few collisions, and all of it fits 64 kB. */
const SLOTS = 4_096
/** What every release has stands behind them, in slots of its own: no artist's name may take the place of popularity. */
const FIXED = ['any', 'popular', 'long true', 'long false', 'fresh true', 'fresh false']

const HOUR_MS = 3_600_000
const FRESH_MS = 14 * 24 * HOUR_MS
/** A track of more than this is a long one: a mix, a set, a symphony. */
const LONG_TRACK_MS = 8 * 60_000
const PARTS_OF_DAY = ['night', 'morning', 'afternoon', 'evening'] as const

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), folded into the slots. */
function slotOf(name: string): number {
  const fixed = FIXED.indexOf(name)
  if (fixed >= 0) return SLOTS + fixed
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % SLOTS
}

const partOfDay = (hour: number): string => PARTS_OF_DAY[Math.floor((((hour % 24) + 24) % 24) / 6)] ?? 'night'

/** Beyond eight times the usual, more plays say nothing more. */
const POPULARITY_MAX = 3

/** One like of an artist matters much, and does not settle it. */
const OPEN: Weight = { mean: 0, precision: 1 }
/** Length, age and hour matter less to most people than who plays. */
const MILD: Weight = { mean: 0, precision: 8 }
/** What most people like is the first guess. */
const POPULAR: Weight = { mean: 1.5, precision: 4 }

/** Doublings above or below the plays that are usual where the release is offered. */
function popularity(plays: number, usualPlays: number): number {
  const doublings = Math.log2((1 + Math.max(0, plays)) / (1 + Math.max(0, usualPlays)))
  return Math.min(POPULARITY_MAX, Math.max(-POPULARITY_MAX, doublings))
}

/** By how much long releases are liked more than short ones, in log-odds; below 0 when less. */
export function lengthLiked(weights: ReadonlyMap<number, Weight>): number {
  const [long, short] = [true, false].map(is => weights.get(slotOf(`long ${is}`))?.mean ?? MILD.mean)
  return (long ?? 0) - (short ?? 0)
}

/** The features of one release at one moment. The same release and moment always give the same. */
export function featuresOf(candidate: Candidate, moment: Moment): Feature[] {
  const { artist, community, communityName, trackCount, durationMs, publishedAt, plays } = candidate
  const long = durationMs > LONG_TRACK_MS * Math.max(1, trackCount)
  const fresh = moment.nowMs - publishedAt < FRESH_MS
  const feature = (name: string, prior: Weight, reason: Reason | null): Feature => ({
    slot: slotOf(name),
    value: 1,
    prior,
    reason,
  })
  const liked = popularity(plays, moment.usualPlays)
  const all: readonly Feature[] = [
    feature('any', OPEN, null),
    feature(`artist ${artist.toLowerCase()}`, OPEN, { kind: 'artist', name: artist }),
    feature(`community ${community}`, OPEN, { kind: 'community', name: communityName }),
    feature(`long ${long}`, MILD, { kind: 'length', long }),
    feature(`fresh ${fresh}`, MILD, fresh ? { kind: 'fresh' } : null),
    { slot: slotOf('popular'), value: liked, prior: POPULAR, reason: liked > 0 ? { kind: 'known' } : null },
    feature(`community ${community} ${partOfDay(moment.hour)}`, MILD, { kind: 'hour' }),
  ]
  // Two names of one release in one slot would be learned from twice: the first stands for both.
  return all.filter(({ slot }, at) => all.findIndex(one => one.slot === slot) === at)
}
