import type { DecodeLimits } from '../../codec/limits.ts'
import { PARTIES_MAX } from './constants.ts'

/** Longest terms, in bytes: 32 parties with every clause fit, and an order that proposes them stays inside one entry. */
export const TERMS_BYTES_MAX = 16_384
/** A share inside a column is the deepest item: terms, column, shares, share, field. */
export const TERMS_LIMITS: DecodeLimits = { bytesMax: TERMS_BYTES_MAX, depthMax: 6, itemsMax: 4_096 }
/** Short ASCII name of a party within its agreement: part of a holder's name, and compared by its bytes. */
export const PARTY_ID_PATTERN = /^[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?$/
/** Month in UTC. */
export const PERIOD_PATTERN = /^[0-9]{4}-(?:0[1-9]|1[0-2])$/
/** `code/scale/issuer hex`, as the ledger names an asset. */
export const ASSET_KEY_PATTERN = /^[A-Z][A-Z0-9]{2,7}\/[0-9]\/[0-9a-f]{64}$/
/** CISAC IPI name number: 11 digits, the last two check the others. */
export const IPI_PATTERN = /^[0-9]{11}$/
/** ISO 27729: 15 digits and a check character. */
export const ISNI_PATTERN = /^[0-9]{15}[0-9X]$/
/** Steps taken from the gross: tax, rail, distribution and a handful of costs. */
export const GROSS_STEPS_MAX = 16
/** Each party under each right, with room to spare. */
export const SHARES_MAX = PARTIES_MAX * 2
/** Steps of an escalator: real contracts have two or three. */
export const TIERS_MAX = 8
/** Months that a reserve is held back: two years are the longest in the trade. */
export const RESERVE_PERIODS_MAX = 24
export const WORKS_MAX = 100
export const ROLES_MAX = 8
/** Rates are whole hundredths of a percent: 10,000 is all of it. */
export const RATE_MAX = 10_000
