import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { text } from '#protocols/codec/shape.ts'
import {
  formatBytes,
  formatDuration,
  formatShare,
  formatTimeLeft,
  formatUnits,
  formatWhen,
  parseUnits,
  plural,
  sayable,
  shortKey,
} from '#web/kit/format.ts'

describe('money', () => {
  test('units are shown exactly, with at least two decimals where the asset has them', () => {
    expect(formatUnits('777', 2)).toBe('7.77')
    expect(formatUnits('5', 2)).toBe('0.05')
    expect(formatUnits('123456789', 2)).toBe('1 234 567.89')
    expect(formatUnits('1500000000', 9)).toBe('1.50')
    expect(formatUnits('1234567891', 9)).toBe('1.234567891')
    expect(formatUnits('42', 0)).toBe('42')
  })

  test('what was typed becomes units, or nothing when it has too many decimals', () => {
    expect(parseUnits('7,77', 2)).toBe(777n)
    expect(parseUnits(' 12 ', 2)).toBe(1200n)
    for (const bad of ['', '-1', '1.234', '1e3', '0x10', '１', '1.']) expect(parseUnits(bad, 2)).toBeNull()
  })

  test('what the ledger cannot count is no amount', () => {
    expect(parseUnits('18446744073709551615', 0)).toBe(2n ** 64n - 1n)
    expect(parseUnits('18446744073709551616', 0)).toBeNull()
    expect(parseUnits('184467440737095516.16', 2)).toBeNull()
  })

  test('every amount survives being shown and typed again', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 0, max: 9 }), (units, scale) => {
        expect(parseUnits(formatUnits(units, scale).replaceAll(' ', ''), scale)).toBe(units)
      }),
    )
  })

  test('shares are hundredths of a percent', () => {
    expect(formatShare(5_000)).toBe('50 %')
    expect(formatShare(3_334)).toBe('33.34 %')
    expect(formatShare(10_000)).toBe('100 %')
    expect(formatShare(10)).toBe('0.1 %')
  })
})

describe('sizes and times', () => {
  test('bytes get a unit that keeps them short', () => {
    expect(formatBytes(0)).toBe('0 B')
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1_500)).toBe('1.5 kB')
    expect(formatBytes(999_600)).toBe('1.0 MB')
    expect(formatBytes(123_456_789)).toBe('123 MB')
  })

  test('durations read like a clock', () => {
    expect(formatDuration(0)).toBe('0:00')
    expect(formatDuration(187_000)).toBe('3:07')
    expect(formatDuration(3_729_000)).toBe('1:02:09')
  })

  test('time left is said in words', () => {
    expect(formatTimeLeft(2)).toBe('a moment')
    expect(formatTimeLeft(42.2)).toBe('43 seconds')
    expect(formatTimeLeft(61)).toBe('about 1 minute')
    expect(formatTimeLeft(7_300)).toBe('about 2 hours')
    expect(formatTimeLeft(Number.POSITIVE_INFINITY)).toBe('')
  })

  test('moments are relative for a week, then a date', () => {
    const now = Date.UTC(2026, 10, 22, 12)
    expect(formatWhen(now - 10_000, now)).toBe('just now')
    expect(formatWhen(now - 2 * 3_600_000, now)).toBe('2 hours ago')
    expect(formatWhen(now + 3 * 86_400_000, now)).toBe('in 3 days')
    expect(formatWhen(now - 30 * 86_400_000, now)).toContain('2026')
  })

  test('small words', () => {
    expect(plural(1, 'entry', 'entries')).toBe('1 entry')
    expect(plural(1_200, 'play')).toBe('1,200 plays')
    expect(shortKey('a'.repeat(64))).toBe('aaaaaa…aaaa')
  })
})

describe('what may be said', () => {
  test('keeps words, lines, joined emoji and both directions of writing', () => {
    const said = 'שלום, مرحبا\nsecond line 👩‍👩‍👧‍👦'
    expect(sayable(`  ${said} `)).toBe(said)
  })

  test('drops what hides or reorders, and what was pasted from a table stays apart', () => {
    expect(sayable('a\u0007b\u202ec\td\r\n')).toBe('abc d')
  })

  test('whatever was typed, the wire takes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), typed => {
        const said = sayable(`x${typed}`)
        expect(text(2_000)(said, 'text')).toBe(said)
      }),
    )
  })
})
