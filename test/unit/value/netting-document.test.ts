import fc from 'fast-check'
import { toString as textOf } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { decodeNetting, encodeNetting, type Netting, nettingMessage } from '#protocols/value/v1/netting.ts'
import {
  agreedDebts,
  checkSignatures,
  nettingOf,
  refusesToSign,
  type StatedPosition,
} from '#src/value/netting/document.ts'
import { simKey, simSigner, simVerifier } from '#test/support/sim-ledger-crypto.ts'

const NOW = 1_790_000_000_000
const toText = (key: Uint8Array): string => textOf(key, 'base16')
const KEYS = [1, 2, 3, 4].map(simKey)
const NAMES = KEYS.map(toText)
const stated = (...rows: [number, number, bigint][]): StatedPosition[] =>
  rows.map(([of, other, position]) => ({ of: NAMES[of] as string, with: NAMES[other] as string, position }))
const both = (of: number, other: number, amount: bigint): [number, number, bigint][] => [
  [of, other, amount],
  [other, of, -amount],
]
const CIRCLE = stated(...both(0, 1, 10n), ...both(1, 2, 7n), ...both(2, 0, 9n))

function documentOf(positions: readonly StatedPosition[]): Netting {
  const made = nettingOf(agreedDebts(positions))
  if (made === null) throw new Error('nothing cancels')
  const fields = { code: 'EUR', scale: 2, id: new Uint8Array(32), expiry: NOW + 1_000, ...made }
  const signatures = fields.participants.map(key => simSigner(key).sign(nettingMessage(fields)))
  return { ...fields, signatures }
}
const positionIn =
  (positions: readonly StatedPosition[], self: number) =>
  (other: Uint8Array): bigint =>
    positions.find(one => one.of === NAMES[self] && one.with === toText(other))?.position ?? 0n

describe('a netting document', () => {
  it('is made of the debts that both sides state, the smaller where they differ', () => {
    expect(agreedDebts(stated([0, 1, 10n], [1, 0, -8n]))).toEqual([
      { debtor: NAMES[0], creditor: NAMES[1], amount: 8n },
    ])
    expect(agreedDebts(stated([0, 1, 10n]))).toEqual([])
    expect(agreedDebts(stated([0, 1, 10n], [1, 0, 10n]))).toEqual([])
    expect(agreedDebts(stated([0, 0, 10n]))).toEqual([])
  })

  it('is one that the codec takes, whoever takes part', () => {
    const position = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
    const pairs = [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ] as const
    fc.assert(
      fc.property(fc.array(position, { minLength: 6, maxLength: 6 }), positions => {
        const all = stated(...pairs.flatMap(([a, b], at) => both(a, b, positions[at] as bigint)))
        const made = nettingOf(agreedDebts(all))
        if (made === null) return
        const document = documentOf(all)
        expect(decodeNetting(encodeNetting(document))).toMatchObject({ ok: true })
        for (const [at, key] of KEYS.entries())
          if (document.participants.some(one => toText(one) === toText(key)))
            expect(refusesToSign(document, key, positionIn(all, at), NOW)).toBeNull()
      }),
    )
  })

  it('is signed by nobody who does not owe, or is not owed, what is struck out', () => {
    const document = documentOf(CIRCLE)
    const code = (self: number, positions = CIRCLE, now = NOW) =>
      refusesToSign(document, KEYS[self] as Uint8Array, positionIn(positions, self), now)?.code ?? 'signs'
    expect(code(0)).toBe('signs')
    expect(code(3)).toBe('wrong-party')
    expect(code(0, CIRCLE, NOW + 1_001)).toBe('expired')
    expect(code(0, stated([0, 1, 6n], [0, 2, -9n]))).toBe('not-owed')
    expect(code(0, stated([0, 1, 7n], [0, 2, -6n]))).toBe('not-owed')
    expect(code(0, stated([0, 1, 7n], [0, 2, -7n]))).toBe('signs')
    expect(code(0, [])).toBe('not-owed')
  })

  it('counts once everybody has signed', () => {
    const document = documentOf(CIRCLE)
    const code = (given: Netting) => checkSignatures(given, simVerifier)?.code ?? 'complete'
    expect(code(document)).toBe('complete')
    expect(code({ ...document, signatures: document.signatures.with(1, null) })).toBe('incomplete')
    expect(code({ ...document, signatures: document.signatures.slice(1) })).toBe('bad-signature')
    expect(code({ ...document, expiry: NOW })).toBe('bad-signature')
    expect(code({ ...document, signatures: document.signatures.with(2, document.signatures[0] ?? null) })).toBe(
      'bad-signature',
    )
  })

  it('is not made where nothing cancels', () => {
    expect(nettingOf(agreedDebts(stated(...both(0, 1, 5n), ...both(1, 2, 5n))))).toBeNull()
  })
})
