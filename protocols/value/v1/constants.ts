import type { DecodeLimits } from '../../codec/limits.ts'

/** Code of an asset: a currency's ISO 4217 code fits, and so does a community's own word of up to eight letters. */
export const ASSET_CODE_PATTERN = /^[A-Z][A-Z0-9]{2,7}$/
/** Most decimal places of an asset: with 9, an unsigned 64-bit amount still counts eighteen thousand millions. */
export const SCALE_MAX = 9

/** libp2p protocol id. */
export const VALUE_PROTOCOL = '/bandstand/value/1.0.0'

/** Largest message: a head with its proofs and a few dozen leaves, or a netting document, with room to spare. */
export const VALUE_MESSAGE_BYTES_MAX = 262_144

/** Most leaves, results or sequences in one message. */
export const LEAVES_MAX = 64

/** Most lines, or positions, in one answer: a community of 256 neighbours. */
export const LINES_MAX = 256

/** Communities that a request for a quote has passed: the payer's and up to three more. */
export const HOPS_MAX = 4

/** Sentence in a refusal: one line on a page. */
export const REFUSAL_CHARS_MAX = 200

/** Message map -> list of items -> item -> audit path of hashes. */
export const VALUE_LIMITS: DecodeLimits = {
  bytesMax: VALUE_MESSAGE_BYTES_MAX,
  depthMax: 4,
  itemsMax: 8_192,
}

/** Largest quote: four hops nest to some 1,300 bytes. Each is a list of twelve; what it stands on is bytes inside. */
export const QUOTE_LIMITS: DecodeLimits = { bytesMax: 1_536, depthMax: 1, itemsMax: 13 }

/** Random part of a quote: two quotes are never the same bytes. */
export const NONCE_BYTES = 16

/** Largest settlement note: two keys, a hash, two signatures and some numbers take about 350 bytes. */
export const SETTLEMENT_BYTES_MAX = 512
export const SETTLEMENT_LIMITS: DecodeLimits = { bytesMax: SETTLEMENT_BYTES_MAX, depthMax: 1, itemsMax: 12 }

/** Name of a rail: `cash`, `codes`, `evm:<chain id>`. */
export const RAIL_PATTERN = /^[a-z][a-z0-9:-]{0,39}$/

/** Largest evidence of a payment, as its rail writes it. */
export const RECEIPT_BYTES_MAX = 16_384

/** Largest netting document: 50 communities with 2,450 changes take about 40,000 bytes, and an entry has 65,535. */
export const NETTING_BYTES_MAX = 60_000

/** Most communities of one netting. */
export const PARTICIPANTS_MAX = 50

/** Most changes of one netting: every ordered pair of 50 communities. */
export const CHANGES_MAX = 2_450
export const NETTING_LIMITS: DecodeLimits = {
  bytesMax: NETTING_BYTES_MAX,
  depthMax: 3,
  itemsMax: 8 + 2 * PARTICIPANTS_MAX + 4 * CHANGES_MAX,
}

/** A position: two keys, a signature and some numbers take about 250 bytes. */
export const POSITION_LIMITS: DecodeLimits = { bytesMax: 384, depthMax: 1, itemsMax: 16 }

/** A card file: a signed batch of about 450 bytes and ten hashes. */
export const CARD_FILE_LIMITS: DecodeLimits = { bytesMax: 2_048, depthMax: 2, itemsMax: 16 }

/** Largest signed `value/batch` in a card file. */
export const BATCH_ENVELOPE_BYTES_MAX = 1_024
