import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  list,
  nullable,
  oneOf,
  type Shape,
  text,
  tuple,
  uint,
  wrongShape,
} from '../../codec/shape.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from './constants.ts'
import {
  ACK_LIMITS,
  ENTRY_BYTES_MAX,
  EVIDENCE_ENTRIES_MAX,
  EVIDENCE_LIMITS,
  STATE_ENTRIES_MAX,
  STATE_KEY_MAX,
  STATE_VALUE_MAX,
} from './limits.ts'

/** A leaf hash with its RFC 6962 audit path. */
export interface ProvenLeaf {
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Where two histories differ; null when the notes have one size and their roots differ by themselves. */
export interface Divergence {
  readonly index: number
  readonly first: ProvenLeaf
  readonly second: ProvenLeaf
}

/** A log signed two histories. */
export interface ForkEvidence {
  readonly kind: 'fork'
  readonly community: Uint8Array
  readonly first: string
  readonly second: string
  readonly divergence: Divergence | null
}

/** A seat cosigned two histories: both notes carry its line. */
export interface DoubleCosignEvidence extends Omit<ForkEvidence, 'kind'> {
  readonly kind: 'double-cosign'
  readonly seat: Uint8Array
}

/** A signed head over a batch that the rules refuse, or whose state root is another. */
export interface InvalidTransitionEvidence {
  readonly kind: 'invalid-transition'
  readonly community: Uint8Array
  readonly note: string
  /** Index of the commit that the batch stands on; 0 when it starts with the genesis. */
  readonly from: number
  /** Compact range of the first `from` leaves, tallest subtree first. */
  readonly peaks: readonly Uint8Array[]
  /** From the entry at `from` on. */
  readonly entries: readonly Uint8Array[]
  /** The state under that commit, ascending by key. */
  readonly snapshot: readonly (readonly [key: string, value: Uint8Array])[]
}

/** `replaced`: another leaf stands at the promised index. `missing`: a later commit closes a log that is too short. */
export type Breach =
  | { readonly how: 'replaced'; readonly leaf: Uint8Array; readonly proof: readonly Uint8Array[] }
  | { readonly how: 'missing'; readonly commit: Uint8Array; readonly proof: readonly Uint8Array[] }

/** A log acked an order and did not keep its word. */
export interface BrokenPromiseEvidence {
  readonly kind: 'broken-promise'
  readonly community: Uint8Array
  readonly ack: Uint8Array
  readonly note: string
  readonly breach: Breach
}

export type Evidence = ForkEvidence | DoubleCosignEvidence | InvalidTransitionEvidence | BrokenPromiseEvidence

const KINDS = ['fork', 'double-cosign', 'invalid-transition', 'broken-promise'] as const

const hash = bytes(32)
const note = text(NOTE_LENGTH_MAX)
const hashes = list(hash, PROOF_HASHES_MAX)
const entryBytes = bytesUpTo(ENTRY_BYTES_MAX)
const leafTuple = tuple<[Uint8Array, Uint8Array[]]>(hash, hashes)
const provenLeaf: Shape<ProvenLeaf> = (value, path) => {
  const [leaf, proof] = leafTuple(value, path)
  return { leaf, proof }
}
const divergenceTuple = tuple<[number, ProvenLeaf, ProvenLeaf]>(uint(), provenLeaf, provenLeaf)
const divergence: Shape<Divergence | null> = nullable((value, path) => {
  const [index, first, second] = divergenceTuple(value, path)
  return { index, first, second }
})
const breachTuple = tuple<['replaced' | 'missing', Uint8Array, Uint8Array[]]>(
  oneOf('replaced', 'missing'),
  entryBytes,
  hashes,
)
const breach: Shape<Breach> = (value, path) => {
  const [how, subject, proof] = breachTuple(value, path)
  return how === 'missing' ? { how, commit: subject, proof } : { how, leaf: hash(subject, path), proof }
}

const kind = oneOf(...KINDS)
const forkTuple = tuple<[string, Uint8Array, string, string, Divergence | null]>(kind, hash, note, note, divergence)
const doubleTuple = tuple<[string, Uint8Array, string, string, Divergence | null, Uint8Array]>(
  kind,
  hash,
  note,
  note,
  divergence,
  hash,
)
const transitionTuple = tuple<[string, Uint8Array, string, number, Uint8Array[], Uint8Array[], [string, Uint8Array][]]>(
  kind,
  hash,
  note,
  uint(),
  hashes,
  list(entryBytes, EVIDENCE_ENTRIES_MAX, 1),
  list(tuple<[string, Uint8Array]>(text(STATE_KEY_MAX), bytesUpTo(STATE_VALUE_MAX)), STATE_ENTRIES_MAX),
)
const promiseTuple = tuple<[string, Uint8Array, Uint8Array, string, Breach]>(
  kind,
  hash,
  bytesUpTo(ACK_LIMITS.bytesMax),
  note,
  breach,
)

const evidenceShape: Shape<Evidence> = (value, path) => {
  const which = kind(Array.isArray(value) ? value[0] : undefined, 'kind')
  switch (which) {
    case 'fork': {
      const [, community, first, second, where] = forkTuple(value, path)
      return { kind: which, community, first, second, divergence: where }
    }
    case 'double-cosign': {
      const [, community, first, second, where, seat] = doubleTuple(value, path)
      return { kind: which, community, first, second, divergence: where, seat }
    }
    case 'invalid-transition': {
      const [, community, head, from, peaks, entries, snapshot] = transitionTuple(value, path)
      return { kind: which, community, note: head, from, peaks, entries, snapshot }
    }
    case 'broken-promise': {
      const [, community, ack, head, how] = promiseTuple(value, path)
      return { kind: which, community, ack, note: head, breach: how }
    }
    default:
      return wrongShape(path, 'unknown evidence')
  }
}

function itemsOf(evidence: Evidence): unknown[] {
  const { kind, community } = evidence
  if (kind === 'invalid-transition') {
    const { note, from, peaks, entries, snapshot } = evidence
    return [kind, community, note, from, [...peaks], [...entries], snapshot.map(([key, value]) => [key, value])]
  }
  if (kind === 'broken-promise') {
    const { ack, note, breach } = evidence
    const subject = breach.how === 'missing' ? breach.commit : breach.leaf
    return [kind, community, ack, note, [breach.how, subject, [...breach.proof]]]
  }
  const { first, second, divergence } = evidence
  const sides = (at: Divergence) => [at.first, at.second].map(({ leaf, proof }) => [leaf, [...proof]])
  const where = divergence === null ? null : [divergence.index, ...sides(divergence)]
  const items: unknown[] = [kind, community, first, second, where]
  return kind === 'double-cosign' ? [...items, evidence.seat] : items
}

/** A self-contained file: a list, its kind first. */
export const encodeEvidence = (evidence: Evidence): Uint8Array => encode(itemsOf(evidence))

/** Strict and bounded. Whether it convicts anybody is a rule's to say. */
export const decodeEvidence = (input: Uint8Array): Result<Evidence, CodecFault> =>
  decode(input, evidenceShape, EVIDENCE_LIMITS)
