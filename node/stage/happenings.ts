import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { StageApi } from '#node/ports/stage-api.ts'
import type { BallotRow, StageEventRow, Views } from '#node/ports/views.ts'
import type { EventInfo } from '#protocols/api/v1/schemas.ts'
import { countVotes, proveVote, tallyVotes, votesRoot } from '#src/ballots/count.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { base64, hex, key32 } from './keys.ts'

export interface HappeningsInit {
  readonly own: Uint8Array
  readonly views: Views
  readonly clock: Clock
  readonly hasher: Hasher
}

export const eventInfo = ({ community, programme, ...row }: StageEventRow): EventInfo => ({
  ...row,
  community: hex(community),
  programme: [...programme],
})

/** JSON has no bytes: voters arrive as hex, in any order and perhaps twice. */
export function withVoters(body: unknown): unknown {
  const voters = (body as { voters?: unknown } | null)?.voters
  if (!Array.isArray(voters)) return body
  const named = [...new Set(voters.map(key => String(key).toLowerCase()))].sort()
  return { ...(body as object), voters: named.map(key => key32(key, 'A voter')) }
}

export function happeningCalls({
  own,
  views,
  clock,
  hasher,
}: HappeningsInit): Pick<StageApi, 'ballotVotes' | 'voteProof' | 'happenings' | 'happening'> {
  const find = (poll: string): BallotRow => {
    const row = views.ballot(key32(poll, 'A poll'))
    if (row !== null) return row
    throw new StageError('not-found', 'There is no poll with named voters by that id here.')
  }
  return {
    ballotVotes(poll) {
      const { rules, envelope, votes, leftOut } = find(poll)
      const counted = countVotes(rules, votes)
      return {
        poll,
        ballot: base64(envelope),
        voters: rules.voters.map(hex),
        votes: counted.map(vote => base64(vote.envelope.bytes)),
        tally: tallyVotes(rules.options, counted),
        root: hex(votesRoot(hasher, counted)),
        leftOut: leftOut.map(hex),
      }
    },
    voteProof(poll, voter) {
      const { rules, votes } = find(poll)
      const counted = countVotes(rules, votes)
      const place = proveVote(hasher, counted, key32(voter, 'A voter'))
      if (place === null) throw new StageError('not-found', 'No vote of that key is counted in this poll.')
      return {
        poll,
        voter,
        envelope: base64(place.vote.envelope.bytes),
        index: place.index,
        size: counted.length,
        root: hex(votesRoot(hasher, counted)),
        proof: place.proof.map(hex),
      }
    },
    happenings: over => views.stageEvents(clock.nowMs(), over).map(eventInfo),
    happening(id) {
      const rows = views.stageEvent(id)
      const row = rows.find(one => equals(one.community, own)) ?? rows[0]
      if (row === undefined) throw new StageError('not-found', 'There is no such event here.')
      return eventInfo(row)
    },
  }
}
