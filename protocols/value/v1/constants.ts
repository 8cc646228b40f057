/** Code of an asset: a currency's ISO 4217 code fits, and so does a community's own word of up to eight letters. */
export const ASSET_CODE_PATTERN = /^[A-Z][A-Z0-9]{2,7}$/
/** Most decimal places of an asset: with 9, an unsigned 64-bit amount still counts eighteen thousand millions. */
export const SCALE_MAX = 9

/** libp2p protocol id. */
export const VALUE_PROTOCOL = '/bandstand/value/1.0.0'

/** Largest settlement note: two keys, two hashes, two signatures and some numbers take about 400 bytes. */
export const SETTLEMENT_BYTES_MAX = 512

/** Largest netting document: 50 communities with 2,450 changes take about 40,000 bytes, and an entry has 65,535. */
export const NETTING_BYTES_MAX = 60_000
