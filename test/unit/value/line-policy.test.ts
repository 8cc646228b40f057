import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CreditLine,
  headroom,
  isPassable,
  largestLoss,
  lineInWords,
  refusedByLine,
  roomToGiveUp,
} from '#src/value/line-policy.ts'
import { createReservationBook } from '#src/value/reservations.ts'

const NOW = Date.UTC(2026, 10, 15)
const LINE: CreditLine = { code: 'EUR', scale: 2, limit: 10_000n, haircut: 0, expiry: Date.UTC(2026, 11, 31) }
const USE = { position: 0n, reserved: 0n, frozen: false }
const CENT = 10_000_000n

describe('a credit line', () => {
  it('takes what fits into its limit, with what is owed and promised', () => {
    expect(headroom(LINE, USE, NOW)).toBe(10_000n * CENT)
    expect(headroom(LINE, { ...USE, position: -4_000n * CENT, reserved: 1_000n * CENT }, NOW)).toBe(5_000n * CENT)
    expect(headroom(LINE, { ...USE, position: 4_000n * CENT }, NOW)).toBe(14_000n * CENT)
    expect(refusedByLine(LINE, USE, 10_000n * CENT, NOW)).toBeNull()
    expect(refusedByLine(LINE, USE, 10_000n * CENT + 1n, NOW)).toBe('over-limit')
  })

  it('says why nothing comes in', () => {
    expect(refusedByLine(null, USE, 1n, NOW)).toBe('no-line')
    expect(refusedByLine({ ...LINE, limit: 0n }, USE, 1n, NOW)).toBe('line-closed')
    expect(refusedByLine(LINE, { ...USE, frozen: true }, 1n, NOW)).toBe('line-frozen')
    expect(refusedByLine(LINE, USE, 1n, LINE.expiry)).toBeNull()
    expect(refusedByLine(LINE, USE, 1n, LINE.expiry + 1)).toBe('line-expired')
  })

  it('never lets more be owed than the largest loss that it names', () => {
    const fine = fc.bigInt({ min: -200_000n * CENT, max: 200_000n * CENT })
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 100_000n }),
        fine,
        fc.bigInt({ min: 1n, max: 100_000n * CENT }),
        (limit, position, amount) => {
          const line = { ...LINE, limit }
          const use = { ...USE, position }
          const loss = largestLoss(line, use, NOW)
          expect(-position <= loss).toBe(true)
          if (refusedByLine(line, use, amount, NOW) === null) expect(amount - position <= loss).toBe(true)
          else expect(amount > headroom(line, use, NOW)).toBe(true)
        },
      ),
    )
  })

  it('bounds what is given up without asking: with what is owed and was given up before it never exceeds the limit', () => {
    expect(roomToGiveUp(LINE, USE, 0n, NOW)).toBe(10_000n * CENT)
    expect(roomToGiveUp(LINE, { ...USE, position: -4_000n * CENT }, 5_000n * CENT, NOW)).toBe(1_000n * CENT)
    // What we owe them is no reason to give up more: they would have it twice.
    expect(roomToGiveUp(LINE, { ...USE, position: 4_000n * CENT }, 0n, NOW)).toBe(10_000n * CENT)
    expect(roomToGiveUp(LINE, USE, 10_001n * CENT, NOW)).toBe(0n)
    expect(roomToGiveUp(null, USE, 0n, NOW)).toBe(0n)
    expect(roomToGiveUp(LINE, { ...USE, frozen: true }, 0n, NOW)).toBe(0n)
    expect(roomToGiveUp(LINE, USE, 0n, LINE.expiry + 1)).toBe(0n)
  })

  it('lets a payment pass over a community that stands alone only where that one is trusted alone', () => {
    const line = { limit: 1n, expiry: NOW, alone: true }
    const alone = { destination: false, certified: false, line }
    expect(isPassable(alone, NOW)).toBe(true)
    expect(isPassable(alone, NOW + 1)).toBe(false)
    expect(isPassable({ ...alone, line: null }, NOW)).toBe(false)
    expect(isPassable({ ...alone, line: { ...line, alone: false } }, NOW)).toBe(false)
    expect(isPassable({ ...alone, line: { ...line, limit: 0n } }, NOW)).toBe(false)
    expect(isPassable({ ...alone, line: null, certified: true }, NOW)).toBe(true)
    expect(isPassable({ ...alone, line: null, destination: true }, NOW)).toBe(true)
  })

  it('is explained to people by what could be lost', () => {
    expect(lineInWords('Harbour', LINE, USE, NOW)).toBe(
      'You could lose at most 100.00 EUR with Harbour. The line ends on 2026-12-31.',
    )
    expect(lineInWords('Harbour', LINE, { ...USE, position: -1n }, NOW)).toContain('0.01 EUR of it is owed already')
    expect(lineInWords('Harbour', { ...LINE, limit: 0n }, { ...USE, position: -500n * CENT }, NOW)).toBe(
      'You could lose at most 5.00 EUR with Harbour; 5.00 EUR of it is owed already. The line is closed: nothing more comes in over it.',
    )
    expect(lineInWords('Harbour', LINE, { ...USE, frozen: true }, NOW)).toContain('at most 0.00 EUR')
    expect(lineInWords('Harbour', LINE, USE, LINE.expiry + 1)).toContain('ended on 2026-12-31')
  })
})

describe('reservations', () => {
  it('are what outstanding quotes promised, until they expire or are released', () => {
    const book = createReservationBook()
    expect(book.reserve('a', 5n, NOW + 10, NOW)).toBe(true)
    expect(book.reserve('b', 7n, NOW + 20, NOW)).toBe(true)
    expect(book.reserved(NOW + 10)).toBe(12n)
    expect(book.reserved(NOW + 11)).toBe(7n)
    book.release('b')
    expect(book.reserved(NOW)).toBe(5n)
  })

  it('are replaced under the same id, and bounded in number', () => {
    const book = createReservationBook(2)
    book.reserve('a', 5n, NOW + 10, NOW)
    book.reserve('a', 6n, NOW + 10, NOW)
    expect(book.reserved(NOW)).toBe(6n)
    expect(book.reserve('b', 1n, NOW + 100, NOW)).toBe(true)
    expect(book.reserve('c', 1n, NOW + 100, NOW)).toBe(false)
    expect(book.reserve('c', 1n, NOW + 100, NOW + 11)).toBe(true)
    expect(book.reserve('d', 1n, NOW, NOW + 1)).toBe(false)
  })
})
