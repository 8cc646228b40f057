import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { concat } from 'uint8arrays/concat'
import { describe, expect, it } from 'vitest'
import {
  decodeArchive,
  decodeCarHeader,
  decodeCarSection,
  encodeArchive,
  encodeCarHeader,
  encodeCarSection,
  encodeLength,
} from '#protocols/archive/v1/codec.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'

const cidOf = (code: number, bytes: Uint8Array): CID =>
  CID.createV1(code, create(0x12, createHash('sha256').update(bytes).digest()))
const seed = fc.uint8Array({ minLength: 1, maxLength: 8 })
const entry = fc.record({
  manifest: seed.map(bytes => cidOf(0x55, bytes)),
  root: fc.tuple(seed, fc.constantFrom(0x55, 0x70)).map(([bytes, code]) => cidOf(code, bytes)),
})

describe('the archive block', () => {
  it('survives encoding and decoding', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), releases => {
        const decoded = decodeArchive(encodeArchive({ releases }))
        expect(decoded.ok && decoded.value.releases.map(({ manifest, root }) => `${manifest} ${root}`)).toEqual(
          releases.map(({ manifest, root }) => `${manifest} ${root}`),
        )
      }),
    )
  })

  it('is refused, never believed in part, when any byte is changed or missing', () => {
    const bytes = encodeArchive({ releases: [{ manifest: cidOf(0x55, bytesOf(1)), root: cidOf(0x70, bytesOf(2)) }] })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = bytes.slice()
        changed[at] = (changed[at] ?? 0) ^ flip
        const result = decodeArchive(changed)
        // A flipped digest byte is another CID of the same form: the block it names is then missing.
        if (result.ok) expect(encodeArchive(result.value)).toEqual(changed)
        expect(decodeArchive(bytes.subarray(0, at)).ok).toBe(false)
      }),
    )
  })

  it('refuses unknown kinds, versions, keys, codecs and hashes', () => {
    const good = { manifest: cidOf(0x55, bytesOf(1)), root: cidOf(0x70, bytesOf(2)) }
    const archive = { kind: 'bandstand/archive', version: 1, releases: [good] }
    expect(decodeArchive(encode(archive)).ok).toBe(true)
    for (const bad of [
      { ...archive, kind: 'other' },
      { ...archive, version: 2 },
      { ...archive, more: 1 },
      { ...archive, releases: [{ ...good, manifest: good.root }] },
      { ...archive, releases: [{ ...good, root: cidOf(0x71, bytesOf(2)) }] },
      { ...archive, releases: [{ ...good, root: CID.createV1(0x55, create(0x00, bytesOf(1))) }] },
    ])
      expect(decodeArchive(encode(bad)).ok).toBe(false)
  })
})

describe('CAR framing', () => {
  it('gives back root, CID and block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), bytes => {
        const cid = cidOf(0x55, bytes)
        const section = concat([encodeCarSection(cid, bytes.length), bytes])
        const prefix = encodeLength(36 + bytes.length).length
        const decoded = decodeCarSection(section.subarray(prefix))
        expect(decoded.ok && decoded.value.cid.equals(cid) && decoded.value.bytes).toEqual(bytes)
      }),
    )
    const root = cidOf(0x71, bytesOf(3))
    const header = decodeCarHeader(encodeCarHeader(root).subarray(1))
    expect(header.ok && header.value.toString()).toBe(root.toString())
  })

  it('refuses anything else without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        decodeCarSection(bytes)
        expect(decodeCarHeader(bytes).ok).toBe(false)
      }),
    )
    const root = cidOf(0x71, bytesOf(3))
    expect(decodeCarHeader(encode({ roots: [root, root], version: 1 })).ok).toBe(false)
    expect(decodeCarHeader(encode({ roots: [root], version: 2 })).ok).toBe(false)
    expect(decodeCarHeader(encode({ roots: [], version: 1 })).ok).toBe(false)
  })
})

function bytesOf(byte: number): Uint8Array {
  return Uint8Array.from([byte])
}
