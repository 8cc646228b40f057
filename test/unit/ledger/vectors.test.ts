import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import {
  canonicalSplits,
  decodeAnnouncement,
  decodeEntry,
  encodeAnnouncement,
  encodeEntry,
} from '#protocols/ledger/v1/codec.ts'
import { checkAnnouncement } from '#src/ledger/announcement.ts'
import { verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { checkEntry } from '#src/ledger/entry-rules.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { ports } from './world.ts'

interface Bytes {
  readonly name: string
  readonly hex: string
}
interface Note {
  readonly name: string
  readonly note: string
}
interface Refused {
  readonly code: string
}
interface Vectors {
  readonly community: string
  readonly origin: string
  readonly keyId: string
  readonly agreements: readonly { readonly splits: [string, number][]; readonly hex: string; readonly hash: string }[]
  readonly entries: {
    readonly valid: readonly (Bytes & { readonly leaf: string; readonly value: unknown })[]
    readonly malformed: readonly (Bytes & Refused)[]
    readonly invalid: readonly (Bytes & Refused)[]
  }
  readonly checkpoints: {
    readonly valid: readonly (Note & { readonly size: number; readonly root: string })[]
    readonly invalid: readonly (Note & Refused)[]
  }
  readonly announcements: {
    readonly valid: readonly (Bytes & {
      readonly index: number
      readonly size: number
      readonly prefix: string | null
    })[]
    readonly invalid: readonly (Bytes & Refused)[]
  }
}

const FILE = new URL('../../../protocols/ledger/v1/vectors.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(FILE, 'utf8'))
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const community = bytes(vectors.community)

/** As the vectors write values: bytes as hex, amounts as decimal text. */
const written = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(written)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item)]))
}

describe('the ledger vectors', () => {
  test.each(vectors.agreements)('an agreement has one form and one hash, however it is listed', agreement => {
    const canonical = canonicalSplits(agreement.splits.map(([party, shares]) => ({ party, shares })))
    expect(hex(canonical)).toBe(agreement.hex)
    expect(hex(ports.hasher.sha256(canonical))).toBe(agreement.hash)
  })

  test.each(vectors.entries.valid)('entry: $name is read, valid, and written to the same bytes', vector => {
    const decoded = decodeEntry(bytes(vector.hex))
    if (!decoded.ok) throw new Error(decoded.error.message)
    expect(written(decoded.value)).toEqual(vector.value)
    expect(hex(encodeEntry(decoded.value))).toBe(vector.hex)
    expect(hex(leafHash(ports.hasher, bytes(vector.hex)))).toBe(vector.leaf)
    expect(checkEntry(ports, community, bytes(vector.hex)).ok).toBe(true)
  })

  test.each(vectors.entries.malformed)('entry: $name is not read ($code)', vector => {
    expect(decodeEntry(bytes(vector.hex))).toMatchObject({ ok: false, error: { code: vector.code } })
    expect(checkEntry(ports, community, bytes(vector.hex))).toMatchObject({ ok: false, error: { code: 'bad-entry' } })
  })

  test.each(vectors.entries.invalid)('entry: $name is read but not valid ($code)', vector => {
    expect(decodeEntry(bytes(vector.hex)).ok).toBe(true)
    expect(checkEntry(ports, community, bytes(vector.hex))).toMatchObject({ ok: false, error: { code: vector.code } })
  })

  test.each(vectors.checkpoints.valid)('checkpoint: $name verifies', vector => {
    const head = verifyCheckpoint(ports, community, vector.note)
    if (!head.ok) throw new Error(head.error.message)
    expect([head.value.size, hex(head.value.root)]).toEqual([vector.size, vector.root])
    expect(head.value.signatures[0]?.name).toBe(vectors.origin)
    expect(hex(head.value.signatures[0]?.keyId ?? new Uint8Array())).toBe(vectors.keyId)
  })

  test.each(vectors.checkpoints.invalid)('checkpoint: $name is refused ($code)', vector => {
    expect(verifyCheckpoint(ports, community, vector.note)).toMatchObject({ ok: false, error: { code: vector.code } })
    if (vector.code === 'malformed') expect(parseCheckpoint(vector.note).ok).toBe(false)
  })

  test.each(vectors.announcements.valid)('announcement: $name proves itself and the history before it', vector => {
    const proven = checkAnnouncement(ports, community, bytes(vector.hex))
    if (!proven.ok) throw new Error(proven.error.message)
    expect(proven.value.announcement.index).toBe(vector.index)
    expect(proven.value.checkpoint.size).toBe(vector.size)
    expect(proven.value.prefix === null ? null : hex(proven.value.prefix)).toBe(vector.prefix)
    const decoded = decodeAnnouncement(bytes(vector.hex))
    expect(decoded.ok && hex(encodeAnnouncement(decoded.value))).toBe(vector.hex)
  })

  test.each(vectors.announcements.invalid)('announcement: $name is refused ($code)', vector => {
    const refused = { ok: false, error: { code: vector.code } }
    expect(checkAnnouncement(ports, community, bytes(vector.hex))).toMatchObject(refused)
  })
})
