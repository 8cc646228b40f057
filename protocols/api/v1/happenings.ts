import { z } from 'zod'
import { Hex32, ReleaseId, TimeMs } from './basics.ts'

const Envelope = z.string().describe('one signed envelope, base64')

export const BallotVotes = z.object({
  poll: Hex32,
  ballot: Envelope.describe('the ballot as the community signed it, base64'),
  voters: z.array(Hex32).describe('who may vote, ascending'),
  votes: z.array(Envelope).describe('the votes that count, ascending by author'),
  tally: z.array(z.number().int()).describe('votes for each option'),
  root: Hex32.describe('RFC 6962 root over `votes`'),
  leftOut: z.array(Hex32).describe('voters whose newest vote was taken away by moderation'),
})

export const VoteProof = z.object({
  poll: Hex32,
  voter: Hex32,
  envelope: Envelope,
  index: z.number().int(),
  size: z.number().int(),
  root: Hex32,
  proof: z.array(Hex32).describe('RFC 6962 audit path, lowest sibling first'),
})

export const EventInfo = z.object({
  id: ReleaseId.describe('16 bytes as lower-case hex; also the room of its chat'),
  community: Hex32,
  title: z.string(),
  startsAt: TimeMs,
  endsAt: TimeMs,
  programme: z.array(z.object({ at: TimeMs, title: z.string() })),
  release: ReleaseId.nullable().describe('the recording, which begins when the event did'),
  cancelled: z.boolean(),
})

export const AudienceInfo = z.object({ event: ReleaseId, count: z.number().int() })
export const Attend = z.object({
  reader: z.string().max(40).describe('what the live stream calls this page'),
  on: z.boolean(),
})

export type BallotVotes = z.infer<typeof BallotVotes>
export type VoteProof = z.infer<typeof VoteProof>
export type EventInfo = z.infer<typeof EventInfo>
export type AudienceInfo = z.infer<typeof AudienceInfo>
