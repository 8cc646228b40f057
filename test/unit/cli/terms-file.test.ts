import { describe, expect, it } from 'vitest'
import { termsFromJson } from '#node/cli/terms-file.ts'
import { hasher } from '#node/identity/crypto-ports.ts'
import { decodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { createRules } from '#src/royalties/rules.ts'

const KEY = 'ab'.repeat(32)
const small = {
  title: 'Two Songs',
  release: '00112233445566778899aabbccddeeff',
  parties: [
    { id: 'ana', name: 'Ana', key: KEY },
    { id: 'bo', name: 'Bo' },
  ],
  master: {
    shares: [
      { party: 'ana', percent: 66.67 },
      { party: 'bo', percent: 33.33 },
    ],
  },
}
const refusal = (value: unknown): string => {
  try {
    termsFromJson(typeof value === 'string' ? value : JSON.stringify(value))
    return 'accepted'
  } catch (cause) {
    return (cause as Error).message
  }
}

describe('terms as people write them', () => {
  it('become the canonical terms: percent in hundredths, amounts in fine units, what is left out is null', () => {
    const bytes = termsFromJson(
      JSON.stringify({
        ...small,
        payees: [{ party: 'ana', cap: { amount: '12.50', to: 'bo' } }],
        asset: `TEST/2/${KEY}`,
      }),
    )
    const terms = decodeTerms(bytes)
    if (!terms.ok) throw new Error(terms.error.message)
    expect(terms.value.master?.shares.map(one => one.shares)).toEqual([6_667, 3_333])
    expect(terms.value.payees[0]?.cap).toEqual({ amount: 12_500_000_000n, to: 'bo' })
    expect(terms.value.parties[1]?.key).toBeNull()
    expect(createRules({ hasher }).compile(bytes).ok).toBe(true)
  })

  it.each([
    ['{', 'no JSON file'],
    [{ ...small, extra: 1 }, 'Unrecognized key'],
    [{ ...small, parties: [{ id: 'ana', name: 'Ana', key: 'ab' }] }, 'parties.0.key: 64 hex digits'],
    [{ ...small, master: { shares: [{ party: 'ana', percent: 33.333 }] } }, 'at most two decimals'],
    [{ ...small, release: 'x' }, 'subject'],
    [{ ...small, payees: [{ party: 'ana', threshold: '1e3' }] }, 'an amount is a text such as'],
  ])('%j is refused with the field and the reason', (value, sentence) => {
    expect(refusal(value)).toContain(sentence)
  })
})
