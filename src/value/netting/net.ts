import { compareIds } from '#src/kernel/money-apportion.ts'
import { type Debt, gatherDebts, type Netting, split } from './debts.ts'
import { cheapestFlow } from './flow.ts'

/**
 * Multilateral netting that strikes out as much as can be without a new debt: circles of debts cancel, of two and of many. What
 * everybody owes in all less what everybody is owed stays the same to the unit, and no pair owes more than before.
 *
 * What remains is the cheapest way, over the debts that there are, to bring what net debtors owe to net creditors when each
 * unit costs 1 for each debt that it passes over. A total that is as small as possible leaves as little as possible to rails.
 * Deterministic: the same debts, in whatever order and pieces, give the same netting.
 */
export function netDebts(debts: readonly Debt[]): Netting {
  const gathered = gatherDebts(debts)
  const names = [...new Set(gathered.flatMap(({ debtor, creditor }) => [debtor, creditor]))].sort(compareIds)
  const place = new Map(names.map((name, at) => [name, at]))
  const arcs = gathered.map(({ debtor, creditor, amount }) => ({
    from: place.get(debtor) as number,
    to: place.get(creditor) as number,
    capacity: amount,
  }))
  const surplus = names.map(() => 0n)
  for (const { from, to, capacity } of arcs) {
    surplus[from] = (surplus[from] as bigint) + capacity
    surplus[to] = (surplus[to] as bigint) - capacity
  }
  const kept = cheapestFlow(arcs, surplus)
  return split(
    gathered,
    gathered.map((debt, at) => ({ ...debt, amount: debt.amount - (kept[at] as bigint) })),
  )
}
