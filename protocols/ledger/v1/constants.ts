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
