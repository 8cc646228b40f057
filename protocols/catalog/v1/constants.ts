/** Most tracks in one release: keeps a manifest inside one envelope. */
export const TRACKS_MAX = 100
/** Most parties in one split: a choir fits; a bound keeps receipts small. */
export const PARTIES_MAX = 32
/** Shares are whole hundredths of a percent, so that a column totals exactly this. */
export const SHARES_TOTAL = 10_000
/** Buckets in an inline waveform: enough for a phone's width, small enough for a manifest. */
export const WAVEFORM_BUCKETS = 200
export const TITLE_MAX = 200
/** A relative UnixFS path inside the release root: no empty, dot or dot-dot segment, no leading slash. */
export const PATH_PATTERN =
  /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\u0000-\u001f\\]{1,200}(?:\/[^/\u0000-\u001f\\]{1,200}){0,3}$/
/** ISO 3901: country or registrant prefix, registrant, year, designation; without hyphens. */
export const ISRC_PATTERN = /^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/
/** ISO 15707 without separators: T, nine digits, check digit. */
export const ISWC_PATTERN = /^T[0-9]{10}$/
/** GTIN-12 or GTIN-13. */
export const UPC_PATTERN = /^[0-9]{12,13}$/
export const MEDIA_TYPE_PATTERN = /^[a-z]{1,20}\/[a-z0-9.+-]{1,60}$/
/** Release id: 16 random bytes as lower-case hex, stable across amended manifests. */
export const RELEASE_ID_PATTERN = /^[0-9a-f]{32}$/
