import { hasher } from '#node/identity/crypto-ports.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferEndEntry, TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { accept, at, commit, desk, fill, type LedgerVector, note, reject, seat } from './fixtures.ts'

const out: Entry = { kind: 'transfer-out', at, next: seat.publicKey, sequence: 1, order: fill(0x0d, 400) }
const taken: TransferInEntry = {
  kind: 'transfer-in',
  at,
  source: desk.publicKey,
  sequence: 1,
  index: 6,
  leaf: encodeEntry(out),
  path: [fill(1), fill(2), fill(3)],
  outcome: 'delivered',
  amount: 4_950_000_000n,
  onward: null,
  split: fill(0x51),
}
const ended: TransferEndEntry = {
  kind: 'transfer-end',
  at,
  next: seat.publicKey,
  sequence: 1,
  index: 9,
  leaf: encodeEntry(taken),
  path: [fill(4)],
  outcome: 'delivered',
  back: null,
}
const head: Entry = { kind: 'head', at, note, commit: encodeEntry(commit), path: [fill(1)], consistency: [] }

const entries: readonly (readonly [name: string, entry: Entry])[] = [
  ['a transfer that leaves', out],
  ['a head of another log', head],
  ['a newer head of another log', { ...head, consistency: [fill(2), fill(3)] }],
  ['a transfer delivered', taken],
  ['a transfer forwarded', { ...taken, outcome: 'forwarded', onward: 7 }],
  ['a transfer refused', { ...taken, outcome: 'over-limit', amount: 0n }],
  ['the end of a transfer', ended],
  ['the end of a transfer at an intermediate', { ...ended, back: { source: fill(0x33), sequence: 4 } }],
  ['the end of a transfer that was refused', { ...ended, outcome: 'expired' }],
  ['a write-off', { kind: 'write-off', at, back: null, order: fill(0x0d, 300) }],
  [
    'a write-off at an intermediate',
    { kind: 'write-off', at, back: { source: fill(0x33), sequence: 4 }, order: fill(0x0d, 300) },
  ],
  ['a line', { kind: 'line', at, order: fill(0x0d, 300) }],
  ['credit given', { kind: 'give', at, order: fill(0x0d, 300) }],
  ['a dispute', { kind: 'dispute', at, order: fill(0x0d, 300) }],
  ['a refund', { kind: 'refund', at, receipt: fill(0x0e, 400), lines: Uint8Array.of(0x80), order: fill(0x0d, 300) }],
  ['a settlement', { kind: 'settle', at, note: fill(0x5e, 350) }],
  ['a netting', { kind: 'net', at, document: fill(0x9e, 500) }],
]

const inItems = (change: Partial<Record<keyof TransferInEntry, unknown>>) =>
  encode(Object.values({ ...taken, ...change }))
const endItems = (change: Partial<Record<keyof TransferEndEntry, unknown>>) =>
  encode(Object.values({ ...ended, ...change }))

/** Entries of value between communities. */
export const valueEntryVectors = (): LedgerVector[] => [
  ...entries.map(([name, entry]) => {
    const bytes = encodeEntry(entry)
    return accept('entry', name, bytes, leafHash(hasher, bytes))
  }),
  reject('entry', 'a transfer of sequence 0', encode(['transfer-out', at, seat.publicKey, 0, fill(0x0d, 400)])),
  reject(
    'entry',
    'a transfer order of 1,025 bytes',
    encode(['transfer-out', at, seat.publicKey, 1, fill(0x0d, 1_025)]),
  ),
  reject('entry', 'a delivery of nothing', inItems({ amount: 0 })),
  reject('entry', 'a refusal that moves something', inItems({ outcome: 'over-limit' })),
  reject('entry', 'a delivery with a sequence onward', inItems({ onward: 7 })),
  reject('entry', 'forwarded without a sequence', inItems({ outcome: 'forwarded' })),
  reject('entry', 'forwarded as sequence 0', inItems({ outcome: 'forwarded', onward: 0 })),
  reject('entry', 'an outcome of two words', inItems({ outcome: 'over limit', amount: 0 })),
  reject('entry', 'a transfer without its leaf', inItems({ leaf: new Uint8Array() })),
  reject('entry', 'a leaf of 32,769 bytes', inItems({ leaf: fill(0, 32_769) })),
  reject('entry', 'a path of 55 hashes', inItems({ path: Array.from({ length: 55 }, () => fill(1)) })),
  reject('entry', 'an end that is no end', endItems({ outcome: 'forwarded' })),
  reject('entry', 'an end back to sequence 0', endItems({ back: [fill(0x33), 0] })),
  reject('entry', 'a head whose note is bytes', encode(['head', at, fill(1), encodeEntry(commit), [], []])),
  reject('entry', 'a head without a commit', encode(['head', at, note, new Uint8Array(), [], []])),
  reject(
    'entry',
    'a head whose note has a bell in it',
    encode(['head', at, 'ring\u0007', encodeEntry(commit), [], []]),
  ),
  reject('entry', 'a write-off of three items', encode(['write-off', at, fill(0x0d, 300)])),
  reject('entry', 'a settlement of 513 bytes', encode(['settle', at, fill(0x5e, 513)])),
  reject('entry', 'a netting of 60,001 bytes', encode(['net', at, fill(0x9e, 60_001)])),
]
