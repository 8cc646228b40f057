import { createHash } from 'node:crypto'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import type { Shelf } from '#node/ports/shelf.ts'
import { encodeArchive, encodeCarHeader, encodeCarSection } from '#protocols/archive/v1/codec.ts'
import { DAG_CBOR_CODE, RAW_CODE, SHA2_256_CODE } from '#protocols/archive/v1/constants.ts'
import { type Block, localBlock, requireWhole, walk } from './dag.ts'

export interface ArchivedRelease {
  /** The signed envelope, as stored. */
  readonly manifestEnvelope: Uint8Array
  readonly root: CID
}

export function blockOf(code: number, bytes: Uint8Array): Block {
  const digest = createHash('sha256').update(bytes).digest()
  return { cid: CID.createV1(code, createDigest(SHA2_256_CODE, digest)), bytes }
}

/**
 * One CARv1 of whole releases (protocols/archive/v1), byte for byte the same wherever it is made. Throws 'no-holder'
 * before the first byte when a block is missing. Reads one block at a time, as fast as the consumer takes them.
 */
export async function* exportCar(shelf: Shelf, releases: readonly ArchivedRelease[]): AsyncGenerator<Uint8Array> {
  const whole = new Set<string>()
  for (const { root } of releases) await requireWhole(shelf, root, whole)
  const manifests = releases.map(({ manifestEnvelope }) => blockOf(RAW_CODE, manifestEnvelope))
  const entries = releases.flatMap(({ root }, index) => {
    const manifest = manifests[index]
    return manifest === undefined ? [] : [{ manifest: manifest.cid, root }]
  })
  const archive = blockOf(DAG_CBOR_CODE, encodeArchive({ releases: entries }))
  yield encodeCarHeader(archive.cid)
  const seen = new Set<string>()
  yield* section(archive)
  for (const [index, { root }] of releases.entries()) {
    const manifest = manifests[index]
    if (manifest !== undefined && !seen.has(manifest.cid.toString())) {
      seen.add(manifest.cid.toString())
      yield* section(manifest)
    }
    for await (const block of walk(root, seen, cid => localBlock(shelf, cid))) yield* section(block)
  }
}

function* section({ cid, bytes }: Block): Generator<Uint8Array> {
  yield encodeCarSection(cid, bytes.length)
  yield bytes
}
