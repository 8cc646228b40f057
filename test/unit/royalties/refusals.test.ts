import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AgreementTerms, encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { CompiledAgreement } from '#src/ledger/rules.ts'
import { createRules } from '#src/royalties/rules.ts'
import { anyTerms } from './terms-arbitraries.ts'
import {
  clauses,
  compiled,
  createMemory,
  faultOf,
  linesOf,
  nestedShare,
  party,
  requestOf,
  rules,
  shareOf,
  termsOf,
  totalOf,
} from './terms-world.ts'

const pair = [
  ['artist', 5_000],
  ['label', 5_000],
] as const
const good = termsOf(pair)
const master = (...shares: NonNullable<AgreementTerms['master']>['shares']) => ({ weight: 10_000, shares })
const cost = { kind: 'cost', name: 'mix', party: null, rate: 100, upTo: null } as const
const hash = new Uint8Array(32).fill(7)

describe('terms are refused', () => {
  test.each<[string, string, Partial<AgreementTerms>]>([
    ['shares-not-whole', '99.99 %', { master: master(shareOf('artist', 9_999)) }],
    ['shares-not-whole', '100.01 %', { master: master(shareOf('artist', 5_001), shareOf('label', 5_000)) }],
    ['shares-not-whole', 'no column', { master: null }],
    [
      'shares-not-whole',
      'columns that weigh 110 %',
      { composition: { weight: 1_000, shares: good.master?.shares ?? [] } },
    ],
    ['bad-terms', 'a party twice in a column', { master: master(shareOf('artist', 5_000), shareOf('artist', 5_000)) }],
    ['bad-terms', 'a share for nobody', { master: master({ ...shareOf('artist', 10_000), party: null }) }],
    ['bad-terms', 'a share for two', { master: master({ ...shareOf('artist', 10_000), agreement: hash }) }],
    ['unknown-party', 'a stranger', { master: master(shareOf('stranger', 10_000)) }],
    ['bad-terms', 'two parties of one id', { parties: [...good.parties, party('artist')] }],
    ['bad-terms', 'a tax after a cost', { gross: [cost, { ...cost, kind: 'tax', name: 'vat' }] }],
    ['bad-terms', 'two steps of one name', { gross: [cost, cost] }],
    ['bad-terms', 'a bounded tax', { gross: [{ ...cost, kind: 'tax', upTo: 5n }] }],
    ['unknown-party', 'a cost to a stranger', { gross: [{ ...cost, party: 'stranger' }] }],
    ['bad-terms', 'an amount of no money', { asset: null, payees: [clauses('artist', { threshold: 5n })] }],
    [
      'unknown-party',
      'an advance by a stranger',
      { payees: [clauses('artist', { advance: { amount: 1n, to: 'stranger', rate: 1 } })] },
    ],
    [
      'self-reference',
      'an advance by oneself',
      { payees: [clauses('artist', { advance: { amount: 1n, to: 'artist', rate: 1 } })] },
    ],
    ['bad-terms', 'clauses twice', { payees: [clauses('artist', {}), clauses('artist', {})] }],
    [
      'bad-terms',
      'tiers that fall',
      {
        payees: [
          clauses('artist', {
            escalator: {
              to: 'label',
              tiers: [
                { above: 0n, keeps: 1 },
                { above: 0n, keeps: 2 },
              ],
            },
          }),
        ],
      },
    ],
    ['bad-terms', 'an IPI that is mistyped', { parties: good.parties.map(who => ({ ...who, ipi: '00017798451' })) }],
    [
      'bad-terms',
      'an ISNI that is mistyped',
      { parties: good.parties.map(who => ({ ...who, isni: '0000000122819551' })) },
    ],
    ['bad-terms', 'an ISWC that is mistyped', { works: [{ title: 'Opening', iswc: 'T0345246802' }] }],
    ['bad-amendment', 'an amendment without a month', { previous: hash, first: hash }],
    ['bad-amendment', 'a first version that follows none', { first: hash }],
  ])('as %s for %s', (code, _, change) => {
    expect(faultOf({ ...good, ...change })).toBe(code)
  })

  test('with a fault and a sentence for any bytes, and never anything else', () => {
    const check = (bytes: Uint8Array): void => {
      const result = rules.compile(bytes)
      if (!result.ok) expect(result.error.message).toMatch(/^\S.{8,}[.]$/s)
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), check))
    fc.assert(
      fc.property(anyTerms, fc.nat(), fc.nat(255), (terms, at, value) => {
        const bytes = encodeTerms(terms).slice()
        bytes[at % bytes.length] = value
        check(bytes)
        check(bytes.subarray(0, at % bytes.length))
      }),
    )
  })

  test('when they are longer than 16 KiB', () => {
    expect(rules.compile(new Uint8Array(16_385))).toMatchObject({ ok: false, error: { code: 'bad-terms' } })
  })

  test('when they name themselves', () => {
    const everything = createRules({ hasher: { sha256: () => hash } })
    expect(everything.compile(encodeTerms({ ...good, master: master(nestedShare(hash, 10_000)) }))).toMatchObject({
      ok: false,
      error: { code: 'self-reference' },
    })
  })
})

