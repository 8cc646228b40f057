import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { Charter, Member } from '#protocols/ledger/v1/charter.ts'
import { seatNameOf } from '#protocols/ledger/v1/origin.ts'
import { apportion, compareIds } from '#src/kernel/money-apportion.ts'
import type { Committee, Seat } from './types.ts'

/** Sizes of a committee, largest first. At 21 a quorum is 15: live with 6 seats down, safe with 8 that lie. */
export const COMMITTEE_SIZES = [21, 13, 7, 4] as const

/** floor(2n/3) + 1. */
export const quorumOf = (total: number): number => Math.floor((2 * total) / 3) + 1

/** Most seats of one operator: a seventh, rounded up. */
export const operatorCap = (total: number): number => Math.ceil(total / 7)

/** A log that nobody audits certifies itself, and is shown as such. */
export const selfCertified = (epoch: number): Committee => ({ epoch, seats: [], total: 1, quorum: 1 })

interface Operator {
  readonly id: string
  readonly stake: bigint
  readonly members: readonly Member[]
}

function operatorsOf(members: readonly Member[]): Operator[] {
  const names = [...new Set(members.map(member => member.operator))].sort(compareIds)
  return names.map(id => {
    const own = members.filter(member => member.operator === id)
    return { id, members: own, stake: own.reduce((sum, { stake }) => sum + BigInt(stake), 0n) }
  })
}

/**
 * Seats by largest remainder over the operators' stakes. Whoever reaches the cap keeps the cap, and what is above it is
 * divided again among the others, until nobody does.
 */
function seatsOf(operators: readonly Operator[], total: number): Map<string, number> {
  const cap = operatorCap(total)
  const seats = new Map<string, number>()
  let open = operators
  for (let left = total; open.length > 0; left = total - seats.size * cap) {
    const stake = open.reduce((sum, operator) => sum + operator.stake, 0n)
    const capped = open.filter(operator => operator.stake * BigInt(left) >= BigInt(cap) * stake)
    if (capped.length === 0) {
      const parts = apportion(
        BigInt(left),
        open.map(({ id, stake: weight }) => ({ id, weight })),
      )
      open.forEach(({ id }, index) => {
        seats.set(id, Number(parts[index]))
      })
      return seats
    }
    for (const { id } of capped) seats.set(id, cap)
    open = open.filter(operator => !capped.includes(operator))
  }
  return seats
}

/** An operator's seats among its communities, again by largest remainder of stake. */
function seatsWithin({ members }: Operator, count: number): Seat[] {
  if (count === 0) return []
  const parts = apportion(
    BigInt(count),
    members.map(member => ({ id: toText(member.community, 'base16'), weight: BigInt(member.stake) })),
  )
  return members.map(({ community, operator }, index) => ({
    name: seatNameOf(community),
    key: community,
    operator,
    weight: Number(parts[index]),
  }))
}

/**
 * Who certifies a community's log under a charter: the members of all other operators by stake. The community itself is
 * left out, and whoever is operated by the same hands: nobody audits themselves. `null` instead of a community gives the federation's own committee, which signs the next charter. Depends on the charter
 * alone: every stage finds the same seats. Ascending by key.
 */
export function committeeFor(charter: Charter, community: Uint8Array | null): Committee {
  const audited = community === null ? undefined : charter.members.find(member => equals(member.community, community))
  const members = charter.members.filter(({ stake, operator }) => stake > 0 && operator !== audited?.operator)
  const operators = operatorsOf(members)
  const total = COMMITTEE_SIZES.find(size => size <= charter.seats && operators.length * operatorCap(size) >= size)
  if (total === undefined) return selfCertified(charter.epoch)
  const shares = seatsOf(operators, total)
  const seats = operators
    .flatMap(operator => seatsWithin(operator, shares.get(operator.id) ?? 0))
    .filter(seat => seat.weight > 0)
    .sort((a, b) => compareIds(a.name, b.name))
  return { epoch: charter.epoch, seats, total, quorum: quorumOf(total) }
}

/** Seats that evidence convicted count for nothing; the quorum stays what it was. */
export const withoutEjected = (committee: Committee, ejected: (key: Uint8Array) => boolean): Committee => ({
  ...committee,
  seats: committee.seats.filter(seat => !ejected(seat.key)),
})

export const seatIn = (committee: Committee, key: Uint8Array): Seat | undefined =>
  committee.seats.find(seat => equals(seat.key, key))
