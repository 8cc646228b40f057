import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { ASSETS_MAX, FINE_MAX } from '#protocols/ledger/v1/limits.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { DivisionLine, Fine } from '../rules.ts'
import { accountHolder, DESK, holdingKey, mayOwe } from './keys.ts'
import type { Holding } from './records.ts'
import { refuse } from './refusal.ts'
import type { Cell } from './state-map.ts'
import { FIRST_DIGEST, nextDigest } from './statement.ts'
import type { Line } from './value-records.ts'
import { holdingCodec } from './values.ts'
import type { Run, World } from './world.ts'

const FINE_SCALE = 9

/** Who holds how much of one asset. */
export interface Book {
  readonly asset: string
  /** Fine units in one minor unit. */
  readonly unit: bigint
  readonly holdings: Map<string, Cell<Holding>>
  /** What other communities' credits are accepted for in this code and scale, by their keys in hex. */
  readonly lines: Map<string, Cell<Line>>
}

export const assetKeyOf = ({ code, scale, issuer }: Asset): string => `${code}/${scale}/${toText(issuer, 'base16')}`

function makeBook(world: World, asset: string): Book {
  const scale = Number(asset.split('/')[1])
  const book: Book = { asset, unit: 10n ** BigInt(FINE_SCALE - scale), holdings: new Map(), lines: new Map() }
  world.books.set(asset, book)
  return book
}

export const bookOf = (world: World, asset: string): Book => world.books.get(asset) ?? makeBook(world, asset)

function checkIssuer(world: World, { issuer }: Asset): void {
  if (!equals(issuer, world.community)) refuse('wrong-asset', 'this ledger counts only what its own community issues')
}

/** The book of an asset that an order spends: one that this community issues, and has issued. */
export function ownBook(world: World, asset: Asset): Book {
  checkIssuer(world, asset)
  return (
    world.books.get(assetKeyOf(asset)) ??
    refuse('insufficient-balance', `this account holds no ${asset.code}; ask the cash desk for credit`)
  )
}

/** Whether an asset was ever issued here or accepted from another community; other books are of what was only asked about. */
const isCounted = ({ holdings, lines }: Book): boolean =>
  holdings.get(DESK)?.value !== undefined || [...lines.values()].some(({ value }) => value !== undefined)

/** Assets that this log counts. */
export const issuedBooks = (world: World): Book[] =>
  [...world.books.values()].filter(isCounted).sort((a, b) => (a.asset < b.asset ? -1 : 1))

/** The book of an asset that is to be issued. What was only tried does not count: all copies must agree. */
export function issuedBook(world: World, asset: Asset): Book {
  checkIssuer(world, asset)
  const book = world.books.get(assetKeyOf(asset))
  if ((book === undefined || !isCounted(book)) && issuedBooks(world).length >= ASSETS_MAX)
    refuse('too-many-assets', `a ledger counts at most ${ASSETS_MAX} assets`)
  return book ?? bookOf(world, assetKeyOf(asset))
}

/** This community's own asset of a code and scale: the one in which it counts what others of the same name bring. */
export const parKey = (world: World, { code, scale }: Pick<Asset, 'code' | 'scale'>): string =>
  assetKeyOf({ code, scale, issuer: world.community })

/** Minor units as fine units; refused when a balance could not count them. */
export function fineOf(book: Book, minor: bigint): Fine {
  const fine = minor * book.unit
  return fine <= FINE_MAX ? fine : refuse('amount-overflow', 'the amount is larger than the ledger can count')
}

export function amountOf(book: Book, minor: bigint): Fine {
  return minor === 0n ? refuse('zero-amount', 'the amount must be more than nothing') : fineOf(book, minor)
}

export const balanceOf = (book: Book, holder: string): Fine => book.holdings.get(holder)?.value?.amount ?? 0n

function holdingCell(world: World, book: Book, holder: string): Cell<Holding> {
  let cell = book.holdings.get(holder)
  if (cell === undefined) {
    cell = world.state.cell(holdingKey(book.asset, holder), holdingCodec)
    book.holdings.set(holder, cell)
  }
  return cell
}

/** A later key of an account stands for the account. */
function payee(world: World, holder: string): string {
  if (world.aliases.size === 0) return holder
  const id = world.aliases.get(holder)?.value
  return id === undefined ? holder : accountHolder(toText(id, 'base16'))
}

const overdraft = (holder: string): never =>
  refuse(
    'insufficient-balance',
    holder.startsWith('acct:')
      ? 'this account holds less than that; send less, or ask the cash desk for credit'
      : `${holder} holds less than what is to be taken from it`,
  )

const overflow = (): never => refuse('amount-overflow', 'the new balance is larger than the ledger can count')

/** One side of a movement. Only the desk and positions with other communities go below zero; the holder's statement grows by a line. */
export function post(run: Run, book: Book, to: string, amount: Fine, tag: string, party: string): void {
  if (amount === 0n) return
  const { world } = run
  const holder = payee(world, to)
  const { ordinal } = world.meta.value as { ordinal: number }
  const held = book.holdings.get(holder)?.value
  const balance = (held?.amount ?? 0n) + amount
  if (balance < 0n ? !mayOwe(holder) || balance < -FINE_MAX : balance > FINE_MAX)
    balance < 0n && !mayOwe(holder) ? overdraft(holder) : overflow()
  const open = held !== undefined && held.ordinal === ordinal
  const earned = (open ? held.earned : 0n) + (amount > 0n ? amount : 0n)
  const spent = (open ? held.spent : 0n) - (amount < 0n ? amount : 0n)
  if (earned > FINE_MAX || spent > FINE_MAX) overflow()
  const line = { index: run.index, leaf: run.leaf, amount, tag, party }
  world.state.set(holdingCell(world, book, holder), {
    amount: balance,
    ordinal,
    count: open ? held.count + 1 : 1,
    opening: open ? held.opening : (held?.amount ?? 0n),
    earned,
    spent,
    digest: nextDigest(world.hasher, open ? held.digest : FIRST_DIGEST, line),
  })
  run.postings.push({ holder, asset: book.asset, amount, tag, party })
}

/** What a channel gets or gives: its balance follows from its own record, and its vouchers are its statement. */
export function postChannel(run: Run, book: Book, holder: string, amount: Fine, tag: string): void {
  if (amount !== 0n) run.postings.push({ holder, asset: book.asset, amount, tag, party: '' })
}

export function postLines(run: Run, book: Book, lines: readonly DivisionLine[]): void {
  for (const { holder, amount, tag, party } of lines) {
    if (amount < 0n) refuse('unbalanced', 'a line of a division is negative')
    post(run, book, holder, amount, tag, party)
  }
}

/** Double entry: per asset, what left is what arrived. */
export function checkBalanced(run: Run): void {
  let [sum, asset] = [0n, '']
  let rest: Map<string, bigint> | null = null
  for (const posting of run.postings) {
    if (asset === '') asset = posting.asset
    if (posting.asset === asset) sum += posting.amount
    else {
      rest ??= new Map()
      rest.set(posting.asset, (rest.get(posting.asset) ?? 0n) + posting.amount)
    }
  }
  if (sum !== 0n || (rest !== null && [...rest.values()].some(other => other !== 0n)))
    refuse('unbalanced', 'what the entry takes is not what it gives; nothing was moved')
}
