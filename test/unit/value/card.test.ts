import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { codeLeafBytes, readCard, writeCard } from '#protocols/value/v1/card.ts'

const { sha256 } = hasher
const card = fc.record({
  batch: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  serial: fc.nat(1_023),
  secret: fc.uint8Array({ minLength: 10, maxLength: 10 }),
})
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('a voucher code', () => {
  test('is eight groups of four letters, and gives back what was printed', () => {
    fc.assert(
      fc.property(card, value => {
        const code = writeCard(sha256, value)
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){7}$/)
        const { serial, secret } = value
        expect(readCard(sha256, code)).toEqual({ ok: true, value: { batch: value.batch.slice(0, 5), serial, secret } })
      }),
    )
  })

  test('is read however somebody types it', () => {
    fc.assert(
      fc.property(card, value => {
        const code = writeCard(sha256, value)
        const typed = code.toLowerCase().replaceAll('-', '  ').replaceAll('0', 'O').replaceAll('1', 'i')
        expect(readCard(sha256, typed)).toEqual(readCard(sha256, code))
      }),
    )
  })

  test('is refused with one letter wrong, wherever', () => {
    const code = writeCard(sha256, { batch: new Uint8Array(32).fill(1), serial: 7, secret: new Uint8Array(10).fill(2) })
    for (const [at, letter] of [...code].entries())
      for (const other of LETTERS)
        if (letter !== '-' && other !== letter)
          expect(readCard(sha256, code.slice(0, at) + other + code.slice(at + 1)).ok).toBe(false)
  })

  test('is refused, and nothing is thrown, whatever is typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[0-9a-zA-Z -]{32}$/)), typed => {
        expect(readCard(sha256, typed).ok).toBe(false)
      }),
    )
  })

  test('hides in its leaf: the serial in four bytes and the secret', () => {
    expect(codeLeafBytes(0x0102, Uint8Array.of(9, 8))).toEqual(Uint8Array.of(0, 0, 1, 2, 9, 8))
  })
})
