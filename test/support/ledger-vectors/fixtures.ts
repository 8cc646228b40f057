import { hasher, signerFromSeed } from '#node/identity/crypto-ports.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import type { Promised } from '#protocols/ledger/v1/ack.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import { cosignatureKeyId, cosignatureMessage, formatCosignature } from '#protocols/ledger/v1/cosignature.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf, seatNameOf } from '#protocols/ledger/v1/origin.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'

/** One input and what must become of it. `hex` are bytes, `text` is a text format. */
export interface LedgerVector {
  readonly format: string
  readonly name: string
  readonly hex?: string
  readonly text?: string
  readonly verdict: 'accept' | 'reject'
  /** `malformed`: no form of it. `bad-signature`: well formed, and not signed by whom it names under this network. */
  readonly code?: 'malformed' | 'bad-signature'
  /** Leaf hash of an entry, hash of a division or a charter, id of a voucher. */
  readonly hash?: string
}

export const fill = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value)
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const sha256 = (data: Uint8Array): Uint8Array => hasher.sha256(data)
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const desk = signerFromSeed(fill(1))
export const seat = signerFromSeed(fill(2))
export const second = signerFromSeed(fill(3))
export const channel = signerFromSeed(fill(4))
export const at = 1_795_367_829_000
export const origin = originOf(desk.publicKey)
const seatName = seatNameOf(seat.publicKey)
export const asset = `EUR/2/${hexOf(desk.publicKey)}`

export const accept = (format: string, name: string, bytes: Uint8Array, hash?: Uint8Array): LedgerVector => ({
  format,
  name,
  hex: hexOf(bytes),
  verdict: 'accept',
  ...(hash === undefined ? {} : { hash: hexOf(hash) }),
})
export const reject = (
  format: string,
  name: string,
  bytes: Uint8Array,
  code: LedgerVector['code'] = 'malformed',
): LedgerVector => ({ format, name, hex: hexOf(bytes), verdict: 'reject', code })

export const splice = (bytes: Uint8Array, from: number, to: number, ...middle: number[]): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, from), ...middle, ...bytes.subarray(to)])
export const flip = (bytes: Uint8Array, index = bytes.length - 1): Uint8Array =>
  splice(bytes, index, index + 1, (bytes.at(index) ?? 0) ^ 1)

export const fields = {
  channel: channel.publicKey,
  cumulative: 70_000n,
  use: 'stream',
  recording: `${'ab'.repeat(16)}/7`,
  agreement: fill(0xa9),
  reference: null,
} as const
export const signed = { ...fields, signature: channel.sign(voucherBytes(desk.publicKey, fields)) }
export const stream: Entry = { kind: 'stream', at, ...signed, split: fill(0x51) }
export const largest = {
  ...fields,
  recording: `${'ab'.repeat(16)}/100`,
  use: 'download',
  cumulative: (1n << 64n) - 1n,
  reference: fill(0x2f),
} as const
export const foreign = channel.sign(
  Buffer.concat([utf8('otherstand/voucher/v1\0'), voucherBytes(desk.publicKey, fields).subarray(21)]),
)

export const commit: Entry = { kind: 'commit', at, previous: 0, stateRoot: fill(0xee), rules: fill(0x47), epoch: 0 }
const genesis: Entry = {
  kind: 'genesis',
  at,
  network: 'bandstand',
  community: desk.publicKey,
  generation: 1,
  predecessor: null,
  rules: fill(0x47),
}
const predecessor = { origin, size: 12, root: fill(0x70), stateRoot: fill(0xee) }
const close: Entry = {
  kind: 'period-close',
  at,
  period: '2026-11',
  part: 0,
  from: 0,
  statements: fill(0x5a),
  count: 2,
  totals: [
    [asset, 700_000_000n],
    [asset.replace('EUR', 'TEST'), (1n << 64n) - 1n],
  ],
}
export const entries: readonly (readonly [name: string, entry: Entry])[] = [
  ['the genesis of a first log', genesis],
  ['the genesis of a successor', { ...genesis, generation: 2, predecessor }],
  ['an issue', { kind: 'issue', at, order: fill(0x0d, 300) }],
  ['a redeem', { kind: 'redeem', at, order: fill(0x0d, 1) }],
  ['an account order', { kind: 'account', at, order: fill(0x0d, 24) }],
  ['a channel opened', { kind: 'channel-open', at, order: fill(0x0d, 255) }],
  ['a channel closed', { kind: 'channel-close', at, order: fill(0x0d, 256) }],
  ['an agreement order', { kind: 'agreement', at, order: fill(0x0d, 64) }],
  ['a receipt', { kind: 'receipt', at, agreement: fill(0xa9), split: fill(0x51), order: fill(0x0d, 300) }],
  ['a stream', stream],
  [
    'the longest stream',
    {
      kind: 'stream',
      at: 2 ** 53 - 1,
      split: fill(1),
      ...largest,
      signature: channel.sign(voucherBytes(desk.publicKey, largest)),
    },
  ],
  ['a period close', close],
  ['a period close without totals', { ...close, totals: [] }],
  ['a commit', commit],
]

export const written = encodeEntry(commit)
export const items = (entry: Entry, change: (items: unknown[]) => unknown[]): Uint8Array =>
  encode(change([entry.kind, entry.at, ...Object.values(entry).slice(2)]))
export const genesisItems = (generation: unknown, from: unknown): Uint8Array =>
  encode(['genesis', at, 'bandstand', desk.publicKey, generation, from, fill(0x47)])
export const closeItems = (period: unknown, totals: unknown): Uint8Array =>
  encode(['period-close', at, period, 0, 0, fill(0x5a), 2, totals])
export const voucherItems = (change: Partial<Record<keyof typeof signed, unknown>>): Uint8Array =>
  encode(Object.values({ ...signed, ...change }))

export const text = checkpointText(origin, 8, fill(0x70))
export const own = { name: origin, keyId: keyIdOf(sha256, origin, desk.publicKey), signature: desk.sign(utf8(text)) }
const seconds = 1_795_367_830
export const cosigned = formatCosignature(
  seatName,
  cosignatureKeyId(sha256, seatName, seat.publicKey),
  seconds,
  seat.sign(cosignatureMessage(text, seconds)),
)
export const note = formatNote(text, [own, cosigned])

export const textVector = (format: string, name: string, value: string, code?: LedgerVector['code']): LedgerVector => ({
  format,
  name,
  text: value,
  ...(code === undefined ? { verdict: 'accept' as const } : { verdict: 'reject' as const, code }),
})

export const promised: Promised = { origin, id: fill(0x1d), index: 7, leaf: fill(0x1e), at, deadline: at + 10_000 }
