/** Parts that one stage names: far more than a page has room for. */
export const PARTS_MAX = 64
/** A guest part's script, in bytes: a whole small application, and a few seconds at most on a slow line. */
export const PART_CODE_BYTES_MAX = 512 * 1024
/** Versions kept to roll back to. */
export const PART_HISTORY_MAX = 5
/** A signed manifest: every part with its history, twice over. */
export const PARTS_LIMITS = { bytesMax: 131_072, depthMax: 6, itemsMax: 16_384 } as const

export const PART_TAG_PATTERN = /^[a-z][a-z0-9-]{0,31}$/
/** Subresource integrity of one SHA-384, as pages write it (W3C SRI). */
export const INTEGRITY_PATTERN = /^sha384-[A-Za-z0-9+/]{64}$/

/** What a guest part may be allowed. Each is explained to the operator before it is granted. */
export const CAPABILITIES = ['stage', 'releases', 'player', 'player-control', 'chat', 'navigate', 'storage'] as const

/** Where a guest part is shown: at an address of its own, or also on the first page. */
export const PLACES = ['page', 'home'] as const
