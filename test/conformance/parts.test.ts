import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { fromString } from 'uint8arrays/from-string'
import { describe, expect, it } from 'vitest'
import { verifier } from '#node/identity/crypto-ports.ts'
import { decodeSigned } from '#protocols/parts/v1/codec.ts'
import { type PartsVector, partsVectors } from '#test/support/parts-vectors.ts'

const file = join(import.meta.dirname, '../../protocols/parts/v1/vectors.json')
if (process.env.WRITE_VECTORS !== undefined) writeFileSync(file, `${JSON.stringify(partsVectors(), null, 2)}\n`)
const published = JSON.parse(readFileSync(file, 'utf8')) as PartsVector[]

function judge(bytes: Uint8Array): PartsVector['expect'] {
  const read = decodeSigned(bytes)
  if (!read.ok) return 'bad-form'
  const { manifest, message, signature } = read.value
  return verifier.verify(manifest.community, message, signature) ? 'ok' : 'bad-signature'
}

describe('published vectors of parts version 1', () => {
  it.each(published)('$name: $expect', ({ hex, expect: expected }) => {
    expect(judge(fromString(hex, 'hex'))).toBe(expected)
  })

  it('are the bytes that this version writes', () => {
    expect(published).toEqual(partsVectors())
  })

  it('are refused with any byte changed', () => {
    const good = fromString(published[0]!.hex, 'hex')
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = good.slice()
        damaged[at] = damaged[at]! ^ change
        expect(judge(damaged)).not.toBe('ok')
      }),
    )
  })
})
