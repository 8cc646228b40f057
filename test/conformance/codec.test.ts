import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import type { CodecErrorCode } from '#protocols/codec/codec-error.ts'
import { decode, encode } from '#protocols/codec/dag-cbor.ts'
import type { DecodeLimits } from '#protocols/codec/limits.ts'

interface CodecVector {
  readonly name: string
  readonly limits: DecodeLimits
  readonly hex: string
  readonly code: CodecErrorCode | null
}

const FILE = join(import.meta.dirname, '../../protocols/codec/vectors.json')
const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: CodecVector[] }

describe('published vectors of the codec', () => {
  test.each(cases.filter(({ code }) => code === null))('$name: read and written back', ({ hex, limits }) => {
    const decoded = decode(fromString(hex, 'hex'), value => value, limits)
    if (!decoded.ok) throw new Error(decoded.error.message)
    expect(asText(encode(decoded.value), 'hex')).toBe(hex)
  })

  test.each(cases.filter(({ code }) => code !== null))('$name: $code', ({ hex, limits, code }) => {
    const decoded = decode(fromString(hex, 'hex'), value => value, limits)
    expect(decoded.ok ? null : decoded.error.code).toBe(code)
  })
})
