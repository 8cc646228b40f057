import { expect, it } from 'vitest'
import { ladderOf, type TransferFacts } from '#src/value/ladder.ts'

const SENT: TransferFacts = {
  acked: true,
  certified: false,
  outcome: null,
  written: false,
  owedAfter: null,
  reduced: 0n,
}
const step = (more: Partial<TransferFacts>) => ladderOf({ ...SENT, ...more }).step

it('a payment climbs from accepted to settled, a fact at a time', () => {
  expect(step({ acked: false })).toBeNull()
  expect(step({})).toBe('accepted')
  expect(step({ certified: true })).toBe('final')
  expect(step({ certified: true, outcome: 'delivered' })).toBe('delivered')
  expect(step({ certified: true, outcome: 'delivered', owedAfter: 700n, reduced: 699n })).toBe('delivered')
  expect(step({ certified: true, outcome: 'delivered', owedAfter: 700n, reduced: 700n })).toBe('settled')
})

it('a payment that leaves the other side in debt is settled as soon as it is delivered', () => {
  expect(step({ certified: true, outcome: 'delivered', owedAfter: -5n })).toBe('settled')
})

it('money that came back says why', () => {
  const refused = ladderOf({ ...SENT, certified: true, outcome: 'over-limit' })
  expect(refused).toMatchObject({ step: null, returned: 'over-limit' })
  expect(ladderOf({ ...SENT, written: true, outcome: null }).returned).toBe('written-off')
  expect(ladderOf({ ...SENT, written: true, outcome: 'delivered' }).returned).toBe('written-off')
})