/** A chain of agreements: the last pays a party, each other one half to the next and half to a party. */
function chainOf(length: number): {
  outermost: CompiledAgreement
  nested: (hash: Uint8Array) => CompiledAgreement | null
} {
  const known: CompiledAgreement[] = [compiled(termsOf([['deepest', 10_000]], { title: 'deepest', subject: null }))]
  for (let at = 1; at < length; at++) {
    const inner = known.at(-1)?.hash ?? hash
    const id = `level-${at}`
    known.push(
      compiled({
        ...termsOf([[id, 10_000]]),
        title: id,
        subject: null,
        master: master(shareOf(id, 5_000), nestedShare(inner, 5_000)),
      }),
    )
  }
  const outermost = known.at(-1)
  if (outermost === undefined) throw new Error('a chain has an agreement')
  return { outermost, nested: asked => known.find(one => Buffer.from(one.hash).equals(asked)) ?? null }
}

describe('nested agreements', () => {
  test('divide to the unit, eight deep', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 80n }), fc.integer({ min: 1, max: 8 }), (amount, depth) => {
        const { outermost, nested } = chainOf(depth)
        expect(rules.checkNesting(outermost, nested).ok).toBe(true)
        const lines = linesOf(outermost, requestOf(amount, { nested }))
        expect(totalOf(lines)).toBe(amount)
        if (amount > 1_000n) expect(lines).toHaveLength(depth)
      }),
    )
  })

  test('divide by their own clauses and let their own parties wait', () => {
    const inner = compiled(
      termsOf(pair, {
        subject: null,
        payees: [clauses('artist', { advance: { amount: 50n, to: 'label', rate: 10_000 } })],
      }),
    )
    const outer = compiled({
      ...termsOf([['fund', 10_000]]),
      master: master(shareOf('fund', 1_000), nestedShare(inner.hash, 9_000)),
    })
    const memory = createMemory()
    const lines = linesOf(
      outer,
      requestOf(1_000n, { memory, nested: () => inner, standing: (_, id) => (id === 'label' ? 'unsigned' : 'active') }),
    )
    expect(lines.map(({ party: who, amount, tag }) => [who, amount, tag])).toEqual([
      ['fund', 100n, 'share'],
      ['label', 50n, 'recoup'],
      ['artist', 400n, 'share'],
      ['label', 450n, 'share'],
    ])
    expect(lines.filter(({ holder }) => holder === inner.holders('label').suspense)).toHaveLength(2)
  })

  test('are refused nine deep, in a circle, unknown, or for too many payees, with the memory untouched', () => {
    const { outermost, nested } = chainOf(9)
    const memory = createMemory()
    const deep = { ok: false, error: { code: 'nesting-too-deep' } }
    expect(rules.checkNesting(outermost, nested)).toMatchObject(deep)
    expect(outermost.divide(requestOf(100n, { nested, memory }))).toMatchObject(deep)
    const unknown = { ok: false, error: { code: 'unknown-agreement' } }
    expect(rules.checkNesting(outermost, () => null)).toMatchObject(unknown)
    expect(outermost.divide(requestOf(100n, { memory }))).toMatchObject(unknown)
    const circle = { ok: false, error: { code: 'self-reference' } }
    expect(rules.checkNesting(outermost, () => outermost)).toMatchObject(circle)
    expect(outermost.divide(requestOf(100n, { memory, nested: () => outermost }))).toMatchObject(circle)
    expect(memory.entries.size).toBe(0)

    const members = Array.from({ length: 32 }, (_, at): [string, number] => [`p${at}`, at === 0 ? 390 : 310])
    const crowd = compiled(termsOf(members, { subject: null }))
    const leaves = Array.from({ length: 8 }, (_, at) => new Uint8Array(32).fill(at + 1))
    const wide = compiled({
      ...termsOf([['a', 10_000]]),
      master: master(...leaves.map(leaf => nestedShare(leaf, 1_250))),
    })
    expect(rules.checkNesting(wide, () => crowd)).toMatchObject({
      ok: false,
      error: { code: 'too-many-payees' },
    })
  })
})
