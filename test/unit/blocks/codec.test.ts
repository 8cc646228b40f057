import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { describe, expect, test } from 'vitest'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponseHeader } from '#protocols/blocks/v1/codec.ts'
import { BLOCK_BYTES_MAX } from '#protocols/blocks/v1/constants.ts'

interface Vector {
  readonly name: string
  readonly frame: string
}

interface Vectors {
  readonly requests: {
    readonly valid: readonly (Vector & { id: number; cid: string })[]
    readonly invalid: readonly (Vector & { code: string })[]
  }
  readonly responses: {
    readonly valid: readonly (Vector & { id: number; status: string; block: string })[]
    readonly invalid: readonly (Vector & { code: string })[]
  }
}

const vectorsFile = new URL('../../../protocols/blocks/v1/vectors.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(vectorsFile, 'utf8'))

const id = fc.integer({ min: 0, max: 0xffff_ffff })
const cid = fc
  .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom(0x55, 0x70, 0x71))
  .map(([digest, codec]) => CID.createV1(codec, create(0x12, digest)))
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

describe('a block request', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(id, cid, (id, cid) => {
        const read = decodeRequest(encodeRequest({ id, cid }))
        expect(read.ok && read.value.id === id && read.value.cid.equals(cid)).toBe(true)
      }),
    )
  })

  test('of any bytes is read or refused, never thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const read = decodeRequest(bytes)
        if (read.ok) expect(encodeRequest(read.value)).toEqual(bytes)
      }),
    )
  })

  test.each(vectors.requests.valid)('vector: $name', ({ frame, id, cid }) => {
    const read = decodeRequest(hex(frame))
    expect(read.ok && { id: read.value.id, cid: read.value.cid.toString() }).toEqual({ id, cid })
    expect(Buffer.from(encodeRequest({ id, cid: CID.parse(cid) })).toString('hex')).toBe(frame)
  })

  test.each(vectors.requests.invalid)('vector refused: $name', ({ frame, code }) => {
    expect(decodeRequest(hex(frame))).toMatchObject({ ok: false, error: { code } })
  })
})

describe('a block response', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(id, fc.uint8Array({ maxLength: 300 }), (id, block) => {
        const read = decodeResponse(Uint8Array.from([...encodeResponseHeader(id, 'block'), ...block]))
        expect(read).toEqual({ ok: true, value: { id, status: 'block', block } })
      }),
    )
  })

  test('of any bytes is read or refused, never thrown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), bytes => void decodeResponse(bytes)))
  })

  test('with a block over the limit is refused', () => {
    expect(decodeResponse(new Uint8Array(5 + BLOCK_BYTES_MAX + 1))).toMatchObject({ error: { code: 'too-large' } })
  })

  test.each(vectors.responses.valid)('vector: $name', ({ frame, id, status, block }) => {
    const read = decodeResponse(hex(frame))
    expect(read).toMatchObject({ ok: true, value: { id, status } })
    if (read.ok && read.value.status === 'block') expect(Buffer.from(read.value.block).toString('hex')).toBe(block)
  })

  test.each(vectors.responses.invalid)('vector refused: $name', ({ frame, code }) => {
    expect(decodeResponse(hex(frame))).toMatchObject({ ok: false, error: { code } })
  })
})
