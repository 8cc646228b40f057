import { compareIds } from '#src/kernel/money-apportion.ts'
import { smaller } from '#src/kernel/smaller.ts'

/** Who owes whom how much, in any one unit of one code and scale. */
export interface Debt {
  readonly debtor: string
  readonly creditor: string
  readonly amount: bigint
}

export interface Netting {
  /** What is struck out: in it everybody's debts equal everybody's claims. Ascending by debtor, then creditor. */
  readonly cancelled: readonly Debt[]
  /** What remains of the debts that were given; nobody owes anybody new. Ascending likewise. */
  readonly remaining: readonly Debt[]
}

export const sumOf = (debts: readonly Debt[]): bigint => debts.reduce((sum, { amount }) => sum + amount, 0n)

const byPair = (a: Debt, b: Debt): number => compareIds(a.debtor, b.debtor) || compareIds(a.creditor, b.creditor)

/**
 * One debt for each debtor and creditor, ascending: the same debts in any order and any pieces give the same list. Throws
 * `RangeError` at a negative amount or a debt to oneself; what is owed of nothing is left out.
 */
export function gatherDebts(debts: readonly Debt[]): Debt[] {
  const sums = new Map<string, Map<string, bigint>>()
  for (const { debtor, creditor, amount } of debts) {
    if (amount < 0n || debtor === creditor) throw new RangeError('a debt is to somebody else, and not below zero')
    const row = sums.get(debtor) ?? new Map<string, bigint>()
    sums.set(debtor, row.set(creditor, (row.get(creditor) ?? 0n) + amount))
  }
  return [...sums]
    .flatMap(([debtor, row]) => [...row].map(([creditor, amount]) => ({ debtor, creditor, amount })))
    .filter(({ amount }) => amount > 0n)
    .sort(byPair)
}

/** Plain bilateral netting, for comparison: of two debts against each other the smaller is struck out of both. */
export function netBilaterally(debts: readonly Debt[]): Netting {
  const gathered = gatherDebts(debts)
  const against = new Map(gathered.map(debt => [`${debt.debtor} ${debt.creditor}`, debt.amount]))
  const struck = gathered.map(({ debtor, creditor, amount }) => {
    const other = against.get(`${creditor} ${debtor}`) ?? 0n
    return { debtor, creditor, amount: smaller(other, amount) }
  })
  return split(gathered, struck)
}

/** Pairs what is struck out with what remains. */
export function split(debts: readonly Debt[], struck: readonly Debt[]): Netting {
  const remaining = debts.map((debt, at) => ({ ...debt, amount: debt.amount - (struck[at] as Debt).amount }))
  const some = ({ amount }: Debt): boolean => amount > 0n
  return { cancelled: struck.filter(some), remaining: remaining.filter(some) }
}
