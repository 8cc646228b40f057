import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { Rail, RailReceipt } from '#node/ports/rails.ts'
import type { SettlementRow } from '#node/ports/settlements.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeSettlement, encodeSettlement, settlementMessage } from '#protocols/value/v1/settlement.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import { hex } from '../keys.ts'
import { type SettlingInit, settlementId, within } from './parts.ts'

export interface Proposal {
  readonly creditor: Uint8Array
  readonly code: string
  readonly scale: number
  /** Minor units. */
  readonly amount: bigint
  readonly rail: string
  /** Where the creditor is paid, as the rail writes it; null where the rail names communities by their keys. */
  readonly payee: string | null
}

/** Whether a receipt is about exactly this debt. */
export const isFor = (receipt: RailReceipt, row: SettlementRow, payee: string): boolean =>
  receipt.to === payee &&
  receipt.amount === row.amount &&
  receipt.code === row.code &&
  receipt.scale === row.scale &&
  equals(receipt.memo, row.id)

/** The side that owes: has a rail pay, signs that it did, and has the creditor sign, too. Each step can be taken again. */
export function createPayingSide(init: SettlingInit) {
  const { own, book, rails, ledger, clock } = init
  const underWay = new Map<string, Promise<void>>()

  const note = (row: SettlementRow, change: Parameters<typeof book.update>[1]): void => {
    book.update(row.id, change)
    init.changed(row.creditor)
  }

  /** Asks the rail, under the one key that this debt has, until it says what became of it. */
  const payOver = async (rail: Rail, row: SettlementRow): Promise<void> => {
    const { id, payee, amount, code, scale } = row
    const paid = await within(signal => rail.pay({ key: id, to: payee, amount, code, scale, memo: id }, signal))
    if (!paid.ok) return note(row, { said: paid.error.message })
    const { state, receipt, note: said } = paid.value
    if (state === 'failed') return note(row, { state: 'failed', said })
    if (state !== 'confirmed' || receipt === null) return note(row, { said })
    const proven = await within(signal => rail.verifyReceipt(receipt, signal))
    // The own desk is not asked whether the other side confirms; whatever else does not verify is not shown around.
    if (!proven.ok && proven.error.code !== 'not-confirmed') return note(row, { said: proven.error.message })
    if (proven.ok && !isFor(proven.value, row, payee))
      return note(row, { said: 'The rail says that it paid, but its receipt is about something else.' })
    await signPaid(row, receipt)
  }

  const signPaid = async (row: SettlementRow, receipt: Uint8Array): Promise<void> => {
    const { debtor, creditor, code, scale, amount, number, rail, at } = row
    const evidence = init.hasher.sha256(receipt)
    const fields = { debtor, creditor, code, scale, amount, number, rail, evidence, at }
    const debtorSignature = await init.signer.sign(settlementMessage(fields))
    const signed = encodeSettlement({ ...fields, debtorSignature, creditorSignature: null })
    note(row, { state: 'paid', receipt, note: signed, said: 'Paid; the creditor has not signed yet.' })
  }

  /** What the creditor signed must be what was shown to it, with a signature that counts. */
  const isSigned = (row: SettlementRow, answer: Uint8Array): boolean => {
    const mine = decodeSettlement(row.note ?? new Uint8Array())
    const theirs = decodeSettlement(answer)
    if (!mine.ok || !theirs.ok || theirs.value.creditorSignature === null) return false
    const message = settlementMessage(mine.value)
    return (
      equals(message, settlementMessage(theirs.value)) &&
      equals(mine.value.debtorSignature, theirs.value.debtorSignature) &&
      init.verifier.verify(row.creditor, message, theirs.value.creditorSignature)
    )
  }

  const showToCreditor = async (row: SettlementRow): Promise<void> => {
    if (row.note === null || row.receipt === null) return
    if (ledger.peer(row.creditor)?.frozen === true)
      return note(row, { said: 'This community froze what it has with the creditor: nothing is signed.' })
    const answer = await init.show(row.creditor, { note: row.note, receipt: row.receipt })
    if (!answer.ok) return note(row, { said: `${init.nameOf(row.creditor)} answers: ${answer.error.message}` })
    if (!isSigned(row, answer.value))
      return note(row, { said: `${init.nameOf(row.creditor)} answered with something else than the signed note.` })
    note(row, { state: 'signed', note: answer.value, said: 'Both signed.' })
  }

  const enter = async (row: SettlementRow): Promise<void> => {
    if (row.note === null) return
    const entered = await ledger.settle(row.note)
    if (!entered.ok) return note(row, { said: `The log refused it: ${entered.error.message}` })
    note(row, {
      state: 'settled',
      entry: entered.value.record.index,
      said: 'Settled: paid, signed by both, in the log.',
    })
  }

  /** Goes as far as it comes; whatever stops it is told in the row, and tried again later. */
  const advance = async (id: Uint8Array): Promise<void> => {
    for (let before = ''; ; ) {
      const row = book.find(id)
      if (row === null || row.state === before || !equals(row.debtor, own)) return
      before = row.state
      const rail = rails.find(row.rail)
      if (row.state === 'paying' && rail === null)
        return note(row, { said: `The rail ${row.rail} is not set up here.` })
      if (row.state === 'paying' && rail !== null) await payOver(rail, row)
      else if (row.state === 'paid') await showToCreditor(row)
      else if (row.state === 'signed') await enter(row)
    }
  }

  /** One at a time for each debt: a second caller waits for the first. */
  const inTurn = async (id: Uint8Array): Promise<void> => {
    const key = hex(id)
    const running = underWay.get(key) ?? advance(id).finally(() => underWay.delete(key))
    underWay.set(key, running)
    await running
  }

  return {
    /** The creditor brings the note that it signed: the debtor need not ask again. */
    async brought(bytes: Uint8Array): Promise<Result<Uint8Array, ValueFault>> {
      const shown = decodeSettlement(bytes)
      const row = shown.ok ? book.find(settlementId(init.hasher, shown.value)) : null
      if (row === null || !equals(row.debtor, own))
        return err({ code: 'wrong-party', message: 'This community proposed no such settlement.' })
      if (row.state === 'paid' && isSigned(row, bytes))
        note(row, { state: 'signed', note: bytes, said: 'Both signed.' })
      await inTurn(row.id)
      const after = book.find(row.id)
      return after?.state === 'settled' && after.note !== null
        ? ok(after.note)
        : err({ code: 'not-confirmed', message: 'This community has not come so far yet.' })
    },
    /** Throws `StageError` when there is nothing to pay, or one is under way. Durable before the rail is asked. */
    async propose({ creditor, code, scale, amount, rail: railId, payee }: Proposal): Promise<SettlementRow> {
      const rail = rails.find(railId)
      const peer = ledger.peer(creditor)
      if (rail === null)
        throw new StageError(
          'not-found',
          `There is no rail "${railId}" here. Set up: ${rails
            .list()
            .map(one => one.id)
            .join(', ')}.`,
        )
      if (peer?.frozen === true)
        throw new StageError('frozen', 'What this community has with that one is frozen; end the dispute first.')
      const owed = ledger.position(creditor, code, scale)
      if (amount <= 0n) throw new StageError('bad-request', 'A settlement is about more than zero.', { path: 'amount' })
      if (amount * fineUnit(scale) > owed)
        throw new StageError('bad-request', 'This community does not owe that much to that one.', { path: 'amount' })
      const struck = init.struckOut(creditor, { code, scale }) ?? 0n
      if (struck > 0n && amount * fineUnit(scale) > owed - struck)
        throw new StageError(
          'conflict',
          'A netting that strikes some of this debt out is signed, not complete: pay what would remain, or wait for it.',
          { path: 'amount' },
        )
      if (book.open().some(one => equals(one.debtor, own) && equals(one.creditor, creditor)))
        throw new StageError('conflict', 'A settlement with that community is still under way; it goes first.')
      const number = (peer?.settled ?? 0) + 1
      const to = payee ?? hex(creditor)
      // A rail at whose addresses communities go by their keys needs no other.
      if (payee === null && rail.address !== hex(own))
        throw new StageError(
          'bad-request',
          'This rail pays addresses of its own: ask the other community for theirs, and give it with --to.',
          { path: 'payee' },
        )
      const at = clock.nowMs()
      const terms = { debtor: own, creditor, code, scale, amount, number, rail: railId, at }
      const quoted = await within(signal =>
        rail.quote(
          { key: settlementId(init.hasher, terms), to, amount, code, scale, memo: settlementId(init.hasher, terms) },
          signal,
        ),
      )
      if (!quoted.ok) throw new StageError('rail-failed', quoted.error.message)
      const id = settlementId(init.hasher, terms)
      const blank = { receipt: null, note: null, entry: null, said: 'The rail is asked to pay.' }
      if (!book.add({ ...terms, ...blank, id, payee: to, state: 'paying' }))
        throw new StageError('conflict', 'This very settlement was proposed a moment ago.')
      return book.find(id) as SettlementRow
    },
    advance: inTurn,
  }
}
