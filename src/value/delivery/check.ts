import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { signedBytes } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { decodeLines, type SplitLine } from '#protocols/ledger/v1/split.ts'
import type { NotePorts } from '#src/ledger/committee/notes.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { type Certificate, verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { fineUnit } from '../line-policy.ts'
import { type DeliveryFault, refusal } from './fault.ts'
import { type ReadTransfer, readTransfer, unwrap } from './unwrap.ts'

/** A leaf of one community's log with all that it takes to believe it. Nothing in it is trusted. */
export interface ShownLeaf {
  readonly community: Uint8Array
  readonly index: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly note: string
  /** Last entry under the note, and its audit path: it says which epoch's committee must have certified. */
  readonly commit: Uint8Array
  readonly commitPath: readonly Uint8Array[]
}

export interface ShownDelivery {
  /** What the payer signed: best from the payer's own memory, since a stage could show another order of the same payer. */
  readonly order: Uint8Array
  readonly answer: ShownLeaf
  /** Where the payer's own log has it; null when that is checked elsewhere. */
  readonly paid: { readonly index: number; readonly leaf: Uint8Array } | null
  /** Lines of the division at the destination, when they are shown. */
  readonly lines: Uint8Array | null
}

/** What was proven. */
export interface ProvenDelivery {
  /** `delivered`, or the code with which it was refused; then the money returns. */
  readonly outcome: string
  /** The community that decided. */
  readonly by: Uint8Array
  /** Fine units that reached whoever is paid; 0 when refused. */
  readonly arrived: bigint
  /** Who got what, when it was shown. */
  readonly lines: readonly SplitLine[] | null
  readonly certificate: Certificate
}

type Checked<T> = Result<T, DeliveryFault>

/** Who certified the head, and that commit and leaf stand under it. `committee` answers for the epoch that the commit names. */
function checkPlace(
  ports: NotePorts,
  shown: ShownLeaf,
  committee: (community: Uint8Array, epoch: number) => Committee | null,
): Checked<Certificate> {
  const origin = shown.note.split('\n', 1)[0] ?? ''
  const named = parseOrigin(origin)
  if (named === null || !equals(named.community, shown.community))
    return err(refusal('bad-note', 'the checkpoint that was shown is of another log'))
  const commit = decodeEntry(shown.commit)
  if (!commit.ok || commit.value.kind !== 'commit')
    return err(refusal('unreadable', 'the last entry that was shown is no commit'))
  const seats = committee(shown.community, commit.value.epoch)
  if (seats === null || seats.epoch !== commit.value.epoch)
    return err(refusal('wrong-committee', 'the committee of that epoch is not known here'))
  const certificate = verifyCertificate(ports, seats, { origin, community: shown.community }, shown.note)
  if (!certificate.ok) return err(refusal('bad-note', certificate.error.message))
  const { size, root } = certificate.value.checkpoint
  const stands = (index: number, entry: Uint8Array, proof: readonly Uint8Array[]): boolean =>
    verifyInclusion(ports.hasher, { index, size, leaf: leafHash(ports.hasher, entry), root, proof })
  if (!stands(size - 1, shown.commit, shown.commitPath) || !stands(shown.index, shown.leaf, shown.path))
    return err(refusal('not-included', 'the entry does not stand in the log under that checkpoint'))
  return certificate.value.quorum
    ? ok(certificate.value)
    : err(refusal('not-certified', 'not enough auditors have certified that checkpoint yet'))
}

function checkLines(
  ports: NotePorts,
  shown: Uint8Array | null,
  split: Uint8Array,
  amount: bigint,
): Checked<SplitLine[] | null> {
  if (shown === null) return ok(null)
  const lines = decodeLines(shown)
  const holds =
    lines.ok &&
    equals(ports.hasher.sha256(shown), split) &&
    lines.value.reduce((sum, line) => sum + line.amount, 0n) === amount
  return holds ? ok(lines.value) : err(refusal('bad-lines', 'it was divided otherwise than is shown'))
}

const enough = ({ body }: ReadTransfer, arrived: bigint): boolean =>
  arrived >= body.minimum * fineUnit(body.asset.scale)

/**
 * Checks the answer to a payment from its bytes alone: that it answers what this payer signed, over the communities that the
 * payer named, stands in the log of whoever answers, and is certified by the committee that its commit names. Asks nobody; runs
 * in a browser as it does in a stage.
 */
export function checkDelivery(
  ports: NotePorts,
  shown: ShownDelivery,
  committee: (community: Uint8Array, epoch: number) => Committee | null,
): Checked<ProvenDelivery> {
  const transfer = readTransfer(shown.order)
  if (!transfer.ok) return transfer
  const { author, type, payload, signature } = transfer.value.envelope
  if (!ports.verifier.verify(author, signedBytes(type, payload), signature))
    return err(refusal('wrong-order', 'the payment that is shown was not signed by whoever pays'))
  const inside = unwrap(transfer.value, shown.answer.community, shown.answer.leaf)
  if (!inside.ok) return inside
  const { decision, by, first } = inside.value
  if (shown.paid !== null && (shown.paid.index !== first.index || !equals(shown.paid.leaf, first.leaf)))
    return err(refusal('wrong-order', 'the answer is about another entry of the own log'))
  const certificate = checkPlace(ports, shown.answer, committee)
  if (!certificate.ok) return certificate
  // What it says of another log it could have made up: nobody else has executed it.
  if (certificate.value.self && !equals(by, shown.answer.community))
    return err(refusal('not-certified', 'the community in between stands alone: what it says of others proves nothing'))
  const delivered = decision.outcome === 'delivered'
  if (delivered && !enough(transfer.value, decision.amount))
    return err(refusal('too-little', 'less was delivered than the payer agreed to'))
  const lines = checkLines(ports, delivered ? shown.lines : null, decision.split, decision.amount)
  if (!lines.ok) return lines
  const { outcome, amount } = decision
  return ok({ outcome, by, arrived: amount, lines: lines.value, certificate: certificate.value })
}
