import { encode } from '#protocols/codec/dag-cbor.ts'
import {
  type ConformanceResult,
  encodeResult,
  type Findings,
  findingsMessage,
  publishedMessage,
} from '#protocols/conformance/v1/codec.ts'
import { testAuthor } from './author.ts'

export const checker = testAuthor(81)
export const checked = testAuthor(82)

export const findings: Findings = {
  suite: 1,
  checker: checker.publicKey,
  stage: checked.publicKey,
  software: 'bandstand/0.1.0',
  at: 1_790_000_000_000,
  checks: [
    { name: 'hello/agrees', outcome: 'passed', detail: '' },
    { name: 'value/lines', outcome: 'failed', detail: 'it answered quoted' },
    { name: 'payment/once', outcome: 'skipped', detail: 'it grants strangers no test credits' },
  ],
}

const signedBy = (given: Findings, published = false): ConformanceResult => {
  const signature = checker.sign(findingsMessage(given))
  const result = { ...given, signature, published: null }
  return published ? { ...result, published: checked.sign(publishedMessage(result)) } : result
}

const rows = (given: Findings = findings): unknown[] => [
  given.suite,
  given.checker,
  given.stage,
  given.software,
  given.at,
  given.checks.map(({ name, outcome, detail }) => [name, outcome, detail]),
]
const raw = (fields: readonly unknown[]): Uint8Array => encode([...fields, new Uint8Array(64), null])
const twice = { ...findings, checks: [...findings.checks, ...findings.checks.slice(0, 1)] }
const withCheck = (check: readonly unknown[]): Uint8Array => raw([...rows().slice(0, 5), [check]])

export interface ConformanceVector {
  readonly name: string
  readonly verdict: 'accept' | 'reject'
  readonly hex: string
}

const vector = (verdict: ConformanceVector['verdict'], name: string, bytes: Uint8Array): ConformanceVector => ({
  name,
  verdict,
  hex: Buffer.from(bytes).toString('hex'),
})

/** What `protocols/conformance/v1/vectors.json` holds. */
export const conformanceVectors = (): ConformanceVector[] => {
  const good = encodeResult(signedBy(findings))
  return [
    vector('accept', 'as the checker signed it', good),
    vector('accept', 'published by the stage', encodeResult(signedBy(findings, true))),
    vector('reject', 'nothing', new Uint8Array()),
    vector('reject', 'cut short', good.subarray(0, -1)),
    vector('reject', 'a byte after it', Uint8Array.from([...good, 0])),
    vector('reject', 'no checks', raw([...rows().slice(0, 5), []])),
    vector('reject', 'a check twice', raw(rows(twice))),
    vector('reject', 'an unknown outcome', withCheck(['hello/agrees', 'maybe', ''])),
    vector('reject', 'a name without a group', withCheck(['agrees', 'passed', ''])),
    vector('reject', 'a detail of two lines', withCheck(['hello/agrees', 'failed', 'a\nb'])),
    vector('reject', 'a suite of 0', raw([0, ...rows().slice(1)])),
    vector('reject', 'a key of 31 bytes', raw([1, new Uint8Array(31), ...rows().slice(2)])),
  ]
}
