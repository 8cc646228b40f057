import { type Debt, netBilaterally, sumOf } from '#src/value/netting/debts.ts'
import { netDebts } from '#src/value/netting/net.ts'
import { seeded } from '#test/support/seeded.ts'

const STAGES = 50
const DEBTS = 10_000
/** Minor units: a tip to a month of a busy neighbour. */
const AMOUNT_MAX = 5_000
const ROUNDS = 5

/** Debts between communities of which a few are paid much more than they pay, as it is with music. */
function debtsOf(seed: number): Debt[] {
  const random = seeded(seed)
  const name = (n: number): string => n.toString(16).padStart(64, '0')
  const liked = (): number => Math.floor(STAGES * random.next() ** 2)
  return Array.from({ length: DEBTS }, () => {
    const debtor = random.int(STAGES)
    const creditor = (debtor + 1 + ((liked() - debtor + 2 * STAGES) % (STAGES - 1))) % STAGES
    return { debtor: name(debtor), creditor: name(creditor), amount: BigInt(1 + random.int(AMOUNT_MAX)) }
  })
}

/** What rails still have to move after each kind of netting, as shares of what was owed. */
export function netting() {
  const debts = debtsOf(50)
  const owed = Number(sumOf(debts))
  const times: number[] = []
  let all = netDebts(debts)
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    all = netDebts(debts)
    times.push(performance.now() - start)
  }
  const pairs = netBilaterally(debts)
  const share = (remaining: readonly Debt[]): number => Number(sumOf(remaining)) / owed
  return {
    ms: Math.min(...times),
    multilateral: share(all.remaining),
    bilateral: share(pairs.remaining),
    payments: all.remaining.length,
    bilateralPayments: pairs.remaining.length,
  }
}
