import type { DecodeLimits } from '../../codec/limits.ts'

/** Names the format inside the root block, so that any other CAR is told apart at its first block. */
export const ARCHIVE_KIND = 'bandstand/archive'
export const ARCHIVE_VERSION = 1
/** Most releases in one archive: their list stays within one block. */
export const ARCHIVE_RELEASES_MAX = 10_000
/** Largest block: what the wider IPFS exchanges at most; our own are 1 MiB and a few bytes. */
export const ARCHIVE_BLOCK_BYTES_MAX = 2 * 1024 * 1024
/** Most blocks in one archive: a terabyte of 1 MiB blocks; bounds the set of CIDs that a reader holds. */
export const ARCHIVE_BLOCKS_MAX = 1_048_576
/** All manifests of one archive together: a reader holds them until everything is verified. */
export const ARCHIVE_MANIFEST_BYTES_MAX = 64 * 1024 * 1024
/** Deepest file tree: four path segments, each a folder that may be sharded, and a large file below. */
export const ARCHIVE_DEPTH_MAX = 32
/** A CARv1 header with one root of 36 bytes takes 58 bytes. */
export const CAR_HEADER_BYTES_MAX = 64
/** version 1, one codec byte, sha2-256, length 32, digest: the only CIDs in an archive. */
export const ARCHIVE_CID_BYTES = 36

export const ARCHIVE_LIMITS: DecodeLimits = {
  bytesMax: ARCHIVE_BLOCK_BYTES_MAX,
  depthMax: 4,
  // Per release: a map, two keys, two tagged byte strings.
  itemsMax: ARCHIVE_RELEASES_MAX * 7 + 16,
}

export const CAR_HEADER_LIMITS: DecodeLimits = { bytesMax: CAR_HEADER_BYTES_MAX, depthMax: 3, itemsMax: 8 }

/** Multicodec numbers (https://github.com/multiformats/multicodec). */
export const RAW_CODE = 0x55
export const DAG_PB_CODE = 0x70
export const DAG_CBOR_CODE = 0x71
export const SHA2_256_CODE = 0x12
