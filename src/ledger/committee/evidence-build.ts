import { equals } from 'uint8arrays/equals'
import type { Ack } from '#protocols/ledger/v1/ack.ts'
import { encodeAck } from '#protocols/ledger/v1/ack.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type {
  BrokenPromiseEvidence,
  Divergence,
  DoubleCosignEvidence,
  ForkEvidence,
} from '#protocols/ledger/v1/evidence.ts'
import { parseSeatName } from '#protocols/ledger/v1/origin.ts'
import { cosignatureBy, type NotePorts } from './notes.ts'

/** One history of a log, as its holder can show it. */
export interface History {
  readonly size: number
  /** Root of the first `size` leaves. */
  rootAt(size: number): Uint8Array
  leafAt(index: number): Uint8Array
  /** Audit path of a leaf under `size`. */
  prove(index: number, size: number): readonly Uint8Array[]
}

/** The first leaf that two histories do not share, proven in both; null when one begins with the other. */
export function divergenceOf(first: History, second: History): Divergence | null {
  const shared = Math.min(first.size, second.size)
  let [same, differ] = [0, shared + 1]
  while (differ - same > 1) {
    const middle = Math.floor((same + differ) / 2)
    if (equals(first.rootAt(middle), second.rootAt(middle))) same = middle
    else differ = middle
  }
  if (differ > shared) return null
  const proven = (history: History) => ({ leaf: history.leafAt(same), proof: history.prove(same, history.size) })
  return { index: same, first: proven(first), second: proven(second) }
}

interface TwoNotes {
  readonly community: Uint8Array
  readonly first: string
  readonly second: string
  /** Null when both notes are of one size. */
  readonly divergence: Divergence | null
}

export const forkEvidence = (notes: TwoNotes): ForkEvidence => ({ kind: 'fork', ...notes })

/** Evidence against each seat whose valid line stands on both notes. */
export function doubleCosignEvidence(ports: NotePorts, notes: TwoNotes): DoubleCosignEvidence[] {
  const [first, second] = [parseCheckpoint(notes.first), parseCheckpoint(notes.second)]
  if (!first.ok || !second.ok) return []
  const keys = new Map(first.value.signatures.map(line => [line.name, parseSeatName(line.name)]))
  return [...keys.values()]
    .filter(key => key !== null)
    .filter(seat => [first.value, second.value].every(note => cosignatureBy(ports, note, seat) !== null))
    .map(seat => ({ kind: 'double-cosign', ...notes, seat }))
}

/** What a signed head shows about a promise. */
export interface Shown {
  readonly community: Uint8Array
  readonly note: string
  readonly size: number
  readonly leafAt: (index: number) => Uint8Array
  readonly prove: (index: number) => readonly Uint8Array[]
  /** The last entry under the note, a commit, and its time. */
  readonly commit: { readonly bytes: Uint8Array; readonly at: number }
}

/** Evidence that a promise is broken by this signed head; null while it can still be kept, or was. */
export function brokenPromiseEvidence(ack: Ack, shown: Shown): BrokenPromiseEvidence | null {
  const { community, note, size, commit } = shown
  const base = { kind: 'broken-promise', community, ack: encodeAck(ack), note } as const
  if (size > ack.index) {
    const leaf = shown.leafAt(ack.index)
    return equals(leaf, ack.leaf) ? null : { ...base, breach: { how: 'replaced', leaf, proof: shown.prove(ack.index) } }
  }
  if (commit.at <= ack.deadline) return null
  return { ...base, breach: { how: 'missing', commit: commit.bytes, proof: shown.prove(size - 1) } }
}
