import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkBrought } from '#web/verify/brought.ts'

const community = new Uint8Array(32).fill(1)
const shown = {
  community: '01'.repeat(32),
  index: 7,
  amount: '700',
  at: 1_700_000_000_000,
  asset: { code: 'TEST', scale: 2, issuer: '01'.repeat(32) },
  communityName: 'Park',
  releaseTitle: null,
}

describe('a receipt that somebody brings along', () => {
  it('is shown and does not hold when its proof is missing', () => {
    const read = checkBrought({ community, index: 7, proof: JSON.stringify(shown) })
    expect(read).toMatchObject({ good: false, proof: { amount: '700' } })
  })

  it.each([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['an amount of words', JSON.stringify({ ...shown, amount: '1e9' })],
    ['an amount of many digits', JSON.stringify({ ...shown, amount: '9'.repeat(5_000) })],
    ['a title that is no text', JSON.stringify({ ...shown, releaseTitle: { html: '<b>' } })],
    ['a scale of a thousand', JSON.stringify({ ...shown, asset: { ...shown.asset, scale: 1_000 } })],
    ['a time that is none', JSON.stringify({ ...shown, at: 1e300 })],
  ])('cannot be read with %s, which is said and not thrown', (_name, proof) => {
    expect(checkBrought({ community, index: 7, proof })).toMatchObject({ proof: null, good: false })
  })

  it('is never good, and never a fault, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('entry', 'checkpoint', 'proof', 'committee', 'lines'), fc.jsonValue()),
        extra => {
          const proof = JSON.stringify({ ...shown, ...extra })
          expect(checkBrought({ community, index: 7, proof }).good).toBe(false)
        },
      ),
    )
  })
})
