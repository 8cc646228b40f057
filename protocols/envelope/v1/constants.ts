import type { DecodeLimits } from '../../codec/limits.ts'

/** First part of every signature domain, so that a signature made for Bandstand means nothing elsewhere. */
export const NETWORK = 'bandstand'

/** Largest envelope, in bytes: a manifest of 100 tracks fits, and one frame stays below gossipsub's message limit. */
export const ENVELOPE_BYTES_MAX = 65_535

export const ENVELOPE_LIMITS: DecodeLimits = { bytesMax: ENVELOPE_BYTES_MAX, depthMax: 2, itemsMax: 8 }

/** The payload's own map plus the deepest body (a release manifest: tracks -> renditions -> fields). */
export const PAYLOAD_LIMITS: DecodeLimits = { bytesMax: ENVELOPE_BYTES_MAX, depthMax: 8, itemsMax: 8_192 }

/** `area/kind`, lower case: `engagement/chat`. Bounded because it is part of an index key. */
export const TYPE_PATTERN = /^[a-z]{2,16}\/[a-z-]{2,24}$/
