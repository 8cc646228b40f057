import { toString as toText } from 'uint8arrays/to-string'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { Order } from '#protocols/ledger/v1/orders.ts'
import { readAsking } from '#src/ledger/machine/foreign-leaves.ts'
import type { ReadEntry } from '#src/ledger/machine/machine.ts'
import type { BookEntry } from './book.ts'

type Description = Pick<BookEntry, 'use' | 'release' | 'track' | 'agreement' | 'reference'>

const NOTHING: Description = { use: '', release: null, track: null, agreement: null, reference: null }
const hexOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : toText(bytes, 'base16'))

const RELEASE = 'release/'
const releaseOf = (payee: string): string | null => (payee.startsWith(RELEASE) ? payee.slice(RELEASE.length) : null)

const referenceOf = (order: Order | undefined): string | null =>
  order !== undefined && 'reference' in order ? hexOrNull(order.reference) : null

/** Orders that share a kind of entry with others are told apart by their own names. */
const OWN_NAMES: ReadonlySet<string> = new Set(['value/batch', 'value/code', 'value/batch-revoke', 'value/freeze'])

/** A payment from another community was for what its payer said, in this community's own words for payments. */
function describeTransferIn({ kind, outcome, leaf }: TransferInEntry): Description {
  const order = readAsking(leaf)?.order
  if (order === undefined || outcome !== 'delivered') return { ...NOTHING, use: kind }
  const { use, payee, reference } = order
  return { ...NOTHING, use, release: releaseOf(payee), reference: hexOrNull(reference) }
}

/** What an entry was for, from its own bytes. */
export function describeEntry({ entry, order }: Pick<ReadEntry, 'entry' | 'order'>): Description {
  if (entry.kind === 'stream') {
    const [release = '', track = ''] = entry.recording.split('/')
    const { use, agreement } = entry
    return { use, release, track: Number(track), agreement, reference: hexOrNull(entry.reference) }
  }
  if (entry.kind === 'transfer-in') return describeTransferIn(entry)
  const said = order?.order
  const reference = referenceOf(said)
  if (entry.kind === 'receipt' && (said?.type === 'value/tip' || said?.type === 'value/gift')) {
    const use = said.type === 'value/tip' ? said.use : 'gift'
    return { ...NOTHING, use, release: said.release, agreement: entry.agreement, reference }
  }
  if (said?.type === 'value/transfer') return { ...NOTHING, use: entry.kind, release: releaseOf(said.payee), reference }
  if (said !== undefined && entry.kind === 'agreement')
    return { ...NOTHING, use: said.type.replace('/', '-'), reference }
  const use = said !== undefined && OWN_NAMES.has(said.type) ? said.type.slice('value/'.length) : entry.kind
  return { ...NOTHING, use, reference }
}
