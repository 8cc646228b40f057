import { readFileSync } from 'node:fs'
import { fromString } from 'uint8arrays/from-string'
import { describe, expect, it } from 'vitest'
import { verifier } from '#node/identity/crypto-ports.ts'
import { decodeResult, encodeResult, findingsMessage, publishedMessage } from '#protocols/conformance/v1/codec.ts'
import { conformanceVectors } from '#test/support/conformance-vectors.ts'

const FILE = new URL('../../protocols/conformance/v1/vectors.json', import.meta.url)
const vectors = conformanceVectors()

describe('results of conformance checks', () => {
  it('are published as vectors that this code writes', () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(vectors)
  })

  it.each(vectors)('$name: $verdict', ({ verdict, hex }) => {
    const bytes = fromString(hex, 'hex')
    const read = decodeResult(bytes)
    expect(read.ok).toBe(verdict === 'accept')
    if (!read.ok) return
    expect(Buffer.from(encodeResult(read.value)).toString('hex')).toBe(hex)
    const { checker, stage, signature, published } = read.value
    expect(verifier.verify(checker, findingsMessage(read.value), signature)).toBe(true)
    if (published !== null) expect(verifier.verify(stage, publishedMessage(read.value), published)).toBe(true)
  })
})
