import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type CloseStatement, type ClosingCertificate, closeMessage } from '#protocols/ledger/v1/close.ts'
import type { CommitEntry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { SyncSigner, Verifier } from '#src/kernel/ports.ts'
import { leafHash } from '../merkle.ts'
import { verifyInclusion } from '../merkle-verify.ts'
import { type NotePorts, verifyLogNote } from './notes.ts'
import type { Committee } from './types.ts'

/** The head at which a log ended. */
export interface Closing {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly stateRoot: Uint8Array
  readonly epoch: number
  /** No auditors closed it: it certified itself. */
  readonly self: boolean
}

interface ClosingFault {
  readonly code: 'bad-checkpoint' | 'bad-proof' | 'unknown-epoch' | 'no-quorum'
  readonly message: string
}

type Head = { readonly origin: string; readonly size: number; readonly root: Uint8Array }

const fault = (code: ClosingFault['code'], message: string): Result<never, ClosingFault> => err({ code, message })

/** A seat's statement. Made only for a head that is persisted as closed. */
export const closeStatement = (signer: SyncSigner, { origin, size, root }: Head): CloseStatement => ({
  seat: signer.publicKey,
  signature: signer.sign(closeMessage(origin, size, root)),
})

/** Weight of the seats whose statement on this head is valid; each counts once. */
export function closeWeight(
  verifier: Verifier,
  committee: Committee,
  { origin, size, root }: Head,
  statements: readonly CloseStatement[],
): number {
  const message = closeMessage(origin, size, root)
  const closed = committee.seats.filter(seat =>
    statements.some(({ seat: key, signature }) => equals(key, seat.key) && verifier.verify(key, message, signature)),
  )
  return closed.reduce((sum, seat) => sum + seat.weight, 0)
}

/** Statements in the order of the certificate's form: distinct seats, ascending by key. */
export function orderedStatements(statements: readonly CloseStatement[]): CloseStatement[] {
  const sorted = [...statements].sort((a, b) => compare(a.seat, b.seat))
  return sorted.filter(({ seat }, index) => index === 0 || !equals(seat, sorted[index - 1]?.seat ?? new Uint8Array()))
}

function lastCommit(
  ports: NotePorts,
  { commit, proof }: ClosingCertificate,
  { size, root }: Head,
): Result<CommitEntry, ClosingFault> {
  const entry = decodeEntry(commit)
  const leaf = leafHash(ports.hasher, commit)
  if (!entry.ok || entry.value.kind !== 'commit')
    return fault('bad-proof', 'what should be the last commit of the closed log is none')
  return verifyInclusion(ports.hasher, { index: size - 1, size, leaf, root, proof })
    ? ok(entry.value)
    : fault('bad-proof', 'the commit is not the last leaf of the closed log')
}

/**
 * The head at which a log was closed. Needs a quorum of the committee in whose epoch that head lies: an honest seat signs
 * one close and holds nothing above it, so no head above it is certified, and no second close finds a quorum.
 */
export function verifyClosing(
  ports: NotePorts,
  committeeOf: (epoch: number) => Committee | null,
  log: { readonly origin: string; readonly community: Uint8Array },
  certificate: ClosingCertificate,
): Result<Closing, ClosingFault> {
  const note = verifyLogNote(ports, log.origin, log.community, certificate.note)
  if (!note.ok) return fault('bad-checkpoint', note.error.message)
  const { origin, size, root } = note.value
  const commit = lastCommit(ports, certificate, note.value)
  if (!commit.ok) return commit
  const { epoch, stateRoot } = commit.value
  const closing = { origin, size, root, stateRoot, epoch }
  if (epoch === 0) return ok({ ...closing, self: true })
  const committee = committeeOf(epoch)
  if (committee === null) return fault('unknown-epoch', `epoch ${epoch} is not known here; its charter is needed`)
  if (committee.total === 1) return ok({ ...closing, self: true })
  const weight = closeWeight(ports.verifier, committee, note.value, certificate.statements)
  return weight >= committee.quorum
    ? ok({ ...closing, self: false })
    : fault('no-quorum', `seats of weight ${weight} closed this log, and ${committee.quorum} are needed`)
}
