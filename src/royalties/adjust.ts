import type { DivisionLine, PeriodMove } from '#src/ledger/rules.ts'
import { lesser } from './flow.ts'

interface Side {
  readonly holder: string
  readonly party: string
  amount: bigint
}

function differences(was: readonly DivisionLine[], right: readonly DivisionLine[]): Side[] {
  const byHolder = new Map<string, Side>()
  const add = ({ holder, party }: DivisionLine, amount: bigint): void => {
    const side = byHolder.get(holder)
    if (side === undefined) byHolder.set(holder, { holder, party, amount })
    else side.amount += amount
  }
  for (const line of was) add(line, -line.amount)
  for (const line of right) add(line, line.amount)
  return [...byHolder.values()].sort((a, b) => (a.holder < b.holder ? -1 : 1))
}

/**
 * What must move so that those who were paid by `was` have what `right` gives them. A correction is such lines beside what
 * was written, which stays. Both total the same amount; throws `RangeError` when they do not. In the order of the holders.
 */
export function adjustments(was: readonly DivisionLine[], right: readonly DivisionLine[]): PeriodMove[] {
  const sides = differences(was, right)
  if (sides.reduce((sum, { amount }) => sum + amount, 0n) !== 0n)
    throw new RangeError('a correction moves what was paid, and neither adds nor takes')
  const takers = sides.filter(({ amount }) => amount > 0n)
  const moves: PeriodMove[] = []
  for (const giver of sides)
    for (const taker of takers) {
      const most = -giver.amount
      if (most <= 0n) break
      const amount = lesser(most, taker.amount)
      if (amount === 0n) continue
      moves.push({ from: giver.holder, to: taker.holder, party: taker.party, amount, tag: 'adjustment' })
      giver.amount += amount
      taker.amount -= amount
    }
  return moves
}
