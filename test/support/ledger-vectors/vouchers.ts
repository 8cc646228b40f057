import { encode } from '#protocols/codec/dag-cbor.ts'
import { ackMessage, encodeAck } from '#protocols/ledger/v1/ack.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import { encodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import {
  accept,
  at,
  channel,
  desk,
  fields,
  fill,
  foreign,
  hexOf,
  type LedgerVector,
  largest,
  promised,
  reject,
  seat,
  sha256,
  signed,
  utf8,
  voucherItems,
} from './fixtures.ts'

export const voucherVectors = (): LedgerVector[] => [
  accept('voucher', 'a voucher', encodeSignedVoucher(signed), sha256(voucherBytes(desk.publicKey, fields))),
  accept(
    'voucher',
    'the largest voucher',
    encodeSignedVoucher({ ...largest, signature: channel.sign(voucherBytes(desk.publicKey, largest)) }),
    sha256(voucherBytes(desk.publicKey, largest)),
  ),
  reject(
    'voucher',
    'one unit more than was signed',
    encodeSignedVoucher({ ...signed, cumulative: 70_001n }),
    'bad-signature',
  ),
  reject(
    'voucher',
    'signed for another network',
    encodeSignedVoucher({ ...signed, signature: foreign }),
    'bad-signature',
  ),
  reject(
    'voucher',
    'signed for another community',
    encodeSignedVoucher({ ...signed, signature: channel.sign(voucherBytes(seat.publicKey, fields)) }),
    'bad-signature',
  ),
  reject('voucher', 'a cumulative below zero', voucherItems({ cumulative: -1 })),
  reject('voucher', 'a reference of 16 bytes', voucherItems({ reference: fill(1, 16) })),
  reject('voucher', 'a release in capitals', voucherItems({ recording: `${'AB'.repeat(16)}/7` })),
  reject('voucher', 'a signature of 63 bytes', voucherItems({ signature: fill(1, 63) })),
  reject('voucher', 'cut short', encodeSignedVoucher(signed).subarray(0, 100)),
]

const line = { holder: `acct:${hexOf(seat.publicKey)}`, party: 'anna', amount: 350_000_000n, tag: 'share' }
export const lineVectors = (): LedgerVector[] => {
  const divisions: [string, Uint8Array][] = [
    ['no line', encodeLines([])],
    ['one line', encodeLines([line])],
    [
      'three lines',
      encodeLines([line, { ...line, amount: 0n, tag: 'recoup' }, { ...line, party: '李', amount: (1n << 64n) - 1n }]),
    ],
  ]
  return [
    ...divisions.map(([name, bytes]) => accept('lines', name, bytes, sha256(bytes))),
    reject('lines', 'an amount below zero', encodeLines([{ ...line, amount: -1n }])),
    reject('lines', 'a holder with a space', encodeLines([{ ...line, holder: 'acct: x' }])),
    reject('lines', 'a tag in capitals', encodeLines([{ ...line, tag: 'Share' }])),
    reject('lines', 'a line of three', encode([[line.holder, 5, 'anna']])),
  ]
}

export const ackVectors = (): LedgerVector[] => {
  const ack = encodeAck({ ...promised, signature: desk.sign(ackMessage(promised)) })
  const elsewhere = desk.sign(Buffer.concat([utf8('otherstand/ack/v1\0'), ackMessage(promised).subarray(17)]))
  return [
    accept('ack', 'an ack', ack),
    reject(
      'ack',
      'an ack by another key',
      encodeAck({ ...promised, signature: seat.sign(ackMessage(promised)) }),
      'bad-signature',
    ),
    reject(
      'ack',
      'an ack with a later deadline than was signed',
      encodeAck({ ...promised, deadline: at + 10_001, signature: desk.sign(ackMessage(promised)) }),
      'bad-signature',
    ),
    reject('ack', 'an ack for another network', encodeAck({ ...promised, signature: elsewhere }), 'bad-signature'),
    reject(
      'ack',
      'an origin that is no log',
      encode(['example.org/log', ...Object.values(promised).slice(1), fill(1, 64)]),
    ),
    ...[at, at + 60_001].map(deadline =>
      reject(
        'ack',
        `a deadline ${deadline - at} ms after the entry`,
        encodeAck({ ...promised, deadline, signature: desk.sign(ackMessage({ ...promised, deadline })) }),
      ),
    ),
    reject('ack', 'cut short', ack.subarray(0, -1)),
  ]
}
