import { compare } from 'uint8arrays/compare'
import { fromString } from 'uint8arrays/from-string'

/** Somebody's part of a whole: `weight` over the total of all weights. */
export interface Weighted {
  readonly id: string
  readonly weight: bigint
}

/** Order of ids by their UTF-8 bytes: the same on every machine, unlike a locale's order. */
export const compareIds = (a: string, b: string): number => compare(fromString(a), fromString(b))

/**
 * Divides `amount` over rational weights: each gets the floor of the exact share, then the units left over go one
 * each to the largest remainders, ties to the lower id. Answers in the order given; the parts always total `amount`.
 * Throws `RangeError` when nothing could be right: a negative amount or weight, or weights that total zero.
 */
export function apportion(amount: bigint, parts: readonly Weighted[]): bigint[] {
  const total = parts.reduce((sum, part) => sum + part.weight, 0n)
  if (amount < 0n || total <= 0n || parts.some(part => part.weight < 0n))
    throw new RangeError('an amount is divided over weights that are positive in total')
  const floors = parts.map(part => (amount * part.weight) / total)
  const left = amount - floors.reduce((sum, floor) => sum + floor, 0n)
  const ranked = parts
    .map((part, index) => ({ index, id: part.id, remainder: (amount * part.weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? compareIds(a.id, b.id) : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of ranked.slice(0, Number(left))) floors[index] = (floors[index] ?? 0n) + 1n
  return floors
}
