import { toString as toText } from 'uint8arrays/to-string'
import type { ReadEntry } from '#src/ledger/machine/machine.ts'
import type { BookEntry } from './book.ts'

type Description = Pick<BookEntry, 'use' | 'release' | 'track' | 'agreement' | 'reference'>

const NOTHING: Description = { use: '', release: null, track: null, agreement: null, reference: null }
const hexOrNull = (bytes: Uint8Array | null): string | null => (bytes === null ? null : toText(bytes, 'base16'))

/** What an entry was for, from its own bytes. */
export function describeEntry({ entry, order }: Pick<ReadEntry, 'entry' | 'order'>): Description {
  if (entry.kind === 'stream') {
    const [release = '', track = ''] = entry.recording.split('/')
    const { use, agreement } = entry
    return { use, release, track: Number(track), agreement, reference: hexOrNull(entry.reference) }
  }
  const said = order?.order
  if (entry.kind === 'receipt' && said?.type === 'value/tip') {
    const { use, release, reference } = said
    return { ...NOTHING, use, release, agreement: entry.agreement, reference: hexOrNull(reference) }
  }
  const reference = said?.type === 'value/issue' || said?.type === 'value/redeem' ? said.reference : null
  const use = entry.kind === 'agreement' && said !== undefined ? said.type.replace('/', '-') : entry.kind
  return { ...NOTHING, use, reference: hexOrNull(reference) }
}
