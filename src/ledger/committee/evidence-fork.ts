import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Checkpoint, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { Divergence, DoubleCosignEvidence, ForkEvidence } from '#protocols/ledger/v1/evidence.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { verifyInclusion } from '../merkle-verify.ts'
import type { Conviction, EvidenceFault, EvidencePorts } from './evidence-types.ts'
import { cosignatureBy, verifyLogNote } from './notes.ts'

export const notProven = (message: string): Result<never, EvidenceFault> => err({ code: 'not-proven', message })
export const unsigned = (message: string): Result<never, EvidenceFault> => err({ code: 'unsigned', message })

/** Enough of a key for people to tell it from others. */
export const shortKey = (key: Uint8Array): string => toText(key.subarray(0, 8), 'base16')

/** The log that a note names; null when it is not one of this community. */
export function originOfNote(note: string, community: Uint8Array): string | null {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) return null
  const name = parseOrigin(parsed.value.origin)
  return name !== null && equals(name.community, community) ? parsed.value.origin : null
}

/** Two heads that no single history has: one size with two roots, or two leaves at one index. */
function contradict(
  hasher: Hasher,
  [first, second]: readonly [Checkpoint, Checkpoint],
  divergence: Divergence | null,
): boolean {
  if (first.size === second.size) return !equals(first.root, second.root)
  if (divergence === null || equals(divergence.first.leaf, divergence.second.leaf)) return false
  const { index } = divergence
  return (
    verifyInclusion(hasher, { index, size: first.size, root: first.root, ...divergence.first }) &&
    verifyInclusion(hasher, { index, size: second.size, root: second.root, ...divergence.second })
  )
}

const where = (divergence: Divergence | null, size: number): string =>
  divergence === null ? `of size ${size}` : `that differ at entry ${divergence.index}`

/** The community signed two histories of one log. */
export function verifyFork(ports: EvidencePorts, evidence: ForkEvidence): Result<Conviction, EvidenceFault> {
  const { community, divergence } = evidence
  const origin = originOfNote(evidence.first, community)
  if (origin === null) return unsigned('the first note is not of a log of the community that is accused')
  const first = verifyLogNote(ports, origin, community, evidence.first)
  if (!first.ok) return unsigned(first.error.message)
  const second = verifyLogNote(ports, origin, community, evidence.second)
  if (!second.ok) return unsigned(second.error.message)
  if (!contradict(ports.hasher, [first.value, second.value], divergence))
    return notProven('both notes can belong to one history')
  const sentence = `Community ${shortKey(community)} signed two histories of ${origin}, ${where(divergence, first.value.size)}.`
  return ok({ origin, guilty: [community], log: true, sentence })
}

/** A seat cosigned two histories of one log. Who else signed them does not matter. */
export function verifyDoubleCosign(
  ports: EvidencePorts,
  evidence: DoubleCosignEvidence,
): Result<Conviction, EvidenceFault> {
  const { community, seat, divergence } = evidence
  const origin = originOfNote(evidence.first, community)
  const [first, second] = [parseCheckpoint(evidence.first), parseCheckpoint(evidence.second)]
  if (origin === null || !first.ok || !second.ok || second.value.origin !== origin)
    return unsigned('the two notes are not of one log of the community that is named')
  if ([first.value, second.value].some(note => cosignatureBy(ports, note, seat) === null))
    return unsigned('one of the two notes is not cosigned by the seat that is accused')
  if (!contradict(ports.hasher, [first.value, second.value], divergence))
    return notProven('both notes can belong to one history')
  const sentence = `Seat ${shortKey(seat)} cosigned two histories of ${origin}, ${where(divergence, first.value.size)}.`
  return ok({ origin, guilty: [seat], log: false, sentence })
}
