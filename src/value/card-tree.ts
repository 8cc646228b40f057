import type { Hasher } from '#src/kernel/ports.ts'
import { inclusionProof, rootAt } from '#src/ledger/merkle.ts'
import { memoryTree } from '#src/royalties/statements/memory-tree.ts'

/** The RFC 6962 tree over the leaves of a batch of codes, serial by serial. */
export interface CardTree {
  /** What stands in the log. */
  readonly root: Uint8Array
  /** Audit path of one card, lowest sibling first. */
  path(serial: number): Uint8Array[]
}

/** `leaves` are leaf hashes, at least one. */
export function cardTree(hasher: Hasher, leaves: readonly Uint8Array[]): CardTree {
  const read = memoryTree(hasher, leaves)
  return {
    root: rootAt(hasher, read, leaves.length),
    path: serial => inclusionProof(hasher, read, serial, leaves.length),
  }
}
