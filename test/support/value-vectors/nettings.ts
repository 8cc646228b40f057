import { encodeNetting, type NettingFields, nettingMessage } from '#protocols/value/v1/netting.ts'
import { accept, at, fill, flip, type LedgerVector, reject } from '../ledger-vectors/fixtures.ts'
import { between, payeeSide, payerSide } from './parties.ts'

const signers = [payerSide, between, payeeSide].toSorted((a, b) => Buffer.compare(a.publicKey, b.publicKey))
export const circle: NettingFields = {
  code: 'EUR',
  scale: 2,
  id: fill(0x9e),
  expiry: at + 86_400_000,
  participants: signers.map(({ publicKey }) => publicKey),
  changes: [
    { debtor: 0, creditor: 1, amount: 70_000_000_000n },
    { debtor: 1, creditor: 2, amount: 70_000_000_000n },
    { debtor: 2, creditor: 0, amount: 70_000_000_000n },
  ],
}
export const nettingOf = (fields: NettingFields, missing = -1) =>
  encodeNetting({
    ...fields,
    signatures: signers.map((signer, place) => (place === missing ? null : signer.sign(nettingMessage(fields)))),
  })

/** Every ordered pair of 50 communities owes the largest amount: the largest document that there is. */
export function largestNetting(): Uint8Array {
  const participants = Array.from({ length: 50 }, (_, place) => fill(place + 1))
  const changes = participants.flatMap((_, debtor) =>
    participants.flatMap((_other, creditor) =>
      debtor === creditor ? [] : [{ debtor, creditor, amount: (1n << 64n) - 1n }],
    ),
  )
  return encodeNetting({ ...circle, participants, changes, signatures: participants.map(() => fill(0x51, 64)) })
}

export function nettingVectors(): LedgerVector[] {
  const bytes = nettingOf(circle)
  const [one, two, three] = circle.changes as [
    NettingFields['changes'][0],
    NettingFields['changes'][0],
    NettingFields['changes'][0],
  ]
  const wrong = (name: string, change: Partial<Record<keyof NettingFields, unknown>>) =>
    reject('netting', name, nettingOf({ ...circle, ...change } as NettingFields))
  return [
    accept('netting', 'of a circle of three, signed by all', bytes),
    accept('netting', 'that waits for one signature', nettingOf(circle, 1)),
    accept(
      'netting',
      'of two against each other',
      nettingOf({ ...circle, changes: [one, { ...one, debtor: 1, creditor: 0 }] }),
    ),
    reject('netting', 'whose last signature is of another document', flip(bytes), 'bad-signature'),
    reject('netting', 'cut short', bytes.subarray(0, -1)),
    reject('netting', 'a byte after it', Uint8Array.from([...bytes, 0])),
    wrong('that does not balance', { changes: [one, two, { ...three, amount: three.amount - 1n }] }),
    wrong('of one debt alone', { changes: [one] }),
    wrong('of nothing', { changes: [] }),
    wrong('a change of zero', { changes: [one, two, { ...three, amount: 0n }] }),
    wrong('changes in falling order', { changes: [three, two, one] }),
    wrong('a pair twice', { changes: [one, one, two, three] }),
    wrong('a debt to oneself', { changes: [{ ...one, creditor: 0 }, two, three] }),
    wrong('a participant who is not named', { changes: [one, { ...two, creditor: 3 }, { ...three, debtor: 3 }] }),
    wrong('participants in falling order', { participants: circle.participants.toReversed() }),
    wrong('a participant twice', {
      participants: [circle.participants[0], circle.participants[0], circle.participants[2]],
    }),
    reject('netting', 'a signature too few', encodeNetting({ ...circle, signatures: [null, null] })),
  ]
}
