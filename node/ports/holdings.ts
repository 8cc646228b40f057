import type { CID } from 'multiformats/cid'

/** What this machine holds of published media, and what it may hold. */
export interface Holdings {
  /**
   * Bytes of a release that are on this machine, and whether nothing is missing: a file that occurs twice is kept once,
   * so bytes alone cannot tell. Cheap: asked for every release in a list.
   */
  held(root: CID): Promise<{ readonly bytes: number; readonly complete: boolean }>
  usage(): { readonly ownBytes: number; readonly cachedBytes: number; readonly capBytes: number }
}
