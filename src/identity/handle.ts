import { HANDLE_PATTERN } from '#protocols/engagement/v1/handle.ts'

/**
 * What a hurried reader takes a handle for: handles with one skeleton are one handle. The pairs are those of Unicode's
 * confusables (UTS #39) that the alphabet of handles leaves; `_` is no difference either.
 */
export const skeletonOf = (handle: string): string =>
  handle
    .replaceAll('_', '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[01i58]/g, one => LOOKS_LIKE[one] ?? one)

const LOOKS_LIKE: Readonly<Record<string, string>> = { 0: 'o', 1: 'l', i: 'l', 5: 's', 8: 'b' }

/** Names that people take for the community itself, or for everybody. */
const RESERVED = [
  'admin',
  'administrator',
  'all',
  'bandstand',
  'channel',
  'community',
  'desk',
  'everybody',
  'everyone',
  'guest',
  'help',
  'here',
  'mod',
  'moderator',
  'moderators',
  'nobody',
  'official',
  'operator',
  'owner',
  'root',
  'security',
  'staff',
  'stage',
  'studio',
  'support',
  'system',
  'team',
  'you',
]
const RESERVED_SKELETONS = new Set(RESERVED.map(skeletonOf))

/** Why a handle is not given to a key. */
export type HandleRefusal = 'bad-form' | 'reserved' | 'taken'

/**
 * First come, first served: whether a key may bear a handle in a community. `holder` is the key, in hex, that bears one
 * with the same skeleton there now. Giving up (`''`) is always granted. Null: it may.
 */
export function judgeHandle(handle: string, key: string, holder: string | null): HandleRefusal | null {
  if (handle === '') return null
  const skeleton = skeletonOf(handle)
  if (!HANDLE_PATTERN.test(handle) || !/[a-z]/.test(handle) || skeleton.length < 2) return 'bad-form'
  if (RESERVED_SKELETONS.has(skeleton)) return 'reserved'
  return holder === null || holder === key ? null : 'taken'
}
