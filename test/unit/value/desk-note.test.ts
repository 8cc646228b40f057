import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import {
  DESK_DIRECTIONS,
  DESK_KINDS,
  DESK_NOTE_BYTES_MAX,
  decodeDeskNote,
  deskNoteMessage,
  encodeDeskNote,
  type SignedDeskNote,
} from '#protocols/value/v1/desk-note.ts'
import { settlementMemoMessage } from '#protocols/value/v1/settlement-memo.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const note: fc.Arbitrary<SignedDeskNote> = fc.record({
  community: bytes(32),
  id: bytes(32),
  direction: fc.constantFrom(...DESK_DIRECTIONS),
  kind: fc.constantFrom(...DESK_KINDS),
  other: bytes(32),
  amount: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  code: fc.constantFrom('EUR', 'TEST', 'HOURS123'),
  scale: fc.nat(9),
  memo: bytes(32),
  words: fc.option(bytes(32)),
  at: fc.nat(Number.MAX_SAFE_INTEGER),
  signature: bytes(64),
})

describe('a note of a cash desk', () => {
  test('is read as it was written, and fits its limit', () => {
    fc.assert(
      fc.property(note, value => {
        const encoded = encodeDeskNote(value)
        expect(encoded.length).toBeLessThanOrEqual(DESK_NOTE_BYTES_MAX)
        expect(decodeDeskNote(encoded)).toEqual({ ok: true, value })
      }),
    )
  })

  test('is refused when it is cut, longer, or made of other bytes', () => {
    fc.assert(
      fc.property(note, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, change) => {
        const encoded = encodeDeskNote(value)
        const at = place % encoded.length
        expect(decodeDeskNote(encoded.subarray(0, at)).ok).toBe(false)
        expect(decodeDeskNote(Buffer.concat([encoded, Uint8Array.of(0)])).ok).toBe(false)
        const other = Uint8Array.from(encoded)
        other[at] = (other[at] ?? 0) ^ change
        const read = decodeDeskNote(other)
        // Another byte is another note, or none: never the same one.
        if (read.ok) expect(read.value).not.toEqual(value)
      }),
    )
  })

  test('holds for what it says alone: every field is under the signature', () => {
    const signer = signerFromSeed(new Uint8Array(32).fill(1))
    const [value] = fc.sample(note, { numRuns: 1, seed: 7 }) as [SignedDeskNote]
    const mine = { ...value, community: signer.publicKey }
    const signature = signer.sign(deskNoteMessage(mine))
    expect(verifier.verify(signer.publicKey, deskNoteMessage(mine), signature)).toBe(true)
    const others: Partial<SignedDeskNote>[] = [
      { id: new Uint8Array(32) },
      { direction: mine.direction === 'in' ? 'out' : 'in' },
      { kind: mine.kind === 'cash' ? 'bank' : 'cash' },
      { other: new Uint8Array(32) },
      { amount: mine.amount + 1n },
      { code: 'USD' },
      { scale: (mine.scale + 1) % 10 },
      { memo: new Uint8Array(32) },
      { words: new Uint8Array(32) },
      { at: mine.at + 1 },
    ]
    for (const change of others)
      expect(verifier.verify(signer.publicKey, deskNoteMessage({ ...mine, ...change }), signature)).toBe(false)
  })
})

test('a settlement’s memo names all that was agreed before it was paid', () => {
  const terms = { debtor: new Uint8Array(32), creditor: new Uint8Array(32).fill(1), code: 'EUR', scale: 2 }
  const whole = { ...terms, amount: 5n, number: 1, rail: 'cash', at: 1 }
  const changes = [{ amount: 6n }, { number: 2 }, { rail: 'codes' }, { at: 2 }, { scale: 3 }, { code: 'USD' }]
  const messages = [whole, ...changes.map(change => ({ ...whole, ...change }))].map(one =>
    Buffer.from(settlementMemoMessage(one)).toString('hex'),
  )
  expect(new Set(messages).size).toBe(messages.length)
})
