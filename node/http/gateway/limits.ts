import { totalmem } from 'node:os'

const MiB = 1024 ** 2

/** What the gateway spends; sizes in bytes, times in ms. */
export const GATEWAY_LIMITS = {
  /** A block nobody brings in this time has no holder. A 1 MiB block takes 8 s over 1 Mbit/s. */
  blockTimeoutMs: 12_000,
  /** Blocks asked for ahead of a reader. They land in the shared cache below, so a slow reader holds none of them. */
  aheadBlocks: 4,
  /**
   * Recently read leaves, shared by all readers: a hot song is read from disk once. Reading a block costs about as much CPU
   * as sending it, so memory is spent where there is some: a thirty-second of the machine's, within these bounds.
   */
  leafCacheBytes: Math.min(128 * MiB, Math.max(32 * MiB, Math.floor(totalmem() / 32))),
  /** Decoded directories and file layouts. */
  nodeCacheBytes: 16 * MiB,
  /** Layers of one file or one sharded directory: 1024 links a layer hold 2^60 bytes in six. */
  depthMax: 32,
  /** Segments of one path. */
  segmentsMax: 64,
  /** Names on one page of a directory listing. */
  listingMax: 2_000,
} as const
