/** Code of an asset: a currency's ISO 4217 code fits, and so does a community's own word of up to eight letters. */
export const ASSET_CODE_PATTERN = /^[A-Z][A-Z0-9]{2,7}$/
/** Most decimal places of an asset: with 9, an unsigned 64-bit amount still counts eighteen thousand millions. */
export const SCALE_MAX = 9
