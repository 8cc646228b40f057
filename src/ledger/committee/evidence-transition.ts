import { equals } from 'uint8arrays/equals'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { InvalidTransitionEvidence } from '#protocols/ledger/v1/evidence.ts'
import { parseSeatName } from '#protocols/ledger/v1/origin.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { type CompactRange, extendRange, rangeRoot } from '../compact-range.ts'
import { leafHash } from '../merkle.ts'
import { notProven, originOfNote, shortKey, unsigned } from './evidence-fork.ts'
import type { Conviction, EvidenceFault, EvidencePorts } from './evidence-types.ts'
import { cosignatureBy, verifyLogNote } from './notes.ts'
import { replayBatch } from './replay-batch.ts'

/** The compact range of `size` leaves has one peak for each bit of the size, tallest first. */
function rangeOf(size: number, peaks: readonly Uint8Array[]): CompactRange | null {
  const levels: number[] = []
  for (let level = 0, left = size; left > 0; level++, left = Math.floor(left / 2))
    if (left % 2 === 1) levels.push(level)
  if (levels.length !== peaks.length) return null
  return { size, peaks: levels.reverse().map((level, at) => ({ level, hash: peaks[at] ?? new Uint8Array(0) })) }
}

/** Whether peaks and entries are exactly the tree under the note: so the batch and all before it are what was signed. */
function isSignedTree(hasher: Hasher, { from, peaks, entries }: InvalidTransitionEvidence, head: Checkpoint): boolean {
  const before = rangeOf(from, peaks)
  if (before === null || from + entries.length !== head.size) return false
  const range = entries.reduce((grown, entry) => extendRange(hasher, grown, leafHash(hasher, entry)), before)
  return equals(rangeRoot(hasher, range), head.root)
}

/** Seats whose valid cosignature stands on the note. Their names carry their keys. */
function cosigners(ports: EvidencePorts, head: Checkpoint): Uint8Array[] {
  const keys = head.signatures.map(line => parseSeatName(line.name)).filter(key => key !== null)
  const distinct = keys.filter((key, index) => keys.findIndex(other => equals(other, key)) === index)
  return distinct.filter(key => cosignatureBy(ports, head, key) !== null)
}

/**
 * The log signed a batch that the rules refuse, and every seat that cosigned it signed a state it cannot have computed.
 * The tree under the note contains the commit that the batch stands on, and the state is checked against that commit:
 * so nothing here has to be taken from the accuser.
 */
export function verifyInvalidTransition(
  ports: EvidencePorts,
  evidence: InvalidTransitionEvidence,
): Result<Conviction, EvidenceFault> {
  const { community, note } = evidence
  const origin = originOfNote(note, community)
  if (origin === null) return unsigned('the note is not of a log of the community that is accused')
  const head = verifyLogNote(ports, origin, community, note)
  if (!head.ok) return unsigned(head.error.message)
  if (!isSignedTree(ports.hasher, evidence, head.value))
    return notProven('these entries are not the ones under the signed root')
  const replay = replayBatch(ports, evidence)
  if (!replay.ok) return notProven(replay.error)
  if (replay.value === null) return notProven('these entries are valid')
  const { index, fault } = replay.value
  const seats = cosigners(ports, head.value)
  const others = seats.length === 0 ? '' : `, and ${seats.length} seats cosigned it: ${seats.map(shortKey).join(', ')}`
  const sentence = `Community ${shortKey(community)} signed entry ${index} of ${origin}, which is not valid (${fault.message})${others}.`
  return ok({ origin, guilty: [community, ...seats], log: true, sentence })
}
