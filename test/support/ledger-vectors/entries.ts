import { hasher } from '#node/identity/crypto-ports.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import {
  accept,
  asset,
  at,
  closeItems,
  commit,
  desk,
  entries,
  fields,
  fill,
  foreign,
  genesisItems,
  items,
  type LedgerVector,
  origin,
  reject,
  seat,
  signed,
  splice,
  stream,
  written,
} from './fixtures.ts'

export const entryVectors = (): LedgerVector[] => [
  ...entries.map(([name, entry]) => {
    const bytes = encodeEntry(entry)
    return accept('entry', name, bytes, leafHash(hasher, bytes))
  }),
  reject('entry', 'nothing', new Uint8Array()),
  reject('entry', 'a commit without its last byte', written.subarray(0, -1)),
  reject('entry', 'a commit with a byte after it', Uint8Array.from([...written, 0])),
  reject('entry', 'a list head that is longer than it must be', splice(written, 0, 1, 0x98, 6)),
  reject('entry', 'a list of indefinite length', Uint8Array.from([...splice(written, 0, 1, 0x9f), 0xff])),
  reject('entry', 'a kind whose length is longer than it must be', splice(written, 1, 2, 0x78, 6)),
  reject('entry', 'an integer in a longer form', splice(written, 17, 18, 0x18, 0)),
  reject(
    'entry',
    'a time that is a float',
    items(commit, ([kind, , ...rest]) => [kind, at + 0.5, ...rest]),
  ),
  reject(
    'entry',
    'a time below zero',
    items(commit, ([kind, , ...rest]) => [kind, -1, ...rest]),
  ),
  reject(
    'entry',
    'a time of 2^53',
    items(commit, ([kind, , ...rest]) => [kind, 1n << 53n, ...rest]),
  ),
  reject(
    'entry',
    'an item too many',
    items(commit, all => [...all, null]),
  ),
  reject(
    'entry',
    'an item too few',
    items(commit, all => all.slice(0, -1)),
  ),
  reject(
    'entry',
    'an unknown kind',
    items(commit, ([, ...rest]) => ['commits', ...rest]),
  ),
  reject('entry', 'a map', encode({ kind: 'commit', at })),
  reject(
    'entry',
    'a state root of 31 bytes',
    items({ ...commit, stateRoot: fill(1, 31) } as Entry, all => all),
  ),
  reject('entry', 'a first generation with a predecessor', genesisItems(1, [origin, 12, fill(1), fill(2)])),
  reject('entry', 'a second generation without a predecessor', genesisItems(2, null)),
  reject('entry', 'generation 0', genesisItems(0, null)),
  reject(
    'entry',
    'a predecessor whose origin is no log',
    genesisItems(2, ['bandstand.example/log', 12, fill(1), fill(2)]),
  ),
  reject('entry', 'an empty order', encode(['issue', at, new Uint8Array()])),
  reject('entry', 'an order of 17,409 bytes', encode(['issue', at, fill(0, 17_409)])),
  reject(
    'entry',
    'an order that announces 4 GiB',
    splice(encode(['issue', at, fill(0, 1)]), 16, 18, 0x5a, 0xff, 0xff, 0xff, 0xff),
  ),
  reject('entry', 'a month 13', closeItems('2026-13', [])),
  reject(
    'entry',
    'totals in falling order',
    closeItems('2026-11', [
      [asset.replace('EUR', 'TEST'), 1],
      [asset, 1],
    ]),
  ),
  reject(
    'entry',
    'totals that name an asset twice',
    closeItems('2026-11', [
      [asset, 1],
      [asset, 1],
    ]),
  ),
  reject(
    'entry',
    'a total of 2^64 (a tag-2 bignum)',
    splice(
      closeItems('2026-11', [[asset, 5]]),
      -1 + closeItems('2026-11', [[asset, 5]]).length,
      closeItems('2026-11', [[asset, 5]]).length,
      0xc2,
      0x49,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ),
  ),
  reject(
    'entry',
    'a stream with track 0',
    encode([
      'stream',
      at,
      ...Object.values({ ...fields, recording: `${'ab'.repeat(16)}/0` }),
      fill(1),
      signed.signature,
    ]),
  ),
  reject(
    'entry',
    'a stream with track 101',
    encode([
      'stream',
      at,
      ...Object.values({ ...fields, recording: `${'ab'.repeat(16)}/101` }),
      fill(1),
      signed.signature,
    ]),
  ),
  reject(
    'entry',
    'a stream with another use',
    encode(['stream', at, ...Object.values({ ...fields, use: 'tip' }), fill(1), signed.signature]),
  ),
  reject(
    'entry',
    'a stream whose voucher another key signed',
    encodeEntry({ ...stream, signature: seat.sign(voucherBytes(desk.publicKey, fields)) } as Entry),
    'bad-signature',
  ),
  reject(
    'entry',
    'a stream whose voucher was signed for another network',
    encodeEntry({ ...stream, signature: foreign } as Entry),
    'bad-signature',
  ),
]
