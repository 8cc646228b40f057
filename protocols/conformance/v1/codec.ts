import { concat } from 'uint8arrays/concat'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  int,
  line,
  list,
  matching,
  nullable,
  oneOf,
  type Shape,
  tuple,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import { signedMessage } from '../../ledger/v1/domain.ts'
import { CHECK_PATTERN, CHECKS_MAX, DETAIL_CHARS_MAX, RESULT_LIMITS, SOFTWARE_CHARS_MAX } from './constants.ts'

export type CheckOutcome = 'passed' | 'failed' | 'skipped'

/** What became of one check. `detail` is empty when it passed. */
export interface CheckResult {
  readonly name: string
  readonly outcome: CheckOutcome
  readonly detail: string
}

/** What a checker found at a stage. */
export interface Findings {
  /** Number of the list of checks. */
  readonly suite: number
  /** Ed25519 keys. */
  readonly checker: Uint8Array
  readonly stage: Uint8Array
  /** What the stage said it runs. */
  readonly software: string
  /** When the last check ended by the checker's clock, ms. */
  readonly at: number
  readonly checks: readonly CheckResult[]
}

/** Findings, signed by the checker and, once the stage publishes them, by the stage. Neither signature is verified here. */
export interface ConformanceResult extends Findings {
  readonly signature: Uint8Array
  readonly published: Uint8Array | null
}

const key = bytes(32)
const check = tuple<[string, CheckOutcome, string]>(
  matching(CHECK_PATTERN, 'a check such as hello/agrees'),
  oneOf('passed', 'failed', 'skipped'),
  line(DETAIL_CHARS_MAX, 0),
)
type Fields = [number, Uint8Array, Uint8Array, string, number, [string, CheckOutcome, string][]]
const fields = [int(1, 65_535), key, key, line(SOFTWARE_CHARS_MAX, 0), uint(), list(check, CHECKS_MAX, 1)] as const
const shape: Shape<[...Fields, Uint8Array, Uint8Array | null]> = tuple(...fields, bytes(64), nullable(bytes(64)))

const fieldsOf = ({ suite, checker, stage, software, at, checks }: Findings): Fields => [
  suite,
  checker,
  stage,
  software,
  at,
  checks.map(({ name, outcome, detail }) => [name, outcome, detail]),
]

/** What the checker signs. */
export const findingsMessage = (findings: Findings): Uint8Array =>
  signedMessage('conformance', encode(fieldsOf(findings)))

/** What the stage signs when it shows a result to others: the findings with the checker's signature. */
export const publishedMessage = (result: Findings & Pick<ConformanceResult, 'signature'>): Uint8Array =>
  signedMessage('conformance-published', concat([encode(fieldsOf(result)), result.signature]))

export const encodeResult = (result: ConformanceResult): Uint8Array =>
  encode([...fieldsOf(result), result.signature, result.published])

/** Strict and bounded (spec: "Result"). No two checks have one name. */
export function decodeResult(input: Uint8Array): Result<ConformanceResult, CodecFault> {
  return attempt(() => {
    const [suite, checker, stage, software, at, rows, signature, published] = decodeOrThrow(input, shape, RESULT_LIMITS)
    const checks = rows.map(([name, outcome, detail]) => ({ name, outcome, detail }))
    if (new Set(checks.map(({ name }) => name)).size < checks.length) wrongShape('checks', 'expected distinct names')
    return { suite, checker, stage, software, at, checks, signature, published }
  })
}
