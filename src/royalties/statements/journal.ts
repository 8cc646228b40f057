import { fromString } from 'uint8arrays/from-string'
import { formatUnits } from '#src/kernel/money.ts'
import { assetCode, type Book, type BookEntry, dayOf, FINE_SCALE, type Opening } from './book.ts'

/** How one program wants its plain-text ledger. */
export interface Flavour {
  readonly name: 'hledger' | 'beancount'
  account(holder: string): string
  commodity(asset: string): string
  /** First lines of a journal: comments, and accounts where they must be declared. */
  heading(book: Book, accounts: readonly string[]): string
  transaction(date: string, code: string, text: string): string
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0')

/** Every character outside `plain` becomes its UTF-8 bytes behind `mark`, so that two holders never become one account. */
const escaped = (text: string, plain: RegExp, mark: string): string =>
  Array.from(text, letter =>
    plain.test(letter) ? letter : Array.from(fromString(letter), byte => `${mark}${hex(byte)}`).join(''),
  ).join('')

/** The issuer's desk holds what was paid in and owes it to everybody else. */
const DESK = 'desk'

function cut(holder: string): [kind: string, rest: string] {
  const colon = holder.indexOf(':')
  return colon < 0 ? [holder, ''] : [holder.slice(0, colon), holder.slice(colon + 1)]
}

const state = (book: Book): string => (book.provisional ? 'provisional: the period is not closed' : 'closed')

/** https://hledger.org/hledger.html#journal */
export const HLEDGER: Flavour = {
  name: 'hledger',
  account(holder) {
    if (holder === DESK) return 'assets:desk'
    const [kind, rest] = cut(holder)
    return `liabilities:${[kind, ...rest.split('/')].map(name => escaped(name, /^[A-Za-z0-9._-]$/, '%')).join(':')}`
  },
  commodity: asset => `"${assetCode(asset)}"`,
  heading: book => `; ${book.log}, ${book.period}, ${state(book)}\n\n`,
  transaction: (date, code, text) => `${date} * (${code}) ${text}\n`,
}

/** https://beancount.github.io/docs/beancount_language_syntax.html: accounts begin with a capital and are opened before use. */
export const BEANCOUNT: Flavour = {
  name: 'beancount',
  account(holder) {
    if (holder === DESK) return 'Assets:Desk'
    const [kind, rest] = cut(holder)
    const names = [kind, ...rest.split('/')].map(name => `X${escaped(name, /^[A-Za-z0-9]$/, '-')}`)
    return `Liabilities:${names.join(':')}`
  },
  commodity: assetCode,
  heading(book, accounts) {
    const opened = accounts.map(account => `${firstDay(book)} open ${account}\n`).join('')
    return `; ${book.log}, ${book.period}, ${state(book)}\noption "title" "${book.log} ${book.period}"\n\n${opened}\n`
  },
  transaction: (date, code, text) => `${date} * "${text}" ^entry-${code}\n`,
}

export const FLAVOURS = { hledger: HLEDGER, beancount: BEANCOUNT } as const

const EQUITY = 'equity:opening'
const firstDay = ({ period }: Book): string => `${period}-01`

/** A balance is a liability of the community, so that it stands with the opposite sign in its books. */
const posting = (flavour: Flavour, account: string, asset: string, amount: bigint): string =>
  `    ${account}  ${formatUnits(-amount, FINE_SCALE)} ${flavour.commodity(asset)}\n`

const title = (entry: BookEntry): string =>
  entry.release === null ? entry.use : `${entry.use} ${entry.release}${entry.track === null ? '' : `/${entry.track}`}`

function accountsOf(flavour: Flavour, book: Book, openings: readonly Opening[]): string[] {
  const holders = new Set([
    ...openings.map(one => one.holder),
    ...book.entries.flatMap(entry => entry.postings.map(one => one.holder)),
  ])
  return [
    ...[...holders].map(holder => flavour.account(holder)),
    ...(openings.length > 0 ? [equity(flavour)] : []),
  ].sort()
}

const equity = (flavour: Flavour): string => (flavour.name === 'hledger' ? EQUITY : 'Equity:Opening')

/**
 * The book as a journal for an independent program. Each entry is one balanced transaction that carries its log index, with everything it
 * moved, whoever it belongs to; amounts are exact, at nine decimal places. Balances that were there before are one opening transaction.
 */
export function* exportJournal(book: Book, flavour: Flavour): Generator<string> {
  const openings = book.openings.filter(one => book.belongs(one.holder))
  yield flavour.heading(book, accountsOf(flavour, book, openings))
  if (openings.length > 0) {
    yield flavour.transaction(firstDay(book), 'opening', 'opening balances')
    for (const { holder, asset, amount } of openings) {
      yield posting(flavour, flavour.account(holder), asset, amount)
      yield posting(flavour, equity(flavour), asset, -amount)
    }
    yield '\n'
  }
  for (const entry of book.entries) {
    if (entry.postings.length === 0) continue
    const lines = entry.postings.map(one => posting(flavour, flavour.account(one.holder), one.asset, one.amount))
    yield `${flavour.transaction(dayOf(entry.at), String(entry.index), title(entry))}${lines.join('')}\n`
  }
}
