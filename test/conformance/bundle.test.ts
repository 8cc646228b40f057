import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { decodeFile, encodeFile } from '#protocols/ledger/v1/bundle-file.ts'
import { createRules } from '#src/royalties/rules.ts'
import { verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { ADA, bundleOf } from '#test/support/bundles.ts'
import { busyMonth, ports } from '#test/support/statement-world.ts'
import { verifyStrictly } from '#web/verify/strict-ed25519.ts'

interface Vectors {
  readonly about: string
  readonly valid: { readonly file: string; readonly subject: string; readonly period: string; readonly closing: string }
  /** `at` of the file is changed; `repair` says that the table of contents was made to fit. */
  readonly invalid: readonly {
    readonly at: number
    readonly repair: boolean
    readonly part: string
    readonly message: string
  }[]
}

const PATH = join(import.meta.dirname, '../../protocols/ledger/v1/bundle-vectors.json')
const ABOUT =
  'A statement bundle (bundle.md): one whole file in base64, and damages of it: the byte `at` is changed by XOR 1; with `repair` the checks in the table of contents are made to fit again. `part` is the part that must be named; `message` is what this reader says.'
const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)

/** The page's own hashing and Ed25519, beside the stage's. */
const pagePorts = () => {
  const pageHasher = { sha256: (data: Uint8Array): Uint8Array => nobleSha256(data) }
  return { hasher: pageHasher, verifier: { verify: verifyStrictly }, rules: createRules({ hasher: pageHasher }) }
}

function changed(file: Uint8Array, at: number, repair: boolean): Uint8Array {
  const bad = file.slice()
  bad[at] = (bad[at] ?? 0) ^ 1
  const parts = decodeFile(sha256, file)
  if (!repair || !parts.ok) return bad
  const lengths = parts.value.map(part => part.bytes.length)
  let start = file.length - lengths.reduce((sum, length) => sum + length, 0)
  return encodeFile(
    sha256,
    parts.value.map(({ kind, bytes }) => {
      const from = start
      start += bytes.length
      return { kind, bytes: bad.subarray(from, from + bytes.length) }
    }),
  )
}

function make(): Vectors {
  const file = bundleOf(busyMonth(), ADA)
  const judged = verifyBundle(ports, file)
  const parts = decodeFile(sha256, file)
  if (!judged.ok || !parts.ok) throw new Error('the bundle must be whole')
  const partsAt = file.length - parts.value.reduce((sum, part) => sum + part.bytes.length, 0)
  const lengths = parts.value.map(part => part.bytes.length)
  const middles = lengths.map(
    (length, which) => partsAt + lengths.slice(0, which).reduce((sum, one) => sum + one, 0) + Math.floor(length / 2),
  )
  const places = [
    ...[0, 31, 40, partsAt - 1].map(place => ({ at: place, repair: false })),
    ...middles.flatMap(place => [
      { at: place, repair: false },
      { at: place, repair: true },
    ]),
  ]
  const invalid = places.map(({ at, repair }) => {
    const refused = verifyBundle(ports, changed(file, at, repair))
    if (refused.ok) throw new Error(`byte ${at} may be changed unseen`)
    return { at, repair, ...refused.error }
  })
  const closing = String(judged.value.statements.at(-1)?.closing)
  return {
    about: ABOUT,
    valid: { file: toText(file, 'base64pad'), subject: judged.value.subject, period: judged.value.period, closing },
    invalid,
  }
}

if (process.env.WRITE_VECTORS !== undefined) writeFileSync(PATH, `${JSON.stringify(make(), null, 2)}\n`)
const vectors = JSON.parse(readFileSync(PATH, 'utf8')) as Vectors
const file = fromString(vectors.valid.file, 'base64pad')

describe.each([
  ['the stage', ports],
  ['the page', pagePorts()],
])('statement bundles, as %s reads them', (_who, some) => {
  test('the whole file says whose month it is and what was left at its end', () => {
    const judged = verifyBundle(some, file)
    expect(judged).toMatchObject({ ok: true, value: { subject: vectors.valid.subject, period: vectors.valid.period } })
    expect(judged.ok && String(judged.value.statements.at(-1)?.closing)).toBe(vectors.valid.closing)
  })

  test.each(vectors.invalid)(
    'byte $at changed (repaired: $repair) is found in: $part',
    ({ at, repair, part, message }) => {
      expect(verifyBundle(some, changed(file, at, repair))).toEqual({ ok: false, error: { part, message } })
    },
  )
})
