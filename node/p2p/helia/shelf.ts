import type { Shelf } from '../../ports/shelf.ts'
import type { HeliaNode } from './helia-node.ts'

/** What publishing may touch: the vault's blocks and pins, and nothing of the network. */
export const shelfOf = ({ vault }: HeliaNode): Shelf => ({
  has: cid => vault.has(cid),
  read: cid => vault.read(cid),
  put: (cid, bytes) => vault.putOwn(cid, bytes),
  discard: async cid => {
    if (vault.kind(cid) === 'staged') await vault.remove(cid)
  },
  pin: root => vault.pin(root),
  unpin: root => vault.unpin(root),
  isPinned: root => vault.isPinned(root),
})
