import { toString as asText } from 'uint8arrays/to-string'
import { type AgreementTerms, encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'

/** One case of `agreement-vectors.json`: terms as they travel, what the rules say, and how payments are divided. */
export interface AgreementVector {
  readonly name: string
  /** Terms bytes. */
  readonly hex: string
  /** `ok`, or the code of the rules' refusal. */
  readonly expect: string
  /** One after the other, with everybody active but those who `wait`. Fine units as decimals; the asset is the terms'. */
  readonly payments?: readonly {
    readonly period: string
    readonly amount: string
    readonly wait?: readonly string[]
    /** Another than the terms'. */
    readonly asset?: string
  }[]
}

const UNIT = 1_000_000_000n
const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const party = (id: string, byte: number | null): AgreementTerms['parties'][number] => ({
  id,
  name: id,
  key: byte === null ? null : key(byte),
  roles: [],
  ipi: null,
  isni: null,
})
const share = (id: string, shares: number) => ({ party: id, agreement: null, right: 'all' as const, shares })
const none = {
  escalator: null,
  advance: null,
  reserve: null,
  cap: null,
  guarantee: null,
  withholding: null,
  threshold: null,
}

const simple: AgreementTerms = {
  title: 'Songs for a Park',
  subject: 'ab'.repeat(16),
  previous: null,
  first: null,
  from: null,
  asset: null,
  parties: [party('ana', 1), party('ben', 2), party('cem', null)],
  works: [],
  recordings: [],
  gross: [],
  composition: null,
  master: { weight: 10_000, shares: [share('ana', 3_334), share('ben', 3_333), share('cem', 3_333)] },
  payees: [],
}

const whole: AgreementTerms = {
  ...simple,
  asset: `TEST/2/${'cd'.repeat(32)}`,
  parties: [
    { ...party('ana', 1), roles: ['writer', 'artist'], ipi: '00017798450', isni: '000000012281955X' },
    party('ben', 2),
    { ...party('label', 3), roles: ['label'] },
  ],
  works: [{ title: 'Opening', iswc: 'T0345246801' }],
  recordings: [{ title: 'Opening', isrc: 'QZABC2600001' }],
  gross: [
    { kind: 'tax', name: 'vat', party: null, rate: 1_900, upTo: null },
    { kind: 'rail-fee', name: 'card', party: null, rate: 150, upTo: null },
    { kind: 'distribution-fee', name: 'distribution', party: 'label', rate: 1_000, upTo: null },
    { kind: 'cost', name: 'mastering', party: 'ben', rate: 5_000, upTo: 20n * UNIT },
  ],
  composition: { weight: 1_500, shares: [{ ...share('ana', 10_000), right: 'performing' }] },
  master: { weight: 8_500, shares: [share('ana', 4_000), share('ben', 1_000), share('label', 5_000)] },
  payees: [
    {
      ...none,
      party: 'ana',
      escalator: {
        to: 'label',
        tiers: [
          { above: 0n, keeps: 8_000 },
          { above: 30n * UNIT, keeps: 10_000 },
        ],
      },
      advance: { amount: 15n * UNIT, to: 'label', rate: 5_000 },
      reserve: { rate: 2_000, periods: 6 },
      cap: { amount: 40n * UNIT, to: 'ben' },
      withholding: { rate: 1_500, name: 'wht', to: null },
    },
    { ...none, party: 'ben', threshold: 10n * UNIT },
  ],
}

const november = (amount: bigint, wait: readonly string[] = []) => ({ period: '2026-11', amount: String(amount), wait })

const one = (name: string, expect: string, terms: unknown, payments?: AgreementVector['payments']): AgreementVector => {
  const hex = asText(encode(terms), 'hex')
  return payments === undefined ? { name, hex, expect } : { name, hex, expect, payments }
}

const named = (codes: Partial<AgreementTerms['parties'][number]>) => ({
  ...simple,
  parties: [{ ...party('ana', 1), ...codes }, ...simple.parties.slice(1)],
})

export const agreementVectors: readonly AgreementVector[] = [
  one('a simple split, one party without an account', 'ok', simple, [
    november(7n),
    november(1n),
    november(100n * UNIT),
  ]),
  one('every clause', 'ok', whole, [
    november(50n * UNIT),
    november(50n * UNIT + 7n, ['ben']),
    november(1n),
    november(100n * UNIT, ['ana']),
    { period: '2026-12', amount: String(333_333_333_333n) },
  ]),
  one('every clause, and a payment in another asset between', 'ok', whole, [
    november(50n * UNIT),
    { ...november(100n * UNIT), asset: `EUR/2/${'cd'.repeat(32)}` },
    november(50n * UNIT),
  ]),
  one('an IPI whose check digits do not fit', 'bad-terms', named({ ipi: '00017798451' })),
  one('an ISNI whose check character does not fit', 'bad-terms', named({ isni: '0000000122819550' })),
  one('an ISWC whose check digit does not fit', 'bad-terms', {
    ...simple,
    works: [{ title: 'Opening', iswc: 'T0345246802' }],
  }),
  one('an ISRC of eleven characters', 'bad-terms', {
    ...simple,
    recordings: [{ title: 'Opening', isrc: 'QZABC260001' }],
  }),
  one('an escalator that does not start at 0', 'bad-terms', {
    ...whole,
    payees: [{ ...none, party: 'ana', escalator: { to: 'label', tiers: [{ above: 1n, keeps: 5_000 }] } }],
  }),
  one('shares of 99.99 %', 'shares-not-whole', {
    ...simple,
    master: { weight: 10_000, shares: [share('ana', 9_999)] },
  }),
  one('a share for a stranger', 'unknown-party', {
    ...simple,
    master: { weight: 10_000, shares: [share('eve', 10_000)] },
  }),
  one('an advance by oneself', 'self-reference', {
    ...whole,
    payees: [{ ...none, party: 'ana', advance: { amount: 1n, to: 'ana', rate: 1 } }],
  }),
  one('a tax after a cost', 'bad-terms', { ...whole, gross: whole.gross.toReversed() }),
  one('an amount of no money', 'bad-terms', { ...whole, asset: null }),
  one('an amendment without a month', 'bad-amendment', { ...simple, previous: key(9), first: key(9) }),
  one('an unknown field', 'bad-terms', { ...simple, note: '' }),
  { name: 'cut short', hex: asText(encodeTerms(simple).subarray(0, -1), 'hex'), expect: 'bad-terms' },
]
