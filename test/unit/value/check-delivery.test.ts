import { describe, expect, it } from 'vitest'
import { checkDelivery, type ShownDelivery } from '#src/value/delivery/check.ts'
import { simHasher, simKey, simVerifier } from '#test/support/sim-ledger-crypto.ts'
import {
  COMMITTEE,
  pathOf,
  SHOWN_LINES,
  STOPS,
  shownDelivery,
  shownLeaf,
  transferOrder,
} from '#test/support/value-path.ts'

const PORTS = { hasher: simHasher, verifier: simVerifier }
const check = (shown: ShownDelivery) => checkDelivery(PORTS, shown, () => COMMITTEE)
const code = (shown: ShownDelivery): string => {
  const checked = check(shown)
  return checked.ok ? checked.value.outcome : checked.error.code
}
const PATHS = [1, 2, 3, 4].flatMap(hops => Array.from({ length: hops }, (_, at) => [hops, at + 1] as const))

describe('a delivery that is shown to its payer', () => {
  it.each(PATHS)('holds over %i hops, shown by the community at place %i', (hops, by) => {
    const checked = check(shownDelivery(hops, by))
    expect(checked).toMatchObject({
      ok: true,
      value: { outcome: 'delivered', arrived: 5_000_000_000n, by: STOPS[hops] },
    })
    expect(checked.ok && checked.value.certificate.weight).toBe(3)
    expect(checked.ok && checked.value.lines?.[0]?.party).toBe('ada')
  })

  it.each(PATHS)('tells a refusal over %i hops by whoever stands at place %i', (hops, place) => {
    for (let by = 1; by <= place; by++)
      expect(code(shownDelivery(hops, by, undefined, { outcome: 'over-limit', place }))).toBe('over-limit')
  })

  it('is of this order and this entry of the own log', () => {
    const shown = shownDelivery(2)
    expect(code({ ...shown, order: transferOrder(2, { amount: 501n }) })).toBe('wrong-order')
    expect(code({ ...shown, paid: { index: 41, leaf: pathOf(2, 2).paid.leaf } })).toBe('wrong-order')
    expect(code({ ...shown, order: Uint8Array.of(1) })).toBe('unreadable')
    expect(code({ ...shown, order: transferOrder(3) })).toBe('wrong-path')
    const unsigned = transferOrder(2)
    unsigned.fill(0, -64)
    expect(code({ ...shown, order: unsigned })).toBe('wrong-order')
  })

  it('names the communities of the order, and sequences that fit', () => {
    const stranger = simKey(77)
    const spoil = (hops: number, by: number, place: number, kind: string, fields: object) =>
      code(
        shownDelivery(hops, by, (entry, at) => (at === place && entry.kind === kind ? { ...entry, ...fields } : entry)),
      )
    expect(spoil(2, 2, 2, 'transfer-in', { source: stranger })).toBe('wrong-path')
    expect(spoil(2, 2, 2, 'transfer-in', { sequence: 99 })).toBe('wrong-path')
    expect(spoil(2, 2, 1, 'transfer-in', { onward: 99 })).toBe('wrong-path')
    expect(spoil(2, 2, 0, 'transfer-out', { next: stranger })).toBe('wrong-path')
    expect(spoil(2, 2, 0, 'transfer-out', { sequence: 8 })).toBe('wrong-path')
    expect(spoil(2, 1, 1, 'transfer-end', { next: stranger })).toBe('wrong-path')
    expect(spoil(2, 1, 1, 'transfer-end', { back: null })).toBe('wrong-path')
    expect(spoil(2, 1, 1, 'transfer-end', { back: { source: STOPS[0], sequence: 6 } })).toBe('wrong-path')
    expect(spoil(3, 1, 1, 'transfer-end', { sequence: 6 })).toBe('wrong-path')
    expect(spoil(3, 1, 1, 'transfer-end', {})).toBe('delivered')
  })

  it('is no delivery when somebody on the way says so who is not paid', () => {
    expect(code(shownDelivery(2, 1, undefined, { outcome: 'delivered', place: 1 }))).toBe('wrong-path')
    const { leaf, order } = pathOf(2, 2)
    expect(code({ order, paid: null, lines: null, answer: shownLeaf(simKey(77), leaf) })).toBe('wrong-path')
    expect(code({ order, paid: null, lines: null, answer: shownLeaf(STOPS[1] as Uint8Array, leaf) })).toBe('wrong-path')
  })

  it('stands in a log that enough seats of its committee certified', () => {
    const { leaf, order } = pathOf(1, 1)
    const to = STOPS[1] as Uint8Array
    const shown = (more: object = {}) => ({
      order,
      paid: null,
      lines: null,
      answer: { ...shownLeaf(to, leaf), ...more },
    })
    expect(code(shown())).toBe('delivered')
    expect(code({ ...shown(), answer: shownLeaf(to, leaf, { cosigned: 2 }) })).toBe('not-certified')
    expect(code({ ...shown(), answer: shownLeaf(to, leaf, { epoch: 2 }) })).toBe('wrong-committee')
    expect(code(shown({ index: 6 }))).toBe('not-included')
    expect(code(shown({ path: [] }))).toBe('not-included')
    expect(code(shown({ commitPath: [] }))).toBe('not-included')
    expect(code(shown({ note: shownLeaf(STOPS[2] as Uint8Array, leaf).note }))).toBe('bad-note')
    expect(code(shown({ note: 'nonsense' }))).toBe('bad-note')
    expect(code(shown({ note: shownLeaf(to, leaf).note.replace('\n12\n', '\n13\n') }))).toBe('bad-note')
    expect(code(shown({ commit: leaf }))).toBe('unreadable')
    expect(checkDelivery(PORTS, shown(), () => null)).toMatchObject({ ok: false, error: { code: 'wrong-committee' } })
  })

  it('is not proven by a community in between that nobody else certifies, only by the one that decided', () => {
    const alone = (community: Uint8Array) => ({ epoch: 1, seats: [], total: 1, quorum: 1, community })
    const verdict = (hops: number, by: number): string => {
      const checked = checkDelivery(PORTS, shownDelivery(hops, by), alone)
      return checked.ok ? checked.value.outcome : checked.error.code
    }
    expect(verdict(1, 1)).toBe('delivered')
    expect(verdict(2, 2)).toBe('delivered')
    expect(verdict(2, 1)).toBe('not-certified')
    expect(verdict(3, 2)).toBe('not-certified')
  })

  it('brings at least what the payer agreed to, divided as shown', () => {
    const less = shownDelivery(1, 1, entry =>
      entry.kind === 'transfer-in' ? { ...entry, amount: 4_999_999_999n } : entry,
    )
    expect(code(less)).toBe('too-little')
    const shown = shownDelivery(1)
    expect(code({ ...shown, lines: null })).toBe('delivered')
    expect(code({ ...shown, lines: SHOWN_LINES.slice(0, -1) })).toBe('bad-lines')
    expect(code({ ...shown, lines: Uint8Array.of(0x80) })).toBe('bad-lines')
  })
})
