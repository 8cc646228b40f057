import fc from 'fast-check'
import type { CodecFault } from '#protocols/codec/codec-error.ts'
import { decode, encode } from '#protocols/codec/dag-cbor.ts'
import type { Result } from '#protocols/codec/result.ts'
import {
  bytes,
  bytesUpTo,
  list,
  matching,
  nullable,
  oneOf,
  type Shape,
  tuple,
  uint,
  uint64,
} from '#protocols/codec/shape.ts'
import type { Entry, StreamEntry, Voucher } from '#protocols/ledger/v1/entry.ts'
import { isValueEntry } from '#protocols/ledger/v1/entry-value-codec.ts'
import {
  ASSET_KEY_PATTERN,
  ASSETS_MAX,
  ENTRY_BYTES_MAX,
  GENERATION_MAX,
  NETWORK_PATTERN,
  ORDER_BYTES_MAX,
  ORIGIN_PATTERN,
  PARTS_MAX,
  PERIOD_PATTERN,
  RECORDING_PATTERN,
} from '#protocols/ledger/v1/limits.ts'
import { valueEntry, valueItems, valueShapes } from './value-entry-arbitraries.ts'

export const blob = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
export const hash32 = blob(32)
export const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 23n, 24n, 255n, 256n, 65_535n, 65_536n, 0xffff_ffffn, 1n << 32n, (1n << 53n) - 1n, 1n << 53n),
)
export const count = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.constantFrom(65_535, 65_536, 0xffff_ffff, 0x1_0000_0000))
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const assetKey = fc
  .tuple(fc.stringMatching(/^[A-Z][A-Z0-9]{2,7}$/), fc.nat(9), hex(64))
  .map(([code, scale, issuer]) => `${code}/${scale}/${issuer}`)
