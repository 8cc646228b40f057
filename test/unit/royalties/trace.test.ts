import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { traceDivision } from '#src/royalties/trace.ts'
import { scratchMemory, whatIf } from '#src/royalties/what-if.ts'
import { anyTerms } from './terms-arbitraries.ts'
import {
  ASSET,
  clauses,
  compiled,
  createMemory,
  linesOf,
  nestedShare,
  requestOf,
  shareOf,
  termsOf,
  UNIT,
} from './terms-world.ts'

describe('an explanation', () => {
  test('tells of the lines that a division writes, each once and in order', () => {
    fc.assert(
      fc.property(anyTerms, fc.array(fc.bigInt({ min: 0n, max: 5_000n }), { maxLength: 6 }), (terms, amounts) => {
        const agreement = compiled(terms)
        const [told, silent] = [createMemory(), createMemory()]
        for (const amount of amounts) {
          const trace = traceDivision(agreement, requestOf(amount, { memory: told }))
          const lines = linesOf(agreement, requestOf(amount, { memory: silent }))
          if (!trace.ok) throw new Error(trace.error.message)
          expect(trace.value.lines).toEqual(lines)
          expect(trace.value.steps.flatMap(({ line }) => (line === null ? [] : [line]))).toEqual(lines)
          for (const { text, line, amount: part } of trace.value.steps) {
            expect(text).toMatch(/^\S.* TEST.*\.$/)
            if (line !== null) expect(line.amount).toBe(part)
          }
        }
        expect(told.entries).toEqual(silent.entries)
      }),
    )
  })

  test('reads as people speak', () => {
    const inner = compiled(termsOf([['writer', 10_000]], { title: 'Opening, the song', subject: null }))
    const agreement = compiled({
      ...termsOf([
        ['artist', 5_000],
        ['label', 5_000],
        ['drummer', 1],
      ]),
      gross: [{ kind: 'tax', name: 'vat', party: null, rate: 1_000, upTo: null }],
      composition: { weight: 1_000, shares: [nestedShare(inner.hash, 10_000)] },
      master: { weight: 9_000, shares: [shareOf('artist', 5_000), shareOf('label', 4_000), shareOf('drummer', 1_000)] },
      payees: [
        clauses('artist', {
          advance: { amount: 10n * UNIT, to: 'label', rate: 5_000 },
          reserve: { rate: 2_000, periods: 6 },
          withholding: { rate: 1_500, name: 'wht', to: null },
        }),
        clauses('label', { threshold: 50n * UNIT }),
      ],
    })
    const trace = whatIf(agreement, {
      amount: 100n * UNIT,
      asset: ASSET,
      period: '2026-11',
      nested: () => inner,
      standing: (_, id) => (id === 'drummer' ? 'unsigned' : 'active'),
    })
    expect(trace.ok && trace.value.steps.map(({ depth, text }) => '  '.repeat(depth) + text)).toEqual([
      '100.00 TEST is divided by the agreement “Songs for a Park”.',
      'Of 100.00 TEST, 10 % tax “vat”: 10.00 TEST.',
      '90.00 TEST of 100.00 TEST is left for the shares.',
      'Of 90.00 TEST, the share of ARTIST of the band is 45 %: 40.50 TEST.',
      'Of 40.50 TEST, 10.00 TEST of the share of ARTIST of the band pays back the advance of LABEL of the band.',
      'Of 30.50 TEST, 20 % is held back in reserve for ARTIST of the band: 6.10 TEST.',
      'Of 24.40 TEST, 15 % is withheld from ARTIST of the band: 3.66 TEST.',
      'ARTIST of the band gets 20.74 TEST.',
      'Of 90.00 TEST, 9 % to DRUMMER of the band: 8.10 TEST, where it waits until they may be paid.',
      'Of 90.00 TEST, the share of LABEL of the band is 36 %: 32.40 TEST.',
      'LABEL of the band gets 32.40 TEST, held until it reaches their payout threshold.',
      'Of 90.00 TEST, 10 % goes into the agreement “Opening, the song”: 9.00 TEST.',
      '  9.00 TEST is divided by the agreement “Opening, the song”.',
      '  The whole 9.00 TEST goes to the shares.',
      '  WRITER of the band gets 9.00 TEST.',
    ])
  })

  test('of what would be changes no counter', () => {
    const agreement = compiled(
      termsOf(
        [
          ['artist', 5_000],
          ['label', 5_000],
        ],
        {
          payees: [clauses('artist', { advance: { amount: 300n, to: 'label', rate: 10_000 } })],
        },
      ),
    )
    const memory = createMemory()
    linesOf(agreement, requestOf(200n, { memory }))
    const before = new Map(memory.entries)
    const ask = { asset: ASSET, period: '2026-11', nested: () => null, memory, amount: 1_000n }
    const answers = [whatIf(agreement, ask), whatIf(agreement, ask)]
    expect(answers[0]).toEqual(answers[1])
    expect(memory.entries).toEqual(before)
    expect(scratchMemory(memory).get([...before.keys()][0] ?? '')).toBe(100n)
  })
})
