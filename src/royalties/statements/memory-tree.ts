import type { Hasher } from '#src/kernel/ports.ts'
import { appendedNodes, type NodeReader } from '#src/ledger/merkle.ts'

/** An RFC 6962 tree over leaves in memory: what `inclusionProof` reads from. */
export function memoryTree(hasher: Hasher, leaves: readonly Uint8Array[]): NodeReader {
  const levels: Uint8Array[][] = []
  const read: NodeReader = (level, index) => {
    const hash = levels[level]?.[index]
    if (hash === undefined) throw new RangeError('this node is not complete in the tree')
    return hash
  }
  leaves.forEach((leaf, size) => {
    for (const node of appendedNodes(hasher, read, size, leaf)) {
      levels[node.level] ??= []
      levels[node.level]?.push(node.hash)
    }
  })
  return read
}
