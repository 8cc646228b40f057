import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSplits } from '#node/cli/splits.ts'

describe('splits', () => {
  it('are read in percent with at most two decimals', () => {
    expect(parseSplits('ana=50,ben=30,cy=20')).toEqual([
      { party: 'ana', shares: 5000 },
      { party: 'ben', shares: 3000 },
      { party: 'cy', shares: 2000 },
    ])
    expect(parseSplits(' Ana Lima = 33.34 %, ben=33.33,cy=33.33').map(({ shares }) => shares)).toEqual([
      3334, 3333, 3333,
    ])
  })

  it('name the account of whoever has one after an @', () => {
    const account = '0123456789abcdef'.repeat(4)
    expect(parseSplits(`Ana Lima@${account}=50,b@home=50`)).toEqual([
      { party: 'Ana Lima', shares: 5000, account },
      { party: 'b@home', shares: 5000 },
    ])
    expect(() => parseSplits(`${account}=100`)).toThrow('is an account id: put the name before it')
    expect(() => parseSplits(`@${account}=100`)).toThrow('A party has no name')
  })

  it.each([
    ['a=50,b=49', 'The splits total 99 %. They must total exactly 100 %.'],
    ['a=33.33,b=33.33,c=33.33', 'The splits total 99.99 %.'],
    ['a=100,b=0', 'b has 0 %.'],
    ['a=50,a=50', 'a is named twice.'],
    ['a=33.333,b=66.667', 'Cannot read the split "a=33.333"'],
    ['a', 'Cannot read the split "a"'],
    ['', 'Cannot read the split ""'],
    ['a=-10,b=110', 'Cannot read the split "a=-10"'],
    [Array.from({ length: 40 }, (_, i) => `p${i}=2.5`).join(','), 'at most 32 parties; there are 40'],
  ])('say what is wrong with %j', (text, sentence) => {
    expect(() => parseSplits(text)).toThrow(sentence)
    expect(() => parseSplits(text)).toThrow(expect.objectContaining({ code: 'bad-splits' }))
  })

  it('total exactly 10,000 whenever they are accepted, and keep every party', () => {
    const columns = fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(columns, cuts => {
        const edges = [0, ...cuts.sort((a, b) => a - b), 10_000]
        const shares = edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0))
        const parsed = parseSplits(shares.map((share, index) => `p${index}=${(share / 100).toFixed(2)}`).join(','))
        expect(parsed.map(split => split.shares)).toEqual(shares)
      }),
    )
  })
})
