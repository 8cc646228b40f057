import { toString as toText } from 'uint8arrays/to-string'
import { formatUnits } from '#src/kernel/money.ts'
import { assetCode, type Book, type BookEntry, type BookPosting, dayOf, FINE_SCALE, type Titles } from './book.ts'

export const CSV_COLUMNS = [
  'period',
  'date',
  'status',
  'type',
  'artist',
  'release',
  'track',
  'isrc',
  'party',
  'balance',
  'reason',
  'gross',
  'amount',
  'currency',
  'agreement',
  'log',
  'index',
  'leafHash',
] as const

// A spreadsheet runs a cell that begins like a formula; the apostrophe makes it text (OWASP, "CSV injection").
const FORMULA = /^[=+\-@\t\r]/

/** RFC 4180: quoted where it must be, quotes doubled. */
function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What an entry brought in before it was divided: the sum of what it credited, in the asset of the posting. */
const grossOf = (entry: BookEntry, asset: string): bigint =>
  entry.postings.reduce((sum, one) => (one.asset === asset && one.amount > 0n ? sum + one.amount : sum), 0n)

function row(book: Book, entry: BookEntry, posting: BookPosting, titles: Titles): string {
  const { release, track } = entry
  const known = release === null ? null : titles.release(release)
  const part = release === null || track === null ? null : titles.track(release, track)
  const text = [
    book.period,
    dayOf(entry.at),
    entry.index < book.closedBefore ? 'closed' : 'provisional',
    entry.use,
    known?.artist ?? '',
    known?.title ?? release ?? '',
    part?.title ?? (track === null ? '' : String(track)),
    part?.isrc ?? '',
    posting.party,
    posting.holder,
    posting.tag,
  ].map(cell)
  // Figures are written by us: a minus sign in front of one is no formula.
  const figures = [
    formatUnits(grossOf(entry, posting.asset), FINE_SCALE),
    formatUnits(posting.amount, FINE_SCALE),
    assetCode(posting.asset),
    entry.agreement === null ? '' : toText(entry.agreement, 'base16'),
    book.log,
    String(entry.index),
    toText(entry.leaf, 'base16'),
  ]
  return `${[...text, ...figures].join(',')}\r\n`
}

/** One row for each movement, in the habit of distributors' reports: what was used, what came in, what is the party's, and where it stands in the log. */
export function* exportCsv(book: Book, titles: Titles): Generator<string> {
  yield `${CSV_COLUMNS.join(',')}\r\n`
  for (const entry of book.entries)
    for (const posting of entry.postings) if (book.belongs(posting.holder)) yield row(book, entry, posting, titles)
}
