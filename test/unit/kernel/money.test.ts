import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addMoney,
  addUnits,
  formatMoney,
  formatUnits,
  parseUnits,
  subtractMoney,
  subtractUnits,
  UNITS_MAX,
} from '#src/kernel/money.ts'

const units = fc.bigInt({ min: 0n, max: UNITS_MAX })
const scale = fc.integer({ min: 0, max: 9 })
const asset = { code: 'TEST', scale: 2, issuer: new Uint8Array(32) }

describe('money', () => {
  test('reads back exactly what it wrote, at every scale and size', () => {
    fc.assert(
      fc.property(units, scale, (amount, places) => {
        expect(parseUnits(formatUnits(amount, places), places)).toEqual({ ok: true, value: amount })
      }),
    )
  })

  test.each([
    ['5', 2, 500n],
    ['12.5', 2, 1_250n],
    ['0.01', 2, 1n],
    ['0', 0, 0n],
    ['184467440737095516.15', 2, UNITS_MAX],
  ])('reads %s at scale %i', (text, places, expected) => {
    expect(parseUnits(text, places)).toEqual({ ok: true, value: expected })
  })

  test.each([
    ['', 'malformed'],
    ['-1', 'malformed'],
    ['+1', 'malformed'],
    ['01', 'malformed'],
    ['1.', 'malformed'],
    ['.5', 'malformed'],
    ['1e3', 'malformed'],
    ['1,000', 'malformed'],
    ['١', 'malformed'],
    ['9'.repeat(41), 'malformed'],
    ['1.005', 'too-precise'],
    ['184467440737095516.16', 'overflow'],
  ])('refuses %j as %s', (text, code) => {
    expect(parseUnits(text, 2)).toMatchObject({ ok: false, error: { code } })
  })

  test('random text gives a value or a typed fault, never an exception', () => {
    fc.assert(fc.property(fc.string(), scale, (text, places) => typeof parseUnits(text, places).ok === 'boolean'))
  })

  test('sums and differences stay within 64 bits or say so', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        expect(addUnits(a, b).ok).toBe(a + b <= UNITS_MAX)
        expect(subtractUnits(a, b).ok).toBe(a >= b)
        const sum = addUnits(a, b)
        if (sum.ok) expect(subtractUnits(sum.value, b)).toEqual({ ok: true, value: a })
      }),
    )
  })

  test('an account can be emptied and filled to the last unit, and not by one unit more', () => {
    expect(subtractUnits(5n, 5n)).toEqual({ ok: true, value: 0n })
    expect(subtractUnits(5n, 6n)).toMatchObject({ error: { code: 'underflow' } })
    expect(addUnits(UNITS_MAX - 1n, 1n)).toEqual({ ok: true, value: UNITS_MAX })
    expect(addUnits(UNITS_MAX, 1n)).toMatchObject({ error: { code: 'overflow' } })
  })

  test('amounts of different assets are never combined', () => {
    const one = { units: 1n, asset }
    const other = { units: 1n, asset: { ...asset, issuer: new Uint8Array(32).fill(1) } }
    expect(addMoney(one, other)).toMatchObject({ error: { code: 'asset-mismatch' } })
    expect(subtractMoney(one, { units: 1n, asset: { ...asset, scale: 3 } })).toMatchObject({ ok: false })
    expect(addMoney(one, one)).toEqual({ ok: true, value: { units: 2n, asset } })
  })

  test('is written for people with its code and all decimal places', () => {
    expect(formatMoney({ units: 1_250n, asset })).toBe('12.50 TEST')
    expect(formatUnits(-5n, 2)).toBe('-0.05')
    expect(formatUnits(5n, 0)).toBe('5')
  })
})
