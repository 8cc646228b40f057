import { compare } from 'uint8arrays/compare'
import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import { readBody } from '#src/engagement/events.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { appendedNodes, inclusionProof, leafHash, type NodeReader, rootAt } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'

/** What a count needs to know of a poll with named voters. */
export interface BallotRules {
  /** Event id of the ballot. */
  readonly id: Uint8Array
  readonly community: Uint8Array
  /** How many options there are. */
  readonly options: number
  /** ms; votes dated later do not count. */
  readonly closesAt: number
  readonly voters: readonly Uint8Array[]
}

/** One vote, its signature verified. */
export interface CastVote {
  readonly id: Uint8Array
  readonly envelope: Envelope
}

export interface CountedVote extends CastVote {
  readonly option: number
}

/** The option of a vote that may count in this ballot; null when it may not. */
function optionOf(ballot: BallotRules, voters: ReadonlySet<string>, { envelope }: CastVote): number | null {
  const { type, author, community, at } = envelope
  if (type !== 'engagement/vote' || at > ballot.closesAt || !equals(community, ballot.community)) return null
  if (!voters.has(asText(author, 'hex'))) return null
  const read = readBody(type, envelope.body)
  if (!read.ok || read.value?.type !== 'engagement/vote') return null
  const { poll, option } = read.value.body
  return equals(poll, ballot.id) && option < ballot.options ? option : null
}

const isLater = (one: CastVote, other: CastVote): boolean =>
  one.envelope.seq > other.envelope.seq || (one.envelope.seq === other.envelope.seq && compare(one.id, other.id) < 0)

/**
 * The votes that count, ascending by author: of each voter named the highest sequence signed before closing; at one
 * sequence the lower id. The order of arrival does not matter. `leftOut`: what moderation took away.
 */
export function countVotes(
  ballot: BallotRules,
  votes: Iterable<CastVote>,
  leftOut: (vote: CastVote) => boolean = () => false,
): CountedVote[] {
  const voters = new Set(ballot.voters.map(key => asText(key, 'hex')))
  const newest = new Map<string, CountedVote>()
  for (const vote of votes) {
    const option = optionOf(ballot, voters, vote)
    if (option === null || leftOut(vote)) continue
    const author = asText(vote.envelope.author, 'hex')
    const before = newest.get(author)
    if (before === undefined || isLater(vote, before)) newest.set(author, { ...vote, option })
  }
  return [...newest.values()].sort((a, b) => compare(a.envelope.author, b.envelope.author))
}

/** Votes for each option, in their order. */
export function tallyVotes(options: number, counted: readonly CountedVote[]): number[] {
  const tally = new Array<number>(options).fill(0)
  for (const { option } of counted) tally[option] = (tally[option] ?? 0) + 1
  return tally
}

function treeOver(hasher: Hasher, counted: readonly CountedVote[]): NodeReader {
  const nodes = new Map<string, Uint8Array>()
  const read: NodeReader = (level, index) => nodes.get(`${level}/${index}`) as Uint8Array
  counted.forEach(({ envelope }, size) => {
    for (const { level, index, hash } of appendedNodes(hasher, read, size, leafHash(hasher, envelope.bytes)))
      nodes.set(`${level}/${index}`, hash)
  })
  return read
}

/** Root (RFC 6962 section 2.1) over the counted envelopes as they were signed, ascending by author. */
export const votesRoot = (hasher: Hasher, counted: readonly CountedVote[]): Uint8Array =>
  rootAt(hasher, treeOver(hasher, counted), counted.length)

/** Where a voter's vote stands in the count, with its audit path; null when none of theirs is counted. */
export function proveVote(hasher: Hasher, counted: readonly CountedVote[], voter: Uint8Array) {
  const index = counted.findIndex(({ envelope }) => equals(envelope.author, voter))
  const vote = counted[index]
  if (vote === undefined) return null
  return { index, vote, proof: inclusionProof(hasher, treeOver(hasher, counted), index, counted.length) }
}

export interface VoteInclusion {
  /** The vote as it was signed. */
  readonly envelope: Uint8Array
  readonly index: number
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Whether this very envelope is a leaf of the count with this root. */
export const isVoteIncluded = (hasher: Hasher, { envelope, ...place }: VoteInclusion): boolean =>
  verifyInclusion(hasher, { ...place, leaf: leafHash(hasher, envelope) })
