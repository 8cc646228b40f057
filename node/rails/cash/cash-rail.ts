import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import type { Desk, DeskRow } from '#node/ports/desk.ts'
import type { Rail, RailFault, RailFaultCode, RailPayment, RailReceipt, RailRequest } from '#node/ports/rails.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { ASSET_CODE_PATTERN, SCALE_MAX } from '#protocols/value/v1/constants.ts'
import { decodeDeskNote, deskNoteMessage, type SignedDeskNote } from '#protocols/value/v1/desk-note.ts'
import type { Clock, Verifier } from '#src/kernel/ports.ts'

export interface CashRailInit {
  readonly own: Uint8Array
  readonly desk: Desk
  readonly verifier: Verifier
  readonly clock: Clock
}

/** People may take a week; a quote only says that it costs nothing. */
const QUOTE_MS = 7 * 24 * 3600_000
const AMOUNT_MAX = (1n << 64n) - 1n
const KEY_BYTES = 32
const ADDRESS = /^[0-9a-f]{64}$/

const fault = (code: RailFaultCode, message: string): Result<never, RailFault> => err({ code, message })
const hex = (bytes: Uint8Array): string => asText(bytes, 'hex')

function check({ key, to, amount, code, scale, memo }: RailRequest): Result<null, RailFault> {
  if (!ASSET_CODE_PATTERN.test(code) || !Number.isInteger(scale) || scale < 0 || scale > SCALE_MAX)
    return fault('wrong-asset', `The cash desk does not count "${code.slice(0, 8)}" with ${scale} decimals.`)
  if (amount <= 0n) return fault('amount-too-small', 'The cash desk pays more than zero.')
  if (amount > AMOUNT_MAX) return fault('rail-refused', 'This is more than the cash desk can write down.')
  if (!ADDRESS.test(to)) return fault('rail-refused', 'The cash desk pays a community or an account: 64 hex digits.')
  if (key.length !== KEY_BYTES || memo.length !== KEY_BYTES)
    return fault('rail-refused', 'A payment is named by 32 bytes, and says in 32 bytes what it is for.')
  return ok(null)
}

const NOTES: Readonly<Record<DeskRow['state'], string>> = {
  pending: 'It waits until somebody at the desk has handed it over and says so.',
  confirmed: 'Somebody at the desk handed it over.',
  failed: 'Somebody at the desk said that it did not take place.',
}

const paymentOf = ({ id, state, note }: DeskRow): RailPayment => ({
  key: id,
  state,
  receipt: state === 'confirmed' ? note : null,
  note: NOTES[state],
})

const receiptOf = (to: string, { amount, code, scale, memo, at }: SignedDeskNote): RailReceipt => ({
  to,
  amount,
  code,
  scale,
  memo,
  at,
})

/**
 * Cash, bank transfers, barter and hours, as a rail: a payment is pending until somebody at the desk says that it took
 * place. A receipt by another community's desk counts here when this desk took the same in: what the payer says is
 * never enough.
 */
export function createCashRail({ own, desk, verifier, clock }: CashRailInit): Rail {
  const address = hex(own)

  const signedBy = (receipt: Uint8Array): SignedDeskNote | null => {
    const decoded = decodeDeskNote(receipt)
    if (!decoded.ok || decoded.value.direction !== 'out') return null
    const { community, signature } = decoded.value
    return verifier.verify(community, deskNoteMessage(decoded.value), signature) ? decoded.value : null
  }

  /** Of this desk: it is in the book, or it is none. */
  const ownReceipt = (note: SignedDeskNote, receipt: Uint8Array): Result<RailReceipt, RailFault> => {
    const kept = desk.find(note.id)?.note
    return kept != null && equals(kept, receipt)
      ? ok(receiptOf(hex(note.other), note))
      : fault('bad-receipt', 'This desk wrote no such note.')
  }

  /** Of another desk: what this one took in for the same purpose. */
  const othersReceipt = (note: SignedDeskNote): Result<RailReceipt, RailFault> => {
    if (!equals(note.other, own)) return fault('bad-receipt', 'This note says that somebody else was paid.')
    const taken = desk.received(note.memo)
    if (taken === null)
      return fault(
        'not-confirmed',
        'The other side says that it paid; nobody at this desk has said yet that it arrived.',
      )
    if (!equals(taken.other, note.community)) return fault('bad-receipt', 'Somebody else paid for this.')
    const isSame = taken.amount === note.amount && taken.code === note.code && taken.scale === note.scale
    if (!isSame) return fault('rail-lied', 'The other side says that it paid another amount than arrived at this desk.')
    return ok({ ...receiptOf(address, note), at: taken.decidedAt ?? note.at })
  }

  return {
    id: desk.rail,
    about: 'The cash desk: people hand over cash, transfer it, barter or work, and say so here.',
    address,
    quote: async request => {
      const checked = check(request)
      return checked.ok ? ok({ fee: 0n, takesMs: null, expiry: clock.nowMs() + QUOTE_MS }) : checked
    },
    pay: async (request, signal) => {
      const checked = check(request)
      if (!checked.ok) return checked
      if (signal.aborted) return fault('rail-timeout', 'It took too long; nothing was written down.')
      const { key, to, ...rest } = request
      const row = desk.ask({ ...rest, id: key, direction: 'out', other: fromString(to, 'hex') })
      return row === null ? fault('key-reused', 'Another payment has that key already.') : ok(paymentOf(row))
    },
    status: async key => {
      const row = desk.find(key)
      return ok(row === null || row.direction !== 'out' ? null : paymentOf(row))
    },
    verifyReceipt: async receipt => {
      const note = signedBy(receipt)
      if (note === null) return fault('bad-receipt', 'This is no note that a cash desk signed.')
      return equals(note.community, own) ? ownReceipt(note, receipt) : othersReceipt(note)
    },
  }
}
