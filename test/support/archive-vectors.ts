import { Buffer } from 'node:buffer'
import * as dagPb from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { concat } from 'uint8arrays/concat'
import { blockOf } from '#node/jobs/archive-export.ts'
import type { Block } from '#node/jobs/dag.ts'
import { encodeArchive, encodeCarHeader, encodeCarSection, encodeLength } from '#protocols/archive/v1/codec.ts'
import { DAG_CBOR_CODE, DAG_PB_CODE, RAW_CODE } from '#protocols/archive/v1/constants.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { signed, testAuthor } from './author.ts'

/** One case of `protocols/archive/v1/vectors.json`: a whole file, and what a reader must make of it. */
export interface ArchiveVector {
  readonly name: string
  readonly hex: string
  readonly expect: 'ok' | 'bad-archive'
  /** Release ids, for valid ones. */
  readonly releases?: readonly string[]
}

const community = testAuthor(0)
const RELEASE = 'cd'.repeat(16)

const song = blockOf(RAW_CODE, Buffer.from('a very short song'))
/** UnixFS data field of a folder: type 1. */
const folder = (name: string, { cid, bytes }: Block): Block =>
  blockOf(
    DAG_PB_CODE,
    dagPb.encode(dagPb.prepare({ Data: Uint8Array.of(8, 1), Links: [{ Name: name, Tsize: bytes.length, Hash: cid }] })),
  )
const inner = folder('song.flac', song)
const root = folder('01', inner)

const manifestOf = (rootCid: CID): Uint8Array =>
  signed(community, {
    type: 'catalog/release',
    community: community.publicKey,
    seq: 1,
    at: 1_700_000_000_000,
    body: {
      id: RELEASE,
      root: rootCid,
      title: 'Short',
      artist: 'The Sample Trio',
      license: '',
      description: '',
      upc: null,
      cover: null,
      tracks: [
        {
          title: 'Short',
          artist: 'The Sample Trio',
          durationMs: 1_000,
          isrc: null,
          iswc: null,
          original: { path: '01/song.flac', mediaType: 'audio/flac', bytes: song.bytes.length },
          plain: null,
          hls: null,
          renditions: [],
          loudness: null,
          waveform: new Uint8Array(0),
        },
      ],
      splits: [{ party: 'ana', shares: 10_000 }],
      bytes: song.bytes.length,
    },
  })

const section = ({ cid, bytes }: Block): Uint8Array => concat([encodeCarSection(cid, bytes.length), bytes])
const car = (list: Block, ...blocks: readonly Block[]): Uint8Array =>
  concat([encodeCarHeader(list.cid), section(list), ...blocks.map(section)])
const listOf = (...entries: readonly { manifest: CID; root: CID }[]): Block =>
  blockOf(DAG_CBOR_CODE, encodeArchive({ releases: entries }))

const manifest = blockOf(RAW_CODE, manifestOf(root.cid))
const list = listOf({ manifest: manifest.cid, root: root.cid })
const good = car(list, manifest, root, inner, song)

function withHeader(header: unknown): Uint8Array {
  const bytes = encode(header)
  return concat([encodeLength(bytes.length), bytes, good.subarray(encodeCarHeader(list.cid).length)])
}

function changed(at: number): Uint8Array {
  const copy = good.slice()
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function forged(): Uint8Array {
  const bytes = manifest.bytes.slice()
  // The signature ends the envelope.
  bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1
  const block = blockOf(RAW_CODE, bytes)
  return car(listOf({ manifest: block.cid, root: root.cid }), block, root, inner, song)
}

const otherRoot = folder('02', inner)
const foreign = blockOf(DAG_CBOR_CODE, encode({ kind: 'other/list', version: 1, releases: [] }))

/** Valid and invalid files, in the order of the published list. */
export function archiveVectors(): ArchiveVector[] {
  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['nothing at all', new Uint8Array(0)],
    ['cut inside the last block', good.subarray(0, -1)],
    ['without its last block', car(list, manifest, root, inner)],
    ['with a block after the last', car(list, manifest, root, inner, song, otherRoot)],
    ['with a block twice', car(list, manifest, root, inner, song, song)],
    ['with two blocks in another order', car(list, manifest, root, song, inner)],
    ['with one bit of the song changed', changed(good.length - 1)],
    ['with one bit of a CID changed', changed(good.length - song.bytes.length - 1)],
    ['with a forged signature', forged()],
    [
      'whose list names other files than the manifest',
      car(listOf({ manifest: manifest.cid, root: otherRoot.cid }), manifest, otherRoot, inner, song),
    ],
    ['that is a CAR of something else', car(foreign)],
    ['of CAR version 2', withHeader({ roots: [list.cid], version: 2 })],
    ['with two roots', withHeader({ roots: [list.cid, list.cid], version: 1 })],
    ['with a length in longer form', concat([Uint8Array.of((good[0] ?? 0) | 0x80, 0), good.subarray(1)])],
    ['with a section of 256 MiB announced', concat([encodeCarHeader(list.cid), Uint8Array.of(0x80, 0x80, 0x80, 0x7f)])],
  ]
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  return [
    { name: 'one release of one file', hex: hex(good), expect: 'ok', releases: [RELEASE] },
    { name: 'no release', hex: hex(car(listOf())), expect: 'ok', releases: [] },
    ...refused.map(([name, bytes]) => ({ name, hex: hex(bytes), expect: 'bad-archive' as const })),
  ]
}
