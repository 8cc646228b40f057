import { describe, expect, test } from 'vitest'
import { readOrder, verifyOrder } from '#src/ledger/orders.ts'
import { asset, community, desk, fan, issueOrder, order, ports, RELEASE, tipOrder } from './world.ts'

const read = (made: { envelope: Parameters<typeof readOrder>[2] }) => {
  const result = readOrder(ports.hasher, community, made.envelope)
  return result.ok ? result.value.kind : result.error.code
}
const tipIn = (change: Partial<typeof asset>) =>
  order(fan, 'value/tip', 1, { release: RELEASE, amount: 1n, asset: { ...asset, ...change }, note: null })

describe('an order', () => {
  test('of the desk credits, and of a fan pays', () => {
    expect(read(issueOrder(1, 5n))).toBe('issue')
    expect(read(tipOrder(1, 5n))).toBe('tip')
  })

  test('in what another community issues is refused: its credit is no credit here', () => {
    expect(read(tipIn({ issuer: fan.publicKey }))).toBe('wrong-asset')
  })

  test('is refused when it is for another community, by somebody who may not, of nothing, or no order at all', () => {
    expect(read(order(fan, 'value/tip', 1, {}, fan.publicKey))).toBe('wrong-community')
    expect(read(issueOrder(1, 5n, fan))).toBe('not-the-desk')
    expect(read(tipOrder(1, 0n))).toBe('zero-amount')
    expect(read(order(fan, 'value/tip', 1, { release: RELEASE }))).toBe('bad-order')
    expect(read(order(desk, 'catalog/withdraw', 1, {}))).toBe('bad-order')
  })

  test('under a signature that does not verify is refused', () => {
    const { bytes } = tipOrder(1, 5n).envelope
    expect(verifyOrder(ports, community, bytes)).toMatchObject({ ok: true, value: { amount: 5n } })
    const forged = bytes.slice()
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(verifyOrder(ports, community, forged)).toMatchObject({ error: { code: 'bad-signature' } })
  })
})
