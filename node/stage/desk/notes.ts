import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { Desk, DeskRow } from '#node/ports/desk.ts'
import type { NotesApi } from '#node/ports/desk-api.ts'
import type { LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { DeskNoteInfo, TakeIn } from '#protocols/api/v1/desk-schemas.ts'
import type { AssetInfo } from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import type { Random } from '#src/kernel/ports.ts'
import type { Author } from '../author.ts'
import { hex, key32 } from '../keys.ts'

export interface NotesInit {
  readonly own: Uint8Array
  readonly desk: Desk
  readonly ledger: OwnLog
  readonly author: Author
  readonly asset: AssetInfo
  readonly random: Random
}

const NOTES_SHOWN = 500
/** How far back a credit is looked for that a crash cut off from its note. */
const LOOKED_AT = 2_000

/** The commitment in the order of an issue; null when the entry is none. */
function referenceOf({ entry }: LogRecord): Uint8Array | null {
  const decoded = decodeEntry(entry)
  if (!decoded.ok || decoded.value.kind !== 'issue') return null
  const envelope = decodeEnvelope(decoded.value.order)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  return order.ok && order.value.type === 'value/issue' ? order.value.reference : null
}

/** Value that people bring to the desk, and take from it, with a signed note for each. */
export function createNotes({ own, desk, ledger, author, asset, random }: NotesInit): NotesApi {
  const info = (row: DeskRow): DeskNoteInfo => ({
    id: hex(row.id),
    direction: row.direction,
    kind: row.kind,
    other: hex(row.other),
    amount: String(row.amount),
    asset: { code: row.code, scale: row.scale, issuer: asset.issuer },
    state: row.state,
    at: row.at,
    decidedAt: row.decidedAt,
    text: row.words?.text ?? null,
    entry: row.entry,
    note: row.note === null ? null : asText(row.note, 'base64pad'),
  })
  const find = (id: string): DeskRow => {
    const row = desk.find(key32(id, 'A note'))
    if (row === null) throw new StageError('not-found', 'The desk has no note of that name.')
    return row
  }

  /** The note's id is the credit's reference, so a credit that a crash cut off from its note is found again. */
  const creditFor = async (row: DeskRow): Promise<number> => {
    if (row.entry !== null) return row.entry
    const written = ledger.recent(LOOKED_AT).find(record => {
      const reference = record.kind === 'issue' ? referenceOf(record) : null
      return reference !== null && Buffer.compare(reference, row.id) === 0
    })
    if (written !== undefined) return written.index
    const { other: account, amount, code, scale, id: reference } = row
    const accepted = await author.order('value/issue', {
      account,
      amount,
      asset: { code, scale, issuer: own },
      reference,
    })
    return accepted.receipt as number
  }

  return {
    deskNotes: () => desk.list(NOTES_SHOWN).map(info),
    deskNote: id => info(find(id)),
    async takeIn({ account, amount, kind, text, key }: TakeIn) {
      if (BigInt(amount) === 0n) throw new StageError('bad-request', 'A credit is more than zero.', { path: 'amount' })
      const id = key === undefined ? random.bytes(32) : key32(key, 'A key')
      const { code, scale } = asset
      const other = key32(account, 'An account')
      const row = desk.ask({ id, direction: 'in', other, amount: BigInt(amount), code, scale, memo: id })
      if (row === null) throw new StageError('conflict', 'Something else was taken in under that key already.')
      const confirmed = await desk.confirm(id, { kind, text })
      if (!confirmed.ok) throw new StageError(confirmed.error.code, confirmed.error.message)
      desk.link(id, await creditFor(confirmed.value))
      return info(find(hex(id)))
    },
    async payOut(entry) {
      const record = ledger.record(entry)
      if (record === null || record.kind !== 'redeem' || record.account === null || record.asset === null)
        throw new StageError('not-found', `Entry ${entry} of the log is no payout that an account asked for.`)
      const { account: other, amount, asset: of, leafHash: id } = record
      const row = desk.ask({ id, direction: 'out', other, amount, code: of.code, scale: of.scale, memo: id })
      if (row === null) throw new StageError('conflict', 'That payout stands in the book of the desk with other terms.')
      desk.link(id, entry)
      return info(find(hex(id)))
    },
    async confirmNote(id, words) {
      const confirmed = await desk.confirm(find(id).id, words)
      if (!confirmed.ok) throw new StageError(confirmed.error.code, confirmed.error.message)
      return info(confirmed.value)
    },
    refuseNote(id) {
      const refused = desk.refuse(find(id).id)
      if (!refused.ok) throw new StageError(refused.error.code, refused.error.message)
      return info(refused.value)
    },
    eraseNoteText(id) {
      if (!desk.eraseWords(find(id).id)) throw new StageError('not-found', 'Nothing is written beside that note.')
    },
  }
}
