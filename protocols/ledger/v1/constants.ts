import type { DecodeLimits } from '../../codec/limits.ts'

/** Largest signed order inside an entry: key, asset, and a 200-character note in the widest script, twice over. */
export const ORDER_BYTES_MAX = 2_048

/** Largest entry: 32 parties with the longest names take about 11 kB. Well inside the 65,535 of C2SP tlog-tiles. */
export const ENTRY_BYTES_MAX = 16_384

/** Entry map -> list of lines -> line map. */
export const ENTRY_LIMITS: DecodeLimits = { bytesMax: ENTRY_BYTES_MAX, depthMax: 3, itemsMax: 320 }

/** Most signatures read in one note: C2SP signed-note asks every verifier to accept 16. */
export const NOTE_SIGNATURES_MAX = 16

/** Largest note, in UTF-16 units: three lines of text and 16 signature lines with names as long as our origins. */
export const NOTE_LENGTH_MAX = 8_192

/** Signature type byte of Ed25519 in C2SP signed-note. */
export const NOTE_ED25519 = 0x01

/** Signature type byte of a timestamped Ed25519 cosignature (C2SP tlog-cosignature). */
export const NOTE_COSIGNATURE = 0x04

/** Most hashes in one proof. A tree of 2^53 leaves, the largest we count, needs 54. */
export const PROOF_HASHES_MAX = 54

/** Entry, checkpoint and two proofs at their largest; far below gossip's message limit. */
const ANNOUNCEMENT_BYTES_MAX = 32_768

/** Announcement map -> list of proof hashes. */
export const ANNOUNCEMENT_LIMITS: DecodeLimits = { bytesMax: ANNOUNCEMENT_BYTES_MAX, depthMax: 2, itemsMax: 128 }
