import type { DecodeLimits } from '../../codec/limits.ts'

/** The list of checks that a result is about; another list is another number. */
export const SUITE = 1

/** Most checks in one result: the suite has about a hundred. */
export const CHECKS_MAX = 256
/** A check's name: its group, then what it is about. */
export const CHECK_PATTERN = /^[a-z][a-z0-9-]{0,31}\/[a-z0-9][a-z0-9-]{0,63}$/
/** Why a check failed or was skipped: one line. */
export const DETAIL_CHARS_MAX = 200
/** What the stage said it runs. */
export const SOFTWARE_CHARS_MAX = 80

/** Largest result: 256 checks of a name and a sentence each, in UTF-8. */
export const RESULT_BYTES_MAX = 131_072
/** List -> checks -> check. */
export const RESULT_LIMITS: DecodeLimits = { bytesMax: RESULT_BYTES_MAX, depthMax: 3, itemsMax: 12 + 4 * CHECKS_MAX }
