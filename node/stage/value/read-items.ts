import { equals } from 'uint8arrays/equals'
import type { ValueFault } from '#node/ports/value.ts'
import type { Result } from '#protocols/codec/result.ts'
import { ok } from '#protocols/codec/result.ts'
import type { ProvenLeaf } from '#protocols/value/v1/messages.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { readAnswer, readAsking, type ShownTransfer } from '#src/ledger/machine/foreign-leaves.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { refuse } from './admit-head.ts'

/** A leaf that another community showed: what it asks of this log, or what it answers to it. */
export type ReadItem =
  | { readonly what: 'ask'; readonly sequence: number; readonly shown: ProvenLeaf; readonly transfer: ShownTransfer }
  | { readonly what: 'answer'; readonly sequence: number; readonly shown: ProvenLeaf; readonly outcome: string }

function readItem(own: Uint8Array, peer: Uint8Array, shown: ProvenLeaf): ReadItem | null {
  const transfer = readAsking(shown.leaf)
  if (transfer !== null) {
    const { stops, here, sequence } = transfer
    const forUs = equals(stops[here - 1] as Uint8Array, peer) && equals(stops[here] as Uint8Array, own)
    if (forUs) return { what: 'ask', sequence, shown, transfer }
  }
  const answer = readAnswer(shown.leaf)
  return answer !== null && equals(answer.source, own)
    ? { what: 'answer', sequence: answer.sequence, shown, outcome: answer.outcome }
    : null
}

/** Reads every leaf of a message, and proves that each stands under its head. All or none. */
export function readItems(
  hasher: Hasher,
  own: Uint8Array,
  peer: Uint8Array,
  head: { readonly size: number; readonly root: Uint8Array },
  items: readonly ProvenLeaf[],
): Result<readonly ReadItem[], ValueFault> {
  const read: ReadItem[] = []
  for (const shown of items) {
    const { index, leaf, path } = shown
    const place = { index, size: head.size, root: head.root, leaf: leafHash(hasher, leaf), proof: path }
    if (!verifyInclusion(hasher, place)) return refuse('bad-proof', `leaf ${index} does not stand under that head`)
    const item = readItem(own, peer, shown)
    if (item === null)
      return refuse('bad-entry', `leaf ${index} neither asks anything of this community's log nor answers it`)
    read.push(item)
  }
  return ok(read.toSorted((a, b) => a.sequence - b.sequence))
}
