import type { DecodeLimits } from '../../codec/limits.ts'

/** libp2p protocol id. */
export const SYNC_PROTOCOL = '/bandstand/sync/1.0.0'

/** Length of an event id, SHA-256. */
export const ID_BYTES = 32

/** A range fingerprint is this much of a SHA-256: 128 bits make an accidental match impossible in practice. */
export const FINGERPRINT_BYTES = 16

/** Largest message: one batch at its byte budget plus the envelope that overshot it, with room to spare. */
export const MESSAGE_BYTES_MAX = 1_048_576

/** A sender closes a batch of events or log entries once it holds this much: one batch is a second of a slow phone link. */
export const BATCH_BYTES = 524_288

/** Most events or entries in a batch: bounds the receiver's work between two answers. */
export const BATCH_ITEMS_MAX = 2_048

/** Longest log entry that can travel (a Merkle log leaf is at most this). */
export const ENTRY_BYTES_MAX = 65_535

/** Authors in a sequence vector: some 200 kB. A larger community goes straight to range reconciliation. */
export const AUTHORS_MAX = 4_096

/** Ranges in one message: some 250 kB of fingerprints. */
export const RANGES_MAX = 8_192

/** Ids in one message, over all its ranges or lists: 256 kB. */
export const IDS_MAX = 8_192

/** A range of at most this many events is listed by id: below it, ids cost less than another level of fingerprints. */
export const LEAF_EVENTS = 4

/** A range that differs is cut into at most this many: 100,000 events are resolved in five messages. */
export const BUCKETS = 16

/** Hashes in a consistency proof: twice the depth of a tree of 2^53 leaves. */
export const PROOF_HASHES_MAX = 106

/** A signed checkpoint note: origin, size, root, extension lines and up to 16 signatures. */
export const CHECKPOINT_CHARS_MAX = 8_192

/** Sentence in an error answer: one line on a page. */
export const ERROR_CHARS_MAX = 200

/** The deepest message is a range list: map, list, range, ids. Items: ranges of four items each, and all ids. */
export const MESSAGE_LIMITS: DecodeLimits = { bytesMax: MESSAGE_BYTES_MAX, depthMax: 4, itemsMax: 65_536 }
