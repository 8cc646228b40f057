import type { CID } from 'multiformats/cid'

/** Blocks on this machine's own disk, as publishing and archives need them. Nothing here asks the network. */
export interface Shelf {
  has(cid: CID): boolean | Promise<boolean>
  /** `null` when it is not here. */
  read(cid: CID): Promise<Uint8Array | null>
  /** Keeps a block made here, at least until it is pinned or discarded. Storing it again changes nothing. */
  put(cid: CID, bytes: Uint8Array): Promise<void>
  /** Removes a block, unless a pin holds it. Unknown ones are no error. */
  discard(cid: CID): Promise<void>
  /** Keeps everything under a root for good, durably when it resolves. Idempotent. Throws when a block is missing. */
  pin(root: CID): Promise<void>
  /** Gives up a root: what no other pin holds is removed. Unknown ones are no error. */
  unpin(root: CID): Promise<void>
  isPinned(root: CID): boolean
}
