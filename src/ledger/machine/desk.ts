import { equals } from 'uint8arrays/equals'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { accountOf, useAccount } from './accounts.ts'
import { amountOf, issuedBook, ownBook, post } from './holdings.ts'
import { accountHolder, DESK } from './keys.ts'
import type { ReadOrder } from './machine.ts'
import { refuse } from './refusal.ts'
import type { Run } from './world.ts'

/** The cash desk owes more, and an account holds more. */
export function issue(run: Run, order: ReadOrder, body: OrderBodies['value/issue']): void {
  const { world } = run
  if (!equals(order.author, world.community)) refuse('not-the-desk', "only the community's cash desk may issue credit")
  const book = issuedBook(world, body.asset)
  const amount = amountOf(book, body.amount)
  useAccount(run, order)
  post(run, book, DESK, -amount, 'issue', '')
  post(run, book, accountHolder(accountOf(world, body.account, run.at).hex), amount, 'issue', '')
}

/** The account holds less, and the cash desk pays it out by a rail. */
export function redeem(run: Run, order: ReadOrder, body: OrderBodies['value/redeem']): void {
  const book = ownBook(run.world, body.asset)
  const amount = amountOf(book, body.amount)
  const account = useAccount(run, order)
  post(run, book, accountHolder(account.hex), -amount, 'redeem', '')
  post(run, book, DESK, amount, 'redeem', '')
}
