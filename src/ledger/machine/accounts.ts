import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { accountHolder, accountKey, aliasKey } from './keys.ts'
import type { ReadOrder } from './machine.ts'
import type { Account } from './records.ts'
import { refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { accountCodec, idCodec } from './values.ts'
import type { Run, World } from './world.ts'

/** An account under execution: its id (the first key) and its record as it is at the entry's time. */
export interface AccountAt {
  readonly id: Uint8Array
  readonly hex: string
  readonly record: Account
}

const fresh = (id: Uint8Array): Account => ({
  key: id,
  seq: 0,
  next: null,
  opened: false,
  guardians: [],
  threshold: 0,
  delayMs: 0,
  votes: [],
  pending: null,
})

/** A recovery ends the old key by time alone; the new one then signs `account/rotate` to show that it takes over. */
const ripe = (account: Account, at: number): Account =>
  account.pending === null || at < account.pending.from
    ? account
    : { ...account, key: account.pending.key, next: account.pending.next, votes: [], pending: null }

export const accountCell = (world: World, hex: string): Cell<Account> => world.state.cell(accountKey(hex), accountCodec)

/** The cell that says whose key this is; made on the first rotation to it. */
export function aliasCell(world: World, key: Uint8Array): Cell<Uint8Array> {
  const hex = toText(key, 'base16')
  const cell = world.state.cell(aliasKey(hex), idCodec)
  world.aliases.set(accountHolder(hex), cell)
  return cell
}

/** The account that a key belongs to, or would be the first key of. */
export function accountOf(world: World, key: Uint8Array, at: number): AccountAt {
  const own = toText(key, 'base16')
  const id = world.aliases.get(accountHolder(own))?.value ?? key
  const hex = id === key ? own : toText(id, 'base16')
  const known = world.state.find(accountKey(hex)) as Cell<Account> | undefined
  return { id, hex, record: ripe(known?.value ?? fresh(id), at) }
}

/** Whether anything here belongs to a key already, so that another account may not take it over. */
export function keyTaken(world: World, key: Uint8Array): boolean {
  const hex = toText(key, 'base16')
  const holder = accountHolder(hex)
  if (equals(key, world.community) || world.aliases.get(holder)?.value !== undefined) return true
  if (world.state.find(accountKey(hex))?.value !== undefined) return true
  for (const book of world.books.values()) if (book.holdings.get(holder)?.value !== undefined) return true
  return false
}

export function saveAccount(run: Run, account: AccountAt, record: Account): void {
  run.world.state.set(accountCell(run.world, account.hex), record)
}

const replayed = (): never =>
  refuse('replayed', 'an order of this account with this sequence or a higher one was executed already')

/** The account behind an order: signed by its current key, each sequence used once and upwards. Writes the sequence. */
export function useAccount(run: Run, { author, seq }: ReadOrder): AccountAt {
  const account = accountOf(run.world, author, run.at)
  if (!equals(account.record.key, author))
    return refuse('retired-key', 'this account has a newer key; sign with that one')
  return useSequence(run, account, seq)
}

export function useSequence(run: Run, account: AccountAt, seq: number): AccountAt {
  if (seq <= account.record.seq) return replayed()
  const record = { ...account.record, seq }
  saveAccount(run, account, record)
  return { ...account, record }
}
