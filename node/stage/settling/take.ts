import { equals } from 'uint8arrays/equals'
import type { SettlementRow } from '#node/ports/settlements.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import {
  decodeSettlement,
  encodeSettlement,
  type Settlement,
  settlementMessage,
} from '#protocols/value/v1/settlement.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import { hex } from '../keys.ts'
import { type SettlingInit, settlementId, within } from './parts.ts'
import { isFor } from './pay.ts'

const NETTING_FIRST: ValueFault = {
  code: 'not-confirmed',
  message: 'A netting that strikes some of this debt out is signed, not complete; it goes first.',
}

type Answer = Result<Uint8Array, ValueFault>
/** Notes of one debtor that wait: one is due, and a few may have been given up. */
const ASKED_MAX = 8
const refuse = (code: string, message: string): Result<never, ValueFault> => err({ code, message })

/** The side that is owed: signs nothing before its own rail says that the money arrived. */
export function createTakingSide(init: SettlingInit) {
  const { own, book, rails, ledger } = init
  const turns = new Map<string, Promise<unknown>>()

  /** Why the next note of this debtor cannot be this one; null when it can. */
  const outOfPlace = (id: Uint8Array, note: Settlement): ValueFault | null => {
    const { debtor, number, amount, code, scale } = note
    const peer = ledger.peer(debtor)
    if (peer === null) return { code: 'no-line', message: 'These two communities have nothing to settle.' }
    if (peer.frozen)
      return { code: 'line-frozen', message: 'The two have a dispute to settle first; nothing was signed.' }
    if (amount === 0n) return { code: 'zero-amount', message: 'A settlement is about more than nothing.' }
    // What the log does not count it could never enter, whoever signed it.
    if (ledger.position(debtor, code, scale) === 0n && ledger.line(debtor, code, scale) === null)
      return { code: 'wrong-asset', message: `There is no ${code} between these two communities.` }
    const isPromised = (row: SettlementRow): boolean =>
      row.state === 'signed' && row.number === number && equals(row.debtor, debtor) && !equals(row.id, id)
    if (book.open().some(isPromised))
      return { code: 'replayed', message: `Settlement ${number} is signed already, with other terms.` }
    if (number <= peer.settledIn)
      return { code: 'replayed', message: `Settlement ${number} was entered already, with other terms.` }
    if (number !== peer.settledIn + 1)
      return { code: 'wrong-number', message: `Settlement ${peer.settledIn + 1} comes first.` }
    return null
  }

  /** What a signed netting strikes out is not confirmed as paid, too: it waits until the document is in the log, or over. */
  const isStruckOut = ({ debtor, code, scale, amount }: Settlement): boolean => {
    const struck = init.struckOut(debtor, { code, scale }) ?? 0n
    return struck < 0n && amount * fineUnit(scale) > struck - ledger.position(debtor, code, scale)
  }

  /** The rail's word about what is in the row: whether it arrived here, as it was said. */
  const arrived = async (row: SettlementRow): Promise<Result<null, ValueFault>> => {
    const rail = rails.find(row.rail)
    const receipt = row.receipt
    if (rail === null || receipt === null)
      return refuse('rail-unavailable', `This community is not paid over the rail ${row.rail}.`)
    const proven = await within(signal => rail.verifyReceipt(receipt, signal))
    if (!proven.ok) return proven
    return isFor(proven.value, row, rail.address)
      ? ok(null)
      : refuse('rail-lied', 'The receipt of the rail is about something else than this debt.')
  }

  const sign = async (row: SettlementRow, note: Settlement): Promise<SettlementRow> => {
    const creditorSignature = await init.signer.sign(settlementMessage(note))
    const signed = encodeSettlement({ ...note, creditorSignature })
    book.update(row.id, { state: 'signed', note: signed, said: 'It arrived; both signed.' })
    return { ...row, state: 'signed', note: signed }
  }

  const enter = async (row: SettlementRow): Promise<Answer> => {
    const note = row.note as Uint8Array
    const entered = await ledger.settle(note)
    if (!entered.ok) {
      book.update(row.id, { said: `The log refused it: ${entered.error.message}` })
      return refuse('log-halted', 'It arrived and is signed; the log of the creditor could not take it yet.')
    }
    book.update(row.id, {
      state: 'settled',
      entry: entered.value.record.index,
      said: 'Settled: it arrived and is in the log.',
    })
    init.changed(row.debtor)
    return ok(note)
  }

  const advance = async (row: SettlementRow): Promise<Answer> => {
    if (row.state === 'settled') return ok(row.note as Uint8Array)
    if (row.state === 'signed') return enter(row)
    const note = decodeSettlement(row.note ?? new Uint8Array())
    if (!note.ok) return refuse('internal', 'What was kept of this settlement cannot be read.')
    const misplaced = outOfPlace(row.id, note.value) ?? (isStruckOut(note.value) ? NETTING_FIRST : null)
    const checked = misplaced === null ? await arrived(row) : err(misplaced)
    if (checked.ok) return enter(await sign(row, note.value))
    const isOver = misplaced?.code === 'replayed'
    book.update(row.id, { ...(isOver ? { state: 'failed' } : {}), said: checked.error.message })
    init.changed(row.debtor)
    return checked
  }

  /** What the debtor shows, checked by itself; keeps it, so that people here see what they are asked to confirm. */
  const keep = (peer: Uint8Array, bytes: Uint8Array, receipt: Uint8Array): Result<SettlementRow, ValueFault> => {
    const note = decodeSettlement(bytes)
    if (!note.ok) return refuse('bad-message', `This is no settlement note: ${note.error.message}.`)
    const { debtor, creditor, evidence, debtorSignature, ...terms } = note.value
    if (!equals(debtor, peer) || !equals(creditor, own))
      return refuse('wrong-party', 'This note is between two other communities.')
    if (!init.verifier.verify(debtor, settlementMessage(note.value), debtorSignature))
      return refuse('bad-signature', 'The debtor did not sign this note.')
    if (!equals(evidence, init.hasher.sha256(receipt)))
      return refuse('bad-receipt', 'The receipt is not the one that the note names.')
    const id = settlementId(init.hasher, { ...terms, debtor, creditor })
    const kept = book.find(id)
    // The debtor may have got another receipt for the same payment since: the newest counts until it is signed.
    if (kept?.state === 'asked') book.update(id, { note: bytes, receipt })
    if (kept === null) {
      const misplaced = outOfPlace(id, note.value)
      if (misplaced !== null) return err(misplaced)
      if (book.open().filter(one => equals(one.debtor, debtor)).length >= ASKED_MAX)
        return refuse('busy', 'Too many notes of this community wait here already.')
      const { code, scale, amount, number, rail, at } = terms
      const payee = rails.find(rail)?.address ?? ''
      const shown = {
        state: 'asked',
        receipt,
        note: bytes,
        said: 'The other side says that it paid.',
        entry: null,
      } as const
      book.add({ id, debtor, creditor, code, scale, amount, number, rail, at, payee, ...shown })
    }
    return ok(book.find(id) as SettlementRow)
  }

  /** One after another for each debtor: two notes with one number must not both find it free. */
  const inTurn = (debtor: Uint8Array, work: () => Promise<Answer>): Promise<Answer> => {
    const key = hex(debtor)
    const mine = (turns.get(key) ?? Promise.resolve()).then(work)
    const done: Promise<unknown> = mine
      .catch(() => undefined)
      .finally(() => {
        if (turns.get(key) === done) turns.delete(key)
      })
    turns.set(key, done)
    return mine
  }

  return {
    settle: (peer: Uint8Array, { note, receipt }: { readonly note: Uint8Array; readonly receipt: Uint8Array }) =>
      inTurn(peer, async () => {
        const row = keep(peer, note, receipt)
        return row.ok ? advance(row.value) : row
      }),
    /** Looks again whether it arrived, or whether the log takes it now. */
    async advance(id: Uint8Array): Promise<Answer> {
      const debtor = book.find(id)?.debtor
      if (debtor === undefined) return refuse('not-found', 'There is no such settlement.')
      return inTurn(debtor, () => advance(book.find(id) as SettlementRow))
    },
  }
}
