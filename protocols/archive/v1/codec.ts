import { CID } from 'multiformats/cid'
import { concat } from 'uint8arrays/concat'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { cid, list, oneOf, type Shape, struct, uint, wrongShape } from '../../codec/shape.ts'
import {
  ARCHIVE_CID_BYTES,
  ARCHIVE_KIND,
  ARCHIVE_LIMITS,
  ARCHIVE_RELEASES_MAX,
  ARCHIVE_VERSION,
  CAR_HEADER_LIMITS,
  DAG_CBOR_CODE,
  DAG_PB_CODE,
  RAW_CODE,
  SHA2_256_CODE,
} from './constants.ts'

/** One release of an archive. */
export interface ArchiveEntry {
  /** Raw block that holds the signed manifest envelope, byte for byte. */
  readonly manifest: CID
  /** UnixFS folder that the manifest names as its root. */
  readonly root: CID
}

/** The archive's root block. */
export interface Archive {
  readonly releases: readonly ArchiveEntry[]
}

const CODES = new Map([
  ['raw', [RAW_CODE]],
  ['dag-cbor', [DAG_CBOR_CODE]],
  ['file tree', [RAW_CODE, DAG_PB_CODE]],
] as const)

/** A CIDv1 with SHA-256 and one of the codecs that this place allows. */
const strictCid =
  (kind: 'raw' | 'dag-cbor' | 'file tree'): Shape<CID> =>
  (value, path) => {
    const found = cid(value, path)
    const allowed: readonly number[] = CODES.get(kind) ?? []
    return isArchiveCid(found) && allowed.includes(found.code)
      ? found
      : wrongShape(path, `expected a CIDv1 (${kind}, sha2-256)`)
  }

/** Whether a CID has the one form that archives use. */
export const isArchiveCid = (found: CID): boolean =>
  found.version === 1 &&
  found.multihash.code === SHA2_256_CODE &&
  found.multihash.digest.length === 32 &&
  (found.code === RAW_CODE || found.code === DAG_PB_CODE || found.code === DAG_CBOR_CODE)

const entry: Shape<ArchiveEntry> = struct({ manifest: strictCid('raw'), root: strictCid('file tree') })

const archive = struct({
  kind: oneOf(ARCHIVE_KIND),
  version: uint(),
  releases: list(entry, ARCHIVE_RELEASES_MAX),
})

export function encodeArchive({ releases }: Archive): Uint8Array {
  const entries = releases.map(({ manifest, root }) => ({ manifest, root }))
  return encode({ kind: ARCHIVE_KIND, version: ARCHIVE_VERSION, releases: entries })
}

/** Strict, bounded. */
export function decodeArchive(bytes: Uint8Array): Result<Archive, CodecFault> {
  return attempt(() => {
    const { version, releases } = decodeOrThrow(bytes, archive, ARCHIVE_LIMITS)
    if (version !== ARCHIVE_VERSION)
      throw new CodecError('wrong-shape', `version ${version} is not known here`, 'version')
    return { releases }
  })
}

const carHeader = struct({ roots: list(strictCid('dag-cbor'), 1, 1), version: uint(1) })

/** Unsigned LEB128, at most four bytes: no length in an archive needs more. */
export function encodeLength(value: number): Uint8Array {
  const out: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...out, rest])
    out.push((rest & 0x7f) | 0x80)
  }
}

/** CARv1 header (https://ipld.io/specs/transport/car/carv1/) with its length in front. */
export function encodeCarHeader(root: CID): Uint8Array {
  const header = encode({ roots: [root], version: 1 })
  return concat([encodeLength(header.length), header])
}

/** The single root of a header without its length. */
export function decodeCarHeader(header: Uint8Array): Result<CID, CodecFault> {
  return attempt(() => {
    const { roots, version } = decodeOrThrow(header, carHeader, CAR_HEADER_LIMITS)
    const [root] = roots
    if (version !== 1 || root === undefined) throw new CodecError('wrong-shape', 'not a CARv1 header', 'version')
    return root
  })
}

/** What precedes a block's bytes in a CARv1: length of the section, and the CID. */
export function encodeCarSection(block: CID, length: number): Uint8Array {
  return concat([encodeLength(ARCHIVE_CID_BYTES + length), block.bytes])
}

/** Splits a section without its length into CID and block. The hash is NOT yet checked. */
export function decodeCarSection(section: Uint8Array): Result<{ cid: CID; bytes: Uint8Array }, CodecFault> {
  return attempt(() => {
    if (section.length < ARCHIVE_CID_BYTES) throw new CodecError('truncated', 'a section is shorter than a CID')
    let found: CID
    try {
      found = CID.decode(section.subarray(0, ARCHIVE_CID_BYTES))
    } catch {
      throw new CodecError('malformed', 'a section does not begin with a CIDv1 of 36 bytes')
    }
    if (!isArchiveCid(found)) throw new CodecError('wrong-shape', 'a block has a codec or hash that is not used here')
    return { cid: found, bytes: section.subarray(ARCHIVE_CID_BYTES) }
  })
}
