import { type DeskNote, deskNoteMessage, encodeDeskNote } from '#protocols/value/v1/desk-note.ts'
import { encodePosition, type PositionFields, positionMessage } from '#protocols/value/v1/position.ts'
import { encodeSettlement, type SettlementFields, settlementMessage } from '#protocols/value/v1/settlement.ts'
import { settlementMemoMessage } from '#protocols/value/v1/settlement-memo.ts'
import { accept, at, fill, flip, type LedgerVector, reject, sha256 } from '../ledger-vectors/fixtures.ts'
import { payeeSide, payerSide } from './parties.ts'

export const settling: SettlementFields = {
  debtor: payerSide.publicKey,
  creditor: payeeSide.publicKey,
  code: 'EUR',
  scale: 2,
  amount: 12_345n,
  number: 1,
  rail: 'evm:31337',
  evidence: fill(0xe1),
  at,
}
export const settlementOf = (fields: SettlementFields, complete = true) =>
  encodeSettlement({
    ...fields,
    debtorSignature: payerSide.sign(settlementMessage(fields)),
    creditorSignature: complete ? payeeSide.sign(settlementMessage(fields)) : null,
  })

const memoOf = (fields: SettlementFields): Uint8Array => sha256(settlementMemoMessage(fields))

export function settlementVectors(): LedgerVector[] {
  const bytes = settlementOf(settling)
  const wrong = (name: string, change: Partial<Record<keyof SettlementFields, unknown>>) =>
    reject('settlement', name, settlementOf({ ...settling, ...change } as SettlementFields))
  return [
    accept('settlement', 'complete', bytes, memoOf(settling)),
    accept('settlement', 'that waits for the creditor', settlementOf(settling, false), memoOf(settling)),
    accept('settlement', 'of nothing, which a log refuses', settlementOf({ ...settling, amount: 0n, rail: 'cash' })),
    reject(
      'settlement',
      'signed twice by the debtor',
      encodeSettlement({
        ...settling,
        debtorSignature: payerSide.sign(settlementMessage(settling)),
        creditorSignature: payerSide.sign(settlementMessage(settling)),
      }),
      'bad-signature',
    ),
    reject('settlement', 'a changed signature', flip(bytes), 'bad-signature'),
    reject('settlement', 'cut short', bytes.subarray(0, -1)),
    reject('settlement', 'a byte after it', Uint8Array.from([...bytes, 0])),
    wrong('number 0', { number: 0 }),
    wrong('with oneself', { creditor: payerSide.publicKey }),
    wrong('an amount below zero', { amount: -1 }),
    wrong('an amount of 2^64', { amount: '18446744073709551616' }),
    wrong('over a rail in capitals', { rail: 'Cash' }),
    wrong('evidence of 31 bytes', { evidence: fill(1, 31) }),
  ]
}

export const standing: PositionFields = {
  by: payeeSide.publicKey,
  other: payerSide.publicKey,
  code: 'EUR',
  scale: 2,
  owes: 0n,
  owed: 123_450_000_000n,
  held: 0n,
  sent: 3,
  received: 17,
  settled: 0,
  settledIn: 1,
  size: 4_096,
  at,
}
export const positionOf = (fields: PositionFields) =>
  encodePosition({ ...fields, signature: payeeSide.sign(positionMessage(fields)) })

export const positionVectors = (): LedgerVector[] => [
  accept('position', 'of a community that is owed', positionOf(standing)),
  accept('position', 'of two that owe each other nothing', positionOf({ ...standing, owed: 0n })),
  reject('position', 'that both owe', positionOf({ ...standing, owes: 1n })),
  reject('position', 'with oneself', positionOf({ ...standing, other: standing.by })),
  reject('position', 'a changed signature', flip(positionOf(standing)), 'bad-signature'),
  reject('position', 'cut short', positionOf(standing).subarray(0, -1)),
]

const handed: DeskNote = {
  community: payerSide.publicKey,
  id: fill(0x1d),
  direction: 'out',
  kind: 'cash',
  other: payeeSide.publicKey,
  amount: 12_345n,
  code: 'EUR',
  scale: 2,
  memo: memoOf(settling),
  words: null,
  at,
}
const deskNoteOf = (note: DeskNote) => encodeDeskNote({ ...note, signature: payerSide.sign(deskNoteMessage(note)) })

export const deskNoteVectors = (): LedgerVector[] => [
  accept('desk-note', 'of cash that was handed out', deskNoteOf(handed)),
  accept(
    'desk-note',
    'of hours that came in',
    deskNoteOf({ ...handed, direction: 'in', kind: 'hours', words: fill(7) }),
  ),
  reject('desk-note', 'a changed signature', flip(deskNoteOf(handed)), 'bad-signature'),
  reject(
    'desk-note',
    'signed by the other side',
    deskNoteOf({ ...handed, community: payeeSide.publicKey }),
    'bad-signature',
  ),
  reject('desk-note', 'cut short', deskNoteOf(handed).subarray(0, -1)),
  reject('desk-note', 'of something else than a desk takes', deskNoteOf({ ...handed, kind: 'promise' as 'cash' })),
  reject('desk-note', 'an amount below zero', deskNoteOf({ ...handed, amount: -1n })),
]
