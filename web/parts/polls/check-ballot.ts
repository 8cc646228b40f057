import { equals } from 'uint8arrays/equals'
import { BallotVotes, VoteProof } from '#protocols/api/v1/happenings.ts'
import { isVoteIncluded } from '#src/ballots/count.ts'
import { readSigned, recount } from '#src/ballots/recount.ts'
import { readBody } from '#src/engagement/events.ts'
import { fromBase64, fromHex, toHex } from '#web/fan/encoding.ts'
import { hasher, verifier } from '#web/verify/crypto.ts'

const ports = { hasher, verifier }

export interface BallotCheck {
  /** Every vote told is signed by a voter, and together they give the tally and root told. */
  readonly whole: boolean
  /** The own vote, as it was cast, is under that root. */
  readonly mine: boolean
}

/** What a device finds out by itself about a count that a stage tells. An answer of another form is a failed check. */
export function checkBallot(
  poll: string,
  told: unknown,
  shown: unknown,
  own: { readonly voter: string | null; readonly option: number | null },
): BallotCheck {
  try {
    const votes = BallotVotes.parse(told)
    const root = fromHex(votes.root)
    const counted = recount(ports, {
      poll: fromHex(poll),
      ballot: fromBase64(votes.ballot),
      votes: votes.votes.map(fromBase64),
      tally: votes.tally,
      root,
    })
    if (own.voter === null || own.option === null || shown === null) return { whole: counted !== null, mine: false }
    const proof = VoteProof.parse(shown)
    const envelope = fromBase64(proof.envelope)
    const vote = readSigned(ports, envelope)
    const body = vote === null ? null : readBody(vote.envelope.type, vote.envelope.body)
    const said = body?.ok === true && body.value?.type === 'engagement/vote' ? body.value.body : null
    const isOwn = vote !== null && toHex(vote.envelope.author) === own.voter
    const asCast = said !== null && equals(said.poll, fromHex(poll)) && said.option === own.option
    const place = { envelope, index: proof.index, size: proof.size, root, proof: proof.proof.map(fromHex) }
    return { whole: counted !== null, mine: isOwn && asCast && isVoteIncluded(hasher, place) }
  } catch {
    return { whole: false, mine: false }
  }
}
