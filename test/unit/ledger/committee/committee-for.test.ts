import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Charter, Member } from '#protocols/ledger/v1/charter.ts'
import { committeeFor, operatorCap, quorumOf, withoutEjected } from '#src/ledger/committee/committee-for.ts'
import { joinedEpoch } from '#src/ledger/committee/verify-charter.ts'
import { simKey } from '#test/support/sim-ledger-crypto.ts'

const member = (n: number, stake = 1, operator = `operator ${n}`): Member => ({
  community: simKey(n),
  name: `member ${n}`,
  operator,
  stake,
  address: null,
})

const charter = (members: readonly Member[], seats = 21, epoch = 1): Charter => ({
  network: 'bandstand',
  epoch,
  previous: null,
  seats,
  members,
  startsAt: 0,
})

const some = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 12 })), {
    minLength: 1,
    maxLength: 40,
  })
  .map(drawn => drawn.map(([stake, operator], n) => member(n + 1, stake, `operator ${operator}`)))
const size = fc.constantFrom(1, 4, 7, 13, 21)

describe('a committee', () => {
  it('fills all its seats, with no operator above a seventh, rounded up, and never audits itself', () => {
    fc.assert(
      fc.property(some, size, (members, seats) => {
        const own = members[0]?.community ?? null
        const committee = committeeFor(charter(members, seats), own)
        expect(committee.total).toBeLessThanOrEqual(seats)
        expect(committee.quorum).toBe(quorumOf(committee.total))
        if (committee.total === 1) {
          expect(committee.seats).toEqual([])
          return
        }
        expect(committee.seats.reduce((sum, seat) => sum + seat.weight, 0)).toBe(committee.total)
        for (const { operator } of committee.seats) {
          const held = committee.seats.filter(seat => seat.operator === operator)
          expect(held.reduce((sum, seat) => sum + seat.weight, 0)).toBeLessThanOrEqual(operatorCap(committee.total))
        }
        expect(committee.seats.every(seat => seat.weight > 0 && seat.key !== own)).toBe(true)
        // Nor does anybody under the same hands.
        expect(committee.seats.every(seat => seat.operator !== members[0]?.operator)).toBe(true)
      }),
    )
  })

  it('is the same whatever the order of the members', () => {
    fc.assert(
      fc.property(some, size, (members, seats) => {
        const turned = [...members].reverse()
        expect(committeeFor(charter(turned, seats), null)).toEqual(committeeFor(charter(members, seats), null))
      }),
    )
  })

  it('gives every operator below the cap its exact share, within one seat', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 21, maxLength: 30 }), stakes => {
        const committee = committeeFor(charter(stakes.map((stake, n) => member(n, stake))), null)
        const total = stakes.reduce((sum, stake) => sum + stake, 0)
        stakes.forEach((stake, n) => {
          const held = committee.seats.find(seat => seat.operator === `operator ${n}`)?.weight ?? 0
          expect(Math.abs(held - (21 * stake) / total)).toBeLessThan(1)
        })
      }),
    )
  })

  it('divides what is above a cap among the others', () => {
    const members = [member(1, 1_000_000), ...Array.from({ length: 8 }, (_, n) => member(n + 2, 1))]
    const weights = committeeFor(charter(members), null).seats.map(seat => seat.weight)
    expect(Math.max(...weights)).toBe(3)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(21)
  })

  it.each([
    [3, 1],
    [4, 4],
    [6, 4],
    [7, 21],
  ])('of %i operators has %i seats, the largest number that they can fill', (operators, total) => {
    const members = Array.from({ length: operators }, (_, n) => member(n))
    expect(committeeFor(charter(members), null).total).toBe(total)
  })

  it('gives no seat to the other communities of whoever operates the log, and counts their operator nowhere', () => {
    const others = Array.from({ length: 7 }, (_, n) => member(n + 10))
    const own = [member(1, 1, 'us'), member(2, 1_000, 'us'), member(3, 1_000, 'us')]
    const committee = committeeFor(charter([...own, ...others]), simKey(1))
    expect(committee.seats.map(seat => seat.operator)).not.toContain('us')
    expect(committee).toEqual(committeeFor(charter(others), null))
  })

  it('keeps its quorum when a seat is ejected', () => {
    const committee = committeeFor(charter(Array.from({ length: 7 }, (_, n) => member(n))), null)
    const first = committee.seats[0]?.key
    const left = withoutEjected(committee, key => key === first)
    expect(left.seats).toHaveLength(committee.seats.length - 1)
    expect(left.quorum).toBe(committee.quorum)
  })

  it.each([
    [4, 1, 1],
    [7, 2, 2],
    [13, 4, 4],
    [21, 6, 8],
  ])('of %i seats goes on with %i of them down, and is safe with %i of them lying', (total, down, lying) => {
    expect(total - quorumOf(total)).toBe(down)
    // Two quorums share more seats than lie, so an honest one is in both.
    expect(2 * quorumOf(total) - total).toBe(lying + 1)
  })
})

it('a community joins in the first epoch whose charter names it', () => {
  const charters = [charter([member(1)], 4, 1), charter([member(1), member(2)], 4, 2)]
  expect(joinedEpoch(charters, simKey(2))).toBe(2)
  expect(joinedEpoch(charters, simKey(3))).toBeNull()
})
