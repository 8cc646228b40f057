import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSplits, percent } from '#src/catalog/splits.ts'

describe('a split', () => {
  it('that totals exactly 100 % is accepted, whatever the parts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 31 }), cuts => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), 10_000]
        const splits = edges.slice(1).map((edge, i) => ({ party: `party ${i}`, shares: edge - (edges[i] ?? 0) }))
        expect(checkSplits(splits)).toEqual({ ok: true, value: splits })
      }),
    )
  })

  it('that totals anything else is refused with the actual total', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 10_000 }), (a, b) => {
        fc.pre(a + b !== 10_000)
        const result = checkSplits([
          { party: 'a', shares: a },
          { party: 'b', shares: b },
        ])
        expect(result.ok ? '' : result.error).toContain(`${percent(a + b)} %`)
      }),
    )
  })

  it('that names nobody, somebody twice, or a share of nothing is refused', () => {
    expect(checkSplits([]).ok).toBe(false)
    const half = { party: 'Ana', shares: 5_000 }
    expect(checkSplits([half, { ...half, party: ' Ana ' }]).ok).toBe(false)
    expect(
      checkSplits([
        { party: 'Ana', shares: 10_000 },
        { party: 'Bo', shares: 0 },
      ]).ok,
    ).toBe(false)
    expect(checkSplits([{ party: '  ', shares: 10_000 }]).ok).toBe(false)
    expect(checkSplits(Array.from({ length: 33 }, (_, i) => ({ party: `p${i}`, shares: 1 }))).ok).toBe(false)
  })

  it('is shown in percent without rounding', () => {
    expect([percent(10_000), percent(3_333), percent(5), percent(9_990)]).toEqual(['100', '33.33', '0.05', '99.90'])
  })
})
