import type { DecodeLimits } from '../../codec/limits.ts'

/** libp2p protocol id. */
export const AUDIT_PROTOCOL = '/bandstand/audit/1.0.0'

/** Largest message: a chunk at its budget and the entry that overshot it, or evidence, with room to spare. */
export const AUDIT_MESSAGE_BYTES_MAX = 1_048_576

/** A sender closes a chunk of entries once it holds this much: it travels while the next is being read. */
export const CHUNK_BYTES = 524_288

/** Most entries in a chunk: half a megabyte of the shortest that there are. */
export const CHUNK_ENTRIES_MAX = 8_192

/** Most entries in one submission: three seconds of a seat's work on one core. A longer gap is sent in several. */
export const ENTRIES_MAX = 65_536

/** Most bytes of entries in one submission: what a seat holds in memory for one log. */
export const SUBMISSION_BYTES_MAX = 33_554_432

/** Most notes with votes in one submission: one for each epoch that a newcomer has to catch up with. */
export const HANDOVERS_MAX = 32

/** Sentence in a refusal: one line on a page. */
export const REFUSAL_CHARS_MAX = 200

/** Message map -> list of entries, hashes or notes. */
export const AUDIT_LIMITS: DecodeLimits = {
  bytesMax: AUDIT_MESSAGE_BYTES_MAX,
  depthMax: 2,
  itemsMax: CHUNK_ENTRIES_MAX + 64,
}
