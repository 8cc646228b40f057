import { encodePosition, type PositionFields, positionMessage } from '#protocols/value/v1/position.ts'
import { encodeSettlement, type SettlementFields, settlementMessage } from '#protocols/value/v1/settlement.ts'
import { accept, at, fill, flip, type LedgerVector, reject } from '../ledger-vectors/fixtures.ts'
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

export function settlementVectors(): LedgerVector[] {
  const bytes = settlementOf(settling)
  const wrong = (name: string, change: Partial<Record<keyof SettlementFields, unknown>>) =>
    reject('settlement', name, settlementOf({ ...settling, ...change } as SettlementFields))
  return [
    accept('settlement', 'complete', bytes),
    accept('settlement', 'that waits for the creditor', settlementOf(settling, false)),
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
