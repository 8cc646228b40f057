import { z } from 'zod'
import { Hex32 } from './basics.ts'

/** One page of `GET /releases/:id/reactions/signed`: what its tally was counted from. */
export const SignedReactions = z.object({
  reactions: z.array(z.string()).describe('signed envelopes that count, base64, ascending by author'),
  next: Hex32.nullable().describe('`after` for the next page; null when this is the last one'),
})

export type SignedReactions = z.infer<typeof SignedReactions>
