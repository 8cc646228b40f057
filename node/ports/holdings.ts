import type { CID } from 'multiformats/cid'

/** What this machine holds of published media, and what it may hold. */
export interface Holdings {
  /** Bytes of a release that are on this machine. Cheap: asked for every release in a list. */
  heldBytes(root: CID): Promise<number>
  usage(): { readonly ownBytes: number; readonly cachedBytes: number; readonly capBytes: number }
}
