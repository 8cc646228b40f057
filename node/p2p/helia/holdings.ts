import type { Holdings } from '../../ports/holdings.ts'
import type { HeliaNode } from './helia-node.ts'

/** How much of what is on this machine, from the vault's index. */
export const holdingsOf = ({ vault, blocks }: HeliaNode): Holdings => ({
  async held(root) {
    const { heldBytes, complete } = await blocks.heldBytes(root)
    return { bytes: heldBytes, complete }
  },
  usage: () => {
    const { ownBytes, cachedBytes, cacheBytesMax } = vault.usage()
    return { ownBytes, cachedBytes, capBytes: cacheBytesMax }
  },
})
