import * as dagPb from '@ipld/dag-pb'
import type { BlockCodec } from 'multiformats'
import { Vault } from '#node/p2p/blocks/vault.ts'
import type { Shelf } from '#node/ports/shelf.ts'

/** The stage's own block store as publishing sees it, in a folder of its own. */
export async function openVaultShelf(dir: string): Promise<{ shelf: Shelf; vault: Vault }> {
  const codec = dagPb as BlockCodec<number, unknown>
  const vault = new Vault({ dir, cacheBytesMax: 1024 * 1024, codecOf: () => codec })
  await vault.open()
  const shelf: Shelf = {
    has: cid => vault.has(cid),
    read: cid => vault.read(cid),
    put: (cid, bytes) => vault.putOwn(cid, bytes),
    discard: async cid => {
      if (vault.kind(cid) !== 'pinned') await vault.remove(cid)
    },
    pin: root => vault.pin(root),
    unpin: root => vault.unpin(root),
    isPinned: root => vault.isPinned(root),
  }
  return { shelf, vault }
}
