import { toString as toText } from 'uint8arrays/to-string'
import { formatUnits } from '#src/kernel/money.ts'
import { assetCode, type Book, type BookEntry, dayOf, FINE_SCALE, type Titles } from './book.ts'

/**
 * DSR-shaped: record types, tab-separated cells and `|` between several values of a cell, as in the flat files of DDEX's digital sales
 * reports (https://kb.ddex.net/implementing-each-standard/digital-sales-reporting-message-suite-(dsr)/). It is no conforming message:
 * those carry party ids and contract ids that are given out by a register.
 */
const PROFILE = 'DSR-shaped'

/** Tabs, bars and line ends separate; inside a value they become spaces. */
const cell = (text: string): string => text.replaceAll(/[\t\r\n|]/g, ' ')
const record = (...cells: readonly (string | number)[]): string =>
  `${cells.map(one => cell(String(one))).join('\t')}\r\n`

const MONTH_ENDS_BEFORE_MS = 86_400_000

/** Last day of `YYYY-MM`. */
function lastDay(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number)
  return dayOf(Date.UTC(year, month, 1) - MONTH_ENDS_BEFORE_MS)
}

interface Sales {
  readonly release: string
  readonly track: number | null
  readonly use: string
  readonly asset: string
  uses: number
  amount: bigint
  readonly places: { index: number; leaf: Uint8Array }[]
}

/** Money that a use brought to the party: what is held back or in suspense counts, moves between own balances cancel out. */
function sumUp(book: Book): Sales[] {
  const sales = new Map<string, Sales>()
  for (const entry of book.entries) {
    if (entry.release === null) continue
    for (const [asset, amount] of earnedBy(book, entry)) {
      const key = [entry.release, entry.track ?? '', entry.use, asset].join('\n')
      const { release, track, use } = entry
      const sale = sales.get(key) ?? { release, track, use, asset, uses: 0, amount: 0n, places: [] }
      sales.set(key, sale)
      sale.uses += 1
      sale.amount += amount
      sale.places.push({ index: entry.index, leaf: entry.leaf })
    }
  }
  return [...sales.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sale]) => sale)
}

function earnedBy(book: Book, entry: BookEntry): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { holder, asset, amount } of entry.postings)
    if (book.belongs(holder)) sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  return sums
}

const USES: Readonly<Record<string, readonly [model: string, type: string]>> = {
  stream: ['PayAsYouGoModel', 'OnDemandStream'],
  download: ['PayAsYouGoModel', 'PermanentDownload'],
  purchase: ['PayAsYouGoModel', 'PermanentDownload'],
  gift: ['PayAsYouGoModel', 'PermanentDownload'],
  tip: ['Voluntary', 'UserDefined'],
}

/** One summary of each asset, one block of each release, one usage record of each use; the log places of what was summed up stand in the last cells. */
export function* exportDsrShaped(book: Book, subject: string, titles: Titles): Generator<string> {
  const sales = sumUp(book)
  const assets = [...new Set(sales.map(sale => sale.asset))]
  const range = [`${book.period}-01`, lastDay(book.period)] as const
  let lines = 0
  const say = (...cells: readonly (string | number)[]): string => {
    lines += 1
    return record(...cells)
  }
  yield '# DSR-shaped flat file: the form of a DDEX digital sales report, not a conforming message.\r\n'
  if (book.provisional) yield '# provisional: the period is not closed, figures can still grow.\r\n'
  yield say('FHEA', PROFILE, '1', book.log, 1, 1, ...range, book.log, subject)
  for (const asset of assets) {
    const ofAsset = sales.filter(sale => sale.asset === asset)
    const total = ofAsset.reduce((sum, sale) => sum + sale.amount, 0n)
    const uses = ofAsset.reduce((sum, sale) => sum + sale.uses, 0)
    yield say('SY02', assetCode(asset), uses, formatUnits(total, FINE_SCALE), ...range)
  }
  const blocks = Map.groupBy(sales, sale => `${sale.release}/${sale.track ?? ''}`)
  for (const [block, ofBlock] of blocks) {
    const [{ release, track } = { release: block, track: null }] = ofBlock
    const known = titles.release(release)
    const part = track === null ? null : titles.track(release, track)
    yield say(
      'AS01',
      block,
      part?.isrc ?? '',
      part?.title ?? known?.title ?? '',
      known?.artist ?? '',
      known?.title ?? '',
    )
    for (const sale of ofBlock) yield usage(say, block, sale)
  }
  yield record('FFOT', lines + 1, assets.length)
}

function usage(say: (...cells: readonly (string | number)[]) => string, block: string, sale: Sales): string {
  const [model, type] = USES[sale.use] ?? ['UserDefined', sale.use]
  const indexes = sale.places.map(place => place.index).join(' ')
  const leaves = sale.places.map(place => toText(place.leaf, 'base16')).join(' ')
  const amount = formatUnits(sale.amount, FINE_SCALE)
  return say('SU01', block, model, type, sale.use, sale.uses, amount, assetCode(sale.asset), indexes, leaves)
}
