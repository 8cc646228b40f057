import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AgreementTerms, decodeTerms, encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { TERMS_BYTES_MAX } from '#protocols/catalog/v1/agreement-constants.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { anyTerms } from '../royalties/terms-arbitraries.ts'
import { clauses, keyOf, party, shareOf, termsOf } from '../royalties/terms-world.ts'

const codeOf = (bytes: Uint8Array): string => {
  const result = decodeTerms(bytes)
  return result.ok ? 'ok' : result.error.code
}
const good = termsOf([
  ['artist', 5_000],
  ['label', 5_000],
])

describe('terms of an agreement', () => {
  test('come back as they were written', () => {
    fc.assert(
      fc.property(anyTerms, terms => {
        const bytes = encodeTerms(terms)
        expect(bytes.length).toBeLessThanOrEqual(TERMS_BYTES_MAX)
        expect(decodeTerms(bytes)).toEqual({ ok: true, value: terms })
      }),
    )
  })

  test('of 32 parties with every clause fit', () => {
    const ids = Array.from({ length: 32 }, (_, at) => `party-number-${at}`)
    const terms = termsOf(ids.map((id, at) => [id, at === 0 ? 390 : 310] as const))
    const bytes = encodeTerms({
      ...terms,
      parties: ids.map(id => ({
        ...party(id),
        isni: '000000012281955X',
        ipi: '00017798450',
        roles: ['artist', 'writer'],
      })),
      composition: { weight: 1_500, shares: terms.master?.shares ?? [] },
      master: { weight: 8_500, shares: terms.master?.shares ?? [] },
      payees: ids.slice(1).map(id =>
        clauses(id, {
          advance: { amount: 500n * 10n ** 9n, to: ids[0] ?? '', rate: 10_000 },
          withholding: { rate: 1_500, name: 'wht', to: null },
        }),
      ),
    })
    expect(codeOf(bytes)).toBe('ok')
  })

  test.each<[string, unknown]>([
    ['an unknown field', { ...good, extra: 1 }],
    ['a missing field', { ...good, gross: undefined }],
    ['a party id in capitals', { ...good, parties: [{ ...party('a'), id: 'A' }] }],
    ['a party id that ends in a dash', { ...good, parties: [{ ...party('a'), id: 'a-' }] }],
    ['a key of 31 bytes', { ...good, parties: [party('a', keyOf('a').slice(1))] }],
    ['a name with a bidirectional override', { ...good, parties: [{ ...party('a'), name: 'a\u202eb' }] }],
    ['33 parties', { ...good, parties: Array.from({ length: 33 }, (_, at) => party(`p${at}`)) }],
    ['no party', { ...good, parties: [] }],
    ['a share of nothing', { ...good, master: { weight: 10_000, shares: [shareOf('artist', 0)] } }],
    ['a share above 100 %', { ...good, master: { weight: 10_000, shares: [shareOf('artist', 10_001)] } }],
    ['a month 13', { ...good, from: '2026-13' }],
    ['an asset without its issuer', { ...good, asset: 'TEST/2' }],
    ['an amount below zero', { ...good, payees: [clauses('artist', { threshold: -1n })] }],
    ['a reserve of 25 months', { ...good, payees: [clauses('artist', { reserve: { rate: 1, periods: 25 } })] }],
    ['a title over two lines', { ...good, title: 'a\nb' }],
  ])('with %s are refused as of the wrong shape', (_, terms) => {
    const clean = Object.fromEntries(Object.entries(terms as object).filter(([, value]) => value !== undefined))
    expect(codeOf(encode(clean))).toBe('wrong-shape')
  })

  test('are refused when cut short, when anything follows, and when too long', () => {
    const bytes = encodeTerms(good)
    for (let length = 0; length < bytes.length; length++) expect(codeOf(bytes.subarray(0, length))).not.toBe('ok')
    expect(codeOf(new Uint8Array([...bytes, 0]))).toBe('trailing-bytes')
    expect(codeOf(new Uint8Array(TERMS_BYTES_MAX + 1))).toBe('too-large')
  })

  test('have one encoding: any changed byte gives other terms or a typed fault', () => {
    fc.assert(
      fc.property(anyTerms, fc.nat(), fc.integer({ min: 1, max: 255 }), (terms, at, change) => {
        const bytes = encodeTerms(terms).slice()
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change
        const read = decodeTerms(bytes)
        if (!read.ok) return
        expect(read.value).not.toEqual(terms satisfies AgreementTerms)
        expect(encodeTerms(read.value)).toEqual(bytes)
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => void decodeTerms(bytes)))
  })
})
