import { z } from 'zod'
import { Amount, AssetInfo, FineAmount, Hex32, ReleaseId, TimeMs } from './basics.ts'
import { CommitteeInfo } from './money-schemas.ts'

/** Where a payment to another community ends: a release's agreement, or a member's account. */
export const Payee = z
  .string()
  .regex(/^(?:release\/[0-9a-f]{32}|acct\/[0-9a-f]{64})$/)
  .describe('`release/<id>` or `acct/<account>` in the other community')

/** Body of POST /quotes. */
export const QuoteRequest = z.object({
  to: Hex32.describe('community that shall be paid'),
  payee: Payee,
  amount: Amount.describe('what the payer gives, in the own asset'),
})

/** What a payment would come to, signed by the community next on the way. Nothing moves, and nothing is promised for ever: room is kept until `expiry`. */
export const QuoteInfo = z.object({
  id: Hex32.describe('hash of the quote; the order names it as `quote`'),
  to: Hex32,
  toName: z.string(),
  payee: Payee,
  payeeName: z.string().nullable().describe('title of the release, when it is known here'),
  via: z.array(Hex32).max(3).describe('communities in between, in order; empty when the two know each other'),
  viaNames: z.array(z.string()),
  amount: Amount.describe('what the payer gives'),
  arrives: Amount.describe('what is paid out at the end; the rest are haircuts on the way'),
  asset: AssetInfo,
  expiry: TimeMs.describe('until when room is kept; the order expires no later than `orderExpiry`'),
  orderExpiry: TimeMs.describe('for the order to say: a payment not delivered by then returns to the payer'),
  quote: z.string().describe('the signed quote, base64'),
})

/** accepted: durable here. final: certified here, spent for good. delivered: certified there, whoever is paid has it. settled: and this community owes the next one nothing more for it. returned: back with the payer. */
export const TransferState = z.enum(['accepted', 'final', 'delivered', 'settled', 'returned'])

export const TransferInfo = z.object({
  id: Hex32.describe('id of the order'),
  account: Hex32.describe('who pays'),
  to: Hex32,
  toName: z.string(),
  next: Hex32.describe('community that was asked first: `to`, or the first in between'),
  via: z.array(Hex32),
  payee: Payee,
  payeeName: z.string().nullable(),
  release: ReleaseId.nullable(),
  use: z.enum(['tip', 'purchase', 'stream', 'download', 'gift']),
  amount: Amount,
  arrived: Amount.nullable().describe('what was paid out at the end; null until that is known'),
  asset: AssetInfo,
  at: TimeMs,
  expiry: TimeMs,
  index: z.number().int().describe('in the log of the own community'),
  sequence: z.number().int().describe('consecutive among the payments of this community to `next`'),
  state: TransferState,
  late: z
    .boolean()
    .describe(
      'past its expiry, and the next community has not answered: it returns when the two meet again, or by itself',
    ),
  refusal: z
    .object({ code: z.string(), said: z.string() })
    .nullable()
    .describe('why the money returned: a stable code, and a sentence for a person'),
})

/** One leaf of one log with everything that proves it. All binary is base64. */
export const ProvenLeaf = z.object({
  community: Hex32,
  communityName: z.string(),
  origin: z.string(),
  index: z.number().int(),
  entry: z.string(),
  proof: z.array(z.string()).describe('audit path of the entry'),
  checkpoint: z.string().describe('signed note with its cosignatures'),
  commit: z.string().describe('last entry under the checkpoint: names the epoch whose committee has to certify it'),
  commitProof: z.array(z.string()).describe('audit path of the commit'),
  charter: z.string().nullable().describe('signed charter of that epoch; null when the log stands alone'),
  committee: CommitteeInfo,
})

/** A transfer with its evidence: nothing in it has to be believed. */
export const TransferProof = TransferInfo.extend({
  paid: ProvenLeaf.nullable().describe('the payment in the own log; null until it is signed'),
  answer: ProvenLeaf.nullable().describe(
    "what the next community decided, in its log; over several hops the destination's entry lies inside. Null until it is known",
  ),
})

export const LineInfo = z.object({
  code: z.string(),
  scale: z.number().int(),
  limit: Amount.describe('the most that can be owed, and so the largest possible loss; 0: closed'),
  haircut: z.number().int().min(0).max(9_999).describe('ten-thousandths kept by whoever accepts'),
  expiry: TimeMs,
  alone: z.boolean().describe('also accepts what nobody but the other community itself certified'),
})

/** How this community stands with another one, per asset. */
export const PositionInfo = z.object({
  code: z.string(),
  scale: z.number().int(),
  position: FineAmount.describe('above 0: this community owes the other one; below 0: it is owed'),
  onTheWay: FineAmount.describe('sent to the other one, and not answered yet'),
  couldLose: FineAmount.describe(
    'the most that this community loses if the other one never pays: its limit, or what is owed where that is more',
  ),
})

export const PeerValue = z.object({
  community: Hex32,
  name: z.string(),
  connected: z.boolean(),
  speaksValue: z.boolean().describe('whether the connected stage speaks the value protocol'),
  certified: z.enum(['committee', 'alone', 'unknown']).describe('who stands behind its log, as far as is known here'),
  frozen: z.boolean(),
  sent: z.number().int().describe('payments sent to it so far'),
  received: z.number().int().describe('payments taken from it so far'),
  waiting: z.number().int().describe('payments sent and not answered'),
  accepts: z.array(LineInfo).describe('what this community accepts of the other one'),
  offers: z
    .array(LineInfo)
    .describe('what the other one accepts of this community, as it says; empty when it was not asked yet'),
  positions: z.array(PositionInfo),
})

export type QuoteRequest = z.infer<typeof QuoteRequest>
export type QuoteInfo = z.infer<typeof QuoteInfo>
export type TransferState = z.infer<typeof TransferState>
export type TransferInfo = z.infer<typeof TransferInfo>
export type TransferProof = z.infer<typeof TransferProof>
export type ProvenLeaf = z.infer<typeof ProvenLeaf>
export type LineInfo = z.infer<typeof LineInfo>
export type PositionInfo = z.infer<typeof PositionInfo>
export type PeerValue = z.infer<typeof PeerValue>
