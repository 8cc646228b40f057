import { equals } from 'uint8arrays/equals'
import type { Registry } from '#node/ports/ledger.ts'
import type { ValueFault } from '#node/ports/value.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf, parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Leaves } from '#protocols/value/v1/messages.ts'
import type { ValueRefusal } from '#protocols/value/v1/refusals.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { countedNote, verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyConsistency, verifyInclusion } from '#src/ledger/merkle-verify.ts'

export interface AdmissionPorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly registry: Pick<Registry, 'committee' | 'epoch' | 'joined'>
}

/** A head of another log as the own log knows it. */
export interface HeadKnown {
  readonly generation: number
  readonly size: number
  readonly root: Uint8Array
}

/** A head that may be entered, or is entered already. */
export interface AdmittedHead {
  readonly generation: number
  readonly size: number
  readonly root: Uint8Array
  /** With the lines that count here: what else was under it is nothing to write down. */
  readonly note: string
  /** Nobody but the other community itself stands behind it. */
  readonly alone: boolean
  /** The own log knows it. */
  readonly known: boolean
}

/** What the own log knows is not what the proof begins with. */
export interface Behind {
  readonly behind: HeadKnown | null
}

export const refuse = (code: ValueRefusal, message: string, retryMs: number | null = null): Result<never, ValueFault> =>
  err({ code, message, retryMs })

type Shown = Pick<Leaves, 'note' | 'commit' | 'commitPath' | 'consistency'>

/** When an epoch that is only known on one of the two sides may have come to both. */
const EPOCH_RETRY_MS = 5_000

/** Who has to certify a log's head of an epoch, as far as charters are known here. */
function committeeOf(
  registry: AdmissionPorts['registry'],
  peer: Uint8Array,
  epoch: number,
): Result<Committee, ValueFault> {
  const now = registry.epoch()
  const joined = registry.joined(peer)
  // Who is in no charter that is known here is certified by nobody that counts here.
  if (joined === null || joined > now) return ok(registry.committee(peer, 0))
  if (epoch === now) return ok(registry.committee(peer, epoch))
  return epoch < now
    ? refuse('old-epoch', `that head is of epoch ${epoch}, and ${now} is in force: commit again`, EPOCH_RETRY_MS)
    : refuse('unknown-epoch', `the charter of epoch ${epoch} is not known here yet`, EPOCH_RETRY_MS)
}

/** Whether it is the community alone that stands behind the head; and the note with the lines by which it is certified. */
function judgeCertificate(
  { registry, ...ports }: AdmissionPorts,
  peer: Uint8Array,
  origin: string,
  note: string,
  epoch: number,
): Result<Pick<AdmittedHead, 'alone' | 'note'>, ValueFault> {
  const committee = committeeOf(registry, peer, epoch)
  if (!committee.ok) return committee
  const log = { origin, community: peer }
  const verified = verifyCertificate(ports, committee.value, log, note)
  if (!verified.ok) return refuse('bad-certificate', verified.error.message)
  const { quorum, weight, self } = verified.value
  if (quorum) return ok({ alone: self, note: countedNote(ports, log, verified.value) })
  const { total, quorum: needed } = committee.value
  return refuse('bad-certificate', `${weight} of ${total} seats certify that head, and ${needed} are needed`)
}

/** Whether nobody but the community itself certifies its log, as far as is known here. */
export function standsAlone(registry: AdmissionPorts['registry'], peer: Uint8Array): boolean {
  const now = registry.epoch()
  const joined = registry.joined(peer)
  return joined === null || joined > now || registry.committee(peer, now).total === 1
}

/**
 * Judges a head that another community shows of its own log, before anything is entered: whose it is, that it ends with its
 * commit, who certifies it, and that it continues what is known. `known`: heads of that log in the own log.
 */
export function admitHead(
  ports: AdmissionPorts,
  peer: Uint8Array,
  known: readonly HeadKnown[],
  shown: Shown,
): Result<AdmittedHead | Behind, ValueFault> {
  const { hasher } = ports
  const note = parseCheckpoint(shown.note)
  if (!note.ok) return refuse('bad-checkpoint', note.error.message)
  const { origin, size, root } = note.value
  const name = parseOrigin(origin)
  if (name === null || !equals(name.community, peer) || originOf(peer, name.generation) !== origin)
    return refuse('unknown-log', 'that head is of another log than that of the community which shows it')
  const commit = decodeEntry(shown.commit)
  if (!commit.ok || commit.value.kind !== 'commit' || size === 0)
    return refuse('bad-proof', 'a head is shown with the commit that ends it')
  const leaf = leafHash(hasher, shown.commit)
  if (!verifyInclusion(hasher, { index: size - 1, size, leaf, root, proof: shown.commitPath }))
    return refuse('bad-proof', 'the commit shown is not the last leaf under that head')
  const { generation } = name
  const head = { generation, size, root }
  const before = known.find(held => held.generation === generation)
  if (before?.size === size)
    return equals(before.root, root)
      ? ok({ ...head, note: shown.note, alone: standsAlone(ports.registry, peer), known: true })
      : refuse('fork', 'another head of the same size of that log is known here')
  if (known.some(held => held.generation > generation))
    return refuse('closed', 'that log was succeeded by another one that is known here')
  const judged = judgeCertificate(ports, peer, origin, shown.note, commit.value.epoch)
  if (!judged.ok) return judged
  const admitted = ok({ ...head, ...judged.value, known: false })
  if (before === undefined) return shown.consistency.length === 0 ? admitted : ok({ behind: null })
  const grown = { from: before.size, to: size, fromRoot: before.root, toRoot: root, proof: shown.consistency }
  // The proof may begin at a size that was known when it was made: whoever shows it is told from where to prove.
  return before.size < size && verifyConsistency(hasher, grown) ? admitted : ok({ behind: before })
}
