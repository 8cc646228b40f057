import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { type AccountAt, accountOf, aliasCell, keyTaken, saveAccount, useAccount, useSequence } from './accounts.ts'
import type { ReadOrder } from './machine.ts'
import type { Successor } from './records.ts'
import { refuse } from './refusal.ts'
import type { Run } from './world.ts'

/** The community's key names its log, so it is no account that could change it. */
function notTheCommunity(run: Run, account: AccountAt): void {
  if (equals(account.id, run.world.community))
    refuse('wrong-party', "the community's own key cannot be changed here; a log belongs to one key")
}

/** Sets, once, how an account is rotated and recovered. */
export function openAccount(run: Run, order: ReadOrder, body: OrderBodies['account/open']): void {
  const account = useAccount(run, order)
  notTheCommunity(run, account)
  if (account.record.opened) refuse('account-open', "this account's keys and guardians are set already")
  const guardians = body.guardians.map(key => key.slice()).sort(compare)
  const repeated = guardians.some((key, i) => i > 0 && equals(key, guardians[i - 1] as Uint8Array))
  if (repeated || guardians.some(key => equals(accountOf(run.world, key, run.at).id, account.id)))
    refuse('bad-guardians', 'guardians must be distinct, and others than the account itself')
  const { threshold, delayMs } = body
  const next = body.next?.slice() ?? null
  saveAccount(run, account, { ...account.record, opened: true, next, guardians, threshold, delayMs })
}

const keyInUse = (): never => refuse('key-taken', 'this key belongs to an account already; make a new one')

/**
 * Signed by the new key itself, which proves that it is held and wanted for this account: one whose hash was announced, or
 * one that guardians chose and whose time has come. Until then a key that others named is nobody's but its owner's.
 */
export function rotate(run: Run, order: ReadOrder, body: OrderBodies['account/rotate']): void {
  const { world } = run
  const found = accountOf(world, body.account, run.at)
  notTheCommunity(run, found)
  const { next, key: current } = found.record
  const chosen = equals(current, order.author) && !equals(current, found.id)
  const announced = next !== null && equals(world.hasher.sha256(order.author), next)
  if (!equals(found.id, body.account) || (!announced && !chosen))
    refuse('wrong-key', 'this is not the key that the account announced as its next, nor one that its guardians chose')
  if (keyTaken(world, order.author)) keyInUse()
  const account = useSequence(run, found, order.seq)
  world.state.set(aliasCell(world, order.author), account.id.slice())
  const key = order.author.slice()
  saveAccount(run, account, { ...account.record, key, next: body.next?.slice() ?? null, votes: [], pending: null })
}

const sameNext = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : equals(a, b)
const sameWish = (a: Successor, b: Successor): boolean => equals(a.key, b.key) && sameNext(a.next, b.next)

/** A guardian's vote for a new key. When enough agree on one, it takes over after the account's delay. */
export function recover(run: Run, order: ReadOrder, body: OrderBodies['account/recover']): void {
  const { world } = run
  const guardian = useAccount(run, order)
  const account = accountOf(world, body.account, run.at)
  const { record } = account
  const known = record.guardians.find(key => equals(accountOf(world, key, run.at).id, guardian.id))
  if (known === undefined) refuse('not-a-guardian', 'this account has not named you as its guardian')
  if (keyTaken(world, body.key)) keyInUse()
  const wish = { key: body.key.slice(), next: body.next?.slice() ?? null }
  const votes = [...record.votes.filter(other => !equals(other.guardian, known)), { ...wish, guardian: known }].sort(
    (a, b) => compare(a.guardian, b.guardian),
  )
  const agreed = votes.filter(vote => sameWish(vote, wish)).length >= record.threshold
  const waits = record.pending !== null && sameWish(record.pending, wish)
  const pending = agreed && !waits ? { ...wish, from: run.at + record.delayMs } : record.pending
  saveAccount(run, account, { ...record, votes, pending })
}

/** The owner is here after all: recovery stops, and every guardian's vote is forgotten. */
export function cancel(run: Run, order: ReadOrder): void {
  const account = useAccount(run, order)
  if (account.record.votes.length === 0) refuse('no-recovery', 'no recovery of this account is under way')
  saveAccount(run, account, { ...account.record, votes: [], pending: null })
}