const period = fc
  .tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`)
const origin = hex(64).map(key => `bandstand.${key}/log`)

export const voucher: fc.Arbitrary<Voucher> = fc.record({
  channel: hash32,
  cumulative: u64,
  use: fc.constantFrom('stream' as const, 'download' as const),
  recording: fc.tuple(hex(32), fc.integer({ min: 1, max: 100 })).map(([release, track]) => `${release}/${track}`),
  agreement: hash32,
  reference: fc.option(hash32),
})

export const stream: fc.Arbitrary<StreamEntry> = fc
  .tuple(voucher, count, hash32, blob(64))
  .map(([fields, at, split, signature]) => ({ kind: 'stream' as const, at, ...fields, split, signature }))

const order = fc.record({
  kind: fc.constantFrom(
    'issue',
    'redeem',
    'account',
    'channel-open',
    'channel-close',
    'agreement',
    'line',
    'give',
    'dispute',
  ),
  at: count,
  order: fc.uint8Array({ minLength: 1, maxLength: 400 }),
})
const receipt = fc.record({
  kind: fc.constant('receipt' as const),
  at: count,
  agreement: hash32,
  split: hash32,
  order: fc.uint8Array({ minLength: 1, maxLength: 400 }),
})
const commit = fc.record({
  kind: fc.constant('commit' as const),
  at: count,
  previous: count,
  stateRoot: hash32,
  rules: hash32,
  epoch: count,
})
const genesis = fc
  .tuple(
    count,
    hash32,
    fc.integer({ min: 2, max: GENERATION_MAX }),
    hash32,
    hash32,
    hash32,
    origin,
    count,
    fc.boolean(),
  )
  .map(([at, community, generation, rules, root, stateRoot, name, size, first]) => ({
    kind: 'genesis' as const,
    at,
    network: 'bandstand',
    community,
    generation: first ? 1 : generation,
    predecessor: first ? null : { origin: name, size, root, stateRoot },
    rules,
  }))
const periodClose = fc.record({
  kind: fc.constant('period-close' as const),
  at: count,
  period,
  part: fc.nat(PARTS_MAX),
  from: count,
  statements: hash32,
  count,
  totals: fc
    .uniqueArray(fc.tuple(assetKey, u64), { maxLength: 4, selector: ([key]) => key })
    .map(totals => totals.sort(([a], [b]) => (a < b ? -1 : 1))),
})

export const entry: fc.Arbitrary<Entry> = fc.oneof(
  { arbitrary: stream, weight: 3 },
  order as fc.Arbitrary<Entry>,
  receipt,
  commit,
  genesis,
  periodClose,
  { arbitrary: valueEntry, weight: 5 },
)

/** What `encodeEntry` writes, said a second time: the list of an entry's items. */
export function itemsOf(entry: Entry): unknown[] {
  if (isValueEntry(entry)) return valueItems(entry)
  switch (entry.kind) {
    case 'stream': {
      const { at, channel, cumulative, use, recording, agreement, reference, split, signature } = entry
      return ['stream', at, channel, cumulative, use, recording, agreement, reference, split, signature]
    }
    case 'receipt':
      return ['receipt', entry.at, entry.agreement, entry.split, entry.order]
    case 'commit':
      return ['commit', entry.at, entry.previous, entry.stateRoot, entry.rules, entry.epoch]
    case 'genesis': {
      const { at, network, community, generation, predecessor: from, rules } = entry
      const predecessor = from === null ? null : [from.origin, from.size, from.root, from.stateRoot]
      return ['genesis', at, network, community, generation, predecessor, rules]
    }
    case 'period-close': {
      const { at, period, part, from, statements, count, totals } = entry
      return ['period-close', at, period, part, from, statements, count, totals]
    }
    default:
      return [entry.kind, entry.at, entry.order]
  }
}

export const encodeGenerically = (entry: Entry): Uint8Array => Uint8Array.from(encode(itemsOf(entry)))

const hash = bytes(32)
const orderBytes: Shape<Uint8Array> = (value, path) => {
  const order = bytesUpTo(ORDER_BYTES_MAX)(value, path)
  if (order.length === 0) bytes(1)(order, path)
  return order
}
const text = (pattern: RegExp) => matching(pattern, 'a text of its kind')
const predecessor = nullable(tuple<unknown[]>(text(ORIGIN_PATTERN), uint(), hash, hash))
const generation: Shape<number> = (value, path) => uint(GENERATION_MAX)(value, path) || uint(-1)(value, path)
const total = tuple<[string, bigint]>(text(ASSET_KEY_PATTERN), uint64)
const totals: Shape<[string, bigint][]> = (value, path) => {
  const read = list(total, ASSETS_MAX)(value, path)
  for (const [index, [key]] of read.entries()) if (index > 0 && key <= (read[index - 1]?.[0] ?? '')) uint(-1)(0, path)
  return read
}
const byKind: Readonly<Record<Entry['kind'], Shape<unknown>[]>> = {
  stream: [
    uint(),
    hash,
    uint64,
    oneOf('stream', 'download'),
    text(RECORDING_PATTERN),
    hash,
    nullable(hash),
    hash,
    bytes(64),
  ],
  receipt: [uint(), hash, hash, orderBytes],
  commit: [uint(), uint(), hash, hash, uint()],
  genesis: [uint(), text(NETWORK_PATTERN), hash, generation, predecessor, hash],
  'period-close': [uint(), text(PERIOD_PATTERN), uint(PARTS_MAX), uint(), hash, uint(), totals],
  issue: [uint(), orderBytes],
  redeem: [uint(), orderBytes],
  account: [uint(), orderBytes],
  'channel-open': [uint(), orderBytes],
  'channel-close': [uint(), orderBytes],
  agreement: [uint(), orderBytes],
  line: [uint(), orderBytes],
  give: [uint(), orderBytes],
  dispute: [uint(), orderBytes],
  ...valueShapes,
}
const anyKind = oneOf(...(Object.keys(byKind) as Entry['kind'][]))
const generic: Shape<unknown[]> = (value, path) => {
  const kind = anyKind(Array.isArray(value) ? value[0] : null, path)
  const items = tuple<unknown[]>(anyKind, ...byKind[kind])(value, path)
  if (kind === 'transfer-in') {
    const [, , , , , , , outcome, amount, onward] = items
    const moves = outcome === 'delivered' || outcome === 'forwarded'
    if (moves !== (amount as bigint) > 0n || (onward !== null) !== (outcome === 'forwarded')) uint(-1)(0, path)
  }
  if (kind === 'transfer-end' && items[7] === 'forwarded') uint(-1)(0, path)
  if (kind === 'genesis' && (items[5] === null) !== (items[4] === 1)) uint(-1)(0, path)
  return items
}

/** The entry decoder in its plain form: build everything, encode again, compare, check the shape. */
export const decodeGenerically = (input: Uint8Array): Result<unknown[], CodecFault> =>
  decode(input, generic, { bytesMax: ENTRY_BYTES_MAX, depthMax: 3, itemsMax: 2_048 })
