import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Ack, ackMessage, decodeAck } from '#protocols/ledger/v1/ack.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { BrokenPromiseEvidence } from '#protocols/ledger/v1/evidence.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { NotePorts } from './committee/notes.ts'
import { verifyLogNote } from './committee/notes.ts'
import { leafHash } from './merkle.ts'
import { verifyInclusion } from './merkle-verify.ts'

/** An ack whose signature was verified under the key that its origin names. */
export interface ReadPromise extends Ack {
  readonly community: Uint8Array
  readonly bytes: Uint8Array
}

/** What somebody shows of the log: a signed head, and what stands at the promised place or at the end. */
export interface ShownHead {
  readonly note: string
  /** Leaf hash at the promised index with its path; null when the head does not reach it. */
  readonly at: { readonly leaf: Uint8Array; readonly path: readonly Uint8Array[] } | null
  /** Last entry under the head with its path. */
  readonly commit: { readonly entry: Uint8Array; readonly path: readonly Uint8Array[] } | null
}

export type AckOutcome =
  /** The promised entry stands where it was promised. */
  | { readonly kind: 'kept'; readonly size: number }
  /** It does not, and the log's own signatures prove it. */
  | { readonly kind: 'broken'; readonly evidence: BrokenPromiseEvidence }
  /** The head shown is not far enough: nothing is decided. */
  | { readonly kind: 'open'; readonly size: number; readonly at: number | null }

const refused = (message: string): Result<never, string> => err(message)

/** Reads an ack and verifies its signature. */
export function readAck({ verifier }: NotePorts, bytes: Uint8Array): Result<ReadPromise, string> {
  const ack = decodeAck(bytes)
  if (!ack.ok) return refused(`This is no ack: ${ack.error.message}.`)
  const log = parseOrigin(ack.value.origin)
  if (log === null) return refused('This ack is of no community’s log.')
  if (!verifier.verify(log.community, ackMessage(ack.value), ack.value.signature))
    return refused('The signature on this ack does not verify: the log never promised this.')
  return ok({ ...ack.value, community: log.community, bytes })
}

/**
 * Whether a promise was kept, by what is shown and nothing else. What is shown may come from anybody: it counts only as far as the log
 * signed it.
 */
export function checkAck(ports: NotePorts, ack: ReadPromise, shown: ShownHead): Result<AckOutcome, string> {
  const head = verifyLogNote(ports, ack.origin, ack.community, shown.note)
  if (!head.ok) return refused(`The checkpoint that was shown does not hold: ${head.error.message}.`)
  const { size, root } = head.value
  const { index } = ack
  const base = { kind: 'broken-promise', community: ack.community, ack: ack.bytes, note: shown.note } as const
  if (size > index) {
    if (shown.at === null)
      return refused('The log reaches the promised place, and no proof of what stands there was shown.')
    const { leaf, path } = shown.at
    if (!verifyInclusion(ports.hasher, { index, size, leaf, root, proof: path }))
      return refused('The proof that was shown does not hold under the signed checkpoint.')
    return ok(
      equals(leaf, ack.leaf)
        ? { kind: 'kept', size }
        : { kind: 'broken', evidence: { ...base, breach: { how: 'replaced', leaf, proof: path } } },
    )
  }
  if (shown.commit === null || size === 0) return ok({ kind: 'open', size, at: null })
  const { entry, path } = shown.commit
  const commit = decodeEntry(entry)
  const leaf = leafHash(ports.hasher, entry)
  if (
    !commit.ok ||
    commit.value.kind !== 'commit' ||
    !verifyInclusion(ports.hasher, { index: size - 1, size, leaf, root, proof: path })
  )
    return refused('The last commit that was shown does not hold under the signed checkpoint.')
  const { at } = commit.value
  if (at <= ack.deadline) return ok({ kind: 'open', size, at })
  return ok({ kind: 'broken', evidence: { ...base, breach: { how: 'missing', commit: entry, proof: path } } })
}
