import { equals } from 'uint8arrays/equals'
import { decodeEnvelope, type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { readBody } from '#src/engagement/events.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { type BallotRules, type CastVote, type CountedVote, countVotes, tallyVotes, votesRoot } from './count.ts'

interface Ports {
  readonly hasher: Hasher
  readonly verifier: Verifier
}

/** A count as a stage tells it. */
export interface ToldCount {
  /** Event id of the ballot. */
  readonly poll: Uint8Array
  /** The ballot as the community signed it. */
  readonly ballot: Uint8Array
  /** The counted votes as they were signed. */
  readonly votes: readonly Uint8Array[]
  /** Votes for each option. */
  readonly tally: readonly number[]
  readonly root: Uint8Array
}

/** An envelope whose signature holds, with its id; null otherwise. */
export function readSigned({ hasher, verifier }: Ports, bytes: Uint8Array): CastVote | null {
  const read = decodeEnvelope(bytes)
  if (!read.ok) return null
  const envelope: Envelope = read.value
  const message = signedBytes(envelope.type, envelope.payload)
  if (!verifier.verify(envelope.author, message, envelope.signature)) return null
  return { id: hasher.sha256(message), envelope }
}

/** The rules of a ballot out of its envelope; null when it is no ballot of that id, signed by its community. */
export function readBallot(ports: Ports, poll: Uint8Array, bytes: Uint8Array): BallotRules | null {
  const signed = readSigned(ports, bytes)
  if (signed === null || !equals(signed.id, poll)) return null
  const { type, author, community, body } = signed.envelope
  const read = readBody(type, body)
  if (!read.ok || read.value?.type !== 'engagement/ballot' || !equals(author, community)) return null
  const { options, closesAt, voters } = read.value.body
  return { id: poll, community, options: options.length, closesAt, voters }
}

/** Counts again from nothing but what was signed. Null: something told does not follow from it. */
export function recount(ports: Ports, told: ToldCount): readonly CountedVote[] | null {
  const ballot = readBallot(ports, told.poll, told.ballot)
  if (ballot === null) return null
  const signed = told.votes.map(bytes => readSigned(ports, bytes))
  const valid = signed.filter(vote => vote !== null)
  const counted = countVotes(ballot, valid)
  // Every vote told counts, and each once: a vote that does not would hide another.
  if (valid.length !== signed.length || counted.length !== signed.length) return null
  const tally = tallyVotes(ballot.options, counted)
  const same = tally.length === told.tally.length && tally.every((votes, option) => votes === told.tally[option])
  return same && equals(votesRoot(ports.hasher, counted), told.root) ? counted : null
}
