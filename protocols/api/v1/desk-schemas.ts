import { z } from 'zod'
import { Amount, AssetInfo, FineAmount, Hex32, LaterMs, TimeMs } from './basics.ts'

/** What an operator does about value outside the log: the desk, its cards, and how the community stands with others. */

const AssetCode = z.string().regex(/^[A-Z][A-Z0-9]{2,7}$/)
const Scale = z.number().int().min(0).max(9)
const Said = z.string().max(500)

export const DeskKind = z.enum(['cash', 'bank', 'barter', 'hours']).describe('in which way it changed hands')

/** Body of POST /desk/notes/:id/confirm and of POST /settlements/:id/confirm. */
export const DeskWords = z.object({
  kind: DeskKind.default('cash'),
  text: Said.default('').describe('who and in which words; stays on this stage and can be erased'),
})

/** Body of POST /desk/takings: somebody brought value, and gets credit for it. */
export const TakeIn = z.object({
  account: Hex32,
  amount: Amount,
  kind: DeskKind.default('cash'),
  text: Said.default(''),
  key: Hex32.optional().describe('names the taking: sent again under the same key it is done once'),
})

/** Body of POST /desk/payouts: hands over what an account had paid out of the log. */
export const PayOut = z.object({ entry: z.number().int().min(0).describe('index of the `redeem` in the own log') })

export const DeskNoteInfo = z.object({
  id: Hex32,
  direction: z.enum(['in', 'out']).describe('seen from the desk'),
  kind: DeskKind,
  other: Hex32.describe('account or community on the other side'),
  amount: Amount,
  asset: AssetInfo,
  state: z.enum(['pending', 'confirmed', 'failed']),
  at: TimeMs,
  decidedAt: TimeMs.nullable(),
  text: z.string().nullable().describe('null when nothing was written, or it was erased'),
  entry: z.number().int().nullable().describe('entry of the own log that belongs to it'),
  note: z.string().nullable().describe('the signed note, base64 (`protocols/value/v1/desk-note`)'),
})

/** Body of POST /codes. */
export const IssueCards = z.object({
  count: z.number().int().min(1).max(1_024),
  amount: Amount.describe('of each card'),
  expiry: LaterMs,
  label: z.string().max(80).default(''),
})

export const CardBatchInfo = z.object({
  batch: Hex32,
  label: z.string(),
  count: z.number().int(),
  amount: Amount.describe('of each card'),
  asset: AssetInfo,
  expiry: TimeMs,
  at: TimeMs,
  entry: z.number().int().nullable().describe('null while it is not in the log: then its cards are worth nothing yet'),
  good: z.number().int(),
  used: z.number().int(),
  revoked: z.number().int(),
})

/** Secrets: only for the operator, and never in a log. */
export const PrintedCards = z.object({
  batch: CardBatchInfo,
  communityName: z.string(),
  cards: z.array(
    z.object({
      serial: z.number().int(),
      text: z.string().describe('what is typed'),
      card: z.string().describe('the text of a QR code: all that proves the card'),
    }),
  ),
})

/** Body of POST /codes/check. */
export const CheckCard = z.object({ card: z.string().min(1).max(4_000) })

/** A genuine, unused card: what the holder signs as `value/code`. */
export const CheckedCard = z.object({
  batch: Hex32,
  serial: z.number().int(),
  secret: z.string().describe('hex'),
  path: z.array(z.string()).describe('audit path, base64 hashes'),
  amount: Amount,
  asset: AssetInfo,
  expiry: TimeMs,
})

/** Body of POST /codes/:batch/revoke. */
export const RevokeCards = z.object({
  serials: z.array(z.number().int().min(0)).max(1_024).default([]).describe('none: all that nobody redeemed'),
})

/** Body of PUT /lines/:community. */
export const SetLine = z.object({
  limit: Amount.describe('the most that the other community may owe; 0 closes the line'),
  haircut: z.number().int().min(0).max(9_999).default(0).describe('ten-thousandths kept of what comes in'),
  expiry: LaterMs,
  alone: z.boolean().default(false).describe('accept a log that nobody but the other community certifies'),
})
export const LineAnswer = z.object({
  community: Hex32,
  name: z.string(),
  said: z.string().describe('the largest possible loss, in words'),
  receipt: z.number().int().nullable(),
})
export const FreezeLine = z.object({ frozen: z.boolean(), reason: Said.default('') })

export const RailInfo = z.object({ id: z.string(), about: z.string(), address: z.string() })

/** Body of POST /settlements. */
export const ProposeSettlement = z.object({
  community: Hex32.describe('who is owed'),
  amount: Amount.nullable().default(null).describe('null: all that is owed'),
  rail: z.string().max(40).default('cash'),
  payee: z.string().max(200).nullable().default(null).describe('where the other one is paid, as the rail writes it'),
})
export const SettlementInfo = z.object({
  id: Hex32,
  community: Hex32,
  name: z.string(),
  side: z.enum(['debtor', 'creditor']).describe('which side this community is'),
  amount: Amount,
  code: AssetCode,
  scale: Scale,
  number: z.number().int(),
  rail: z.string(),
  payee: z.string(),
  state: z.enum(['paying', 'paid', 'asked', 'signed', 'settled', 'failed']),
  said: z.string().describe('what happened last, and what is to be done'),
  at: TimeMs,
  entry: z.number().int().nullable(),
})

export const NettingInfo = z.object({
  id: Hex32,
  code: AssetCode,
  scale: Scale,
  expiry: TimeMs,
  state: z.enum(['asked', 'signed', 'entered', 'refused', 'expired']),
  said: z.string(),
  at: TimeMs,
  entry: z.number().int().nullable(),
  participants: z.array(z.object({ community: Hex32, name: z.string(), signed: z.boolean() })),
  changes: z.array(z.object({ debtor: Hex32, creditor: Hex32, amount: FineAmount })),
  lessOwed: FineAmount.describe('by how much the debts of this community shrink, and its claims as much'),
})

/** How the own log and the other side see what is between the two. */
export const CounterpartyStatement = z.object({
  community: Hex32,
  name: z.string(),
  code: AssetCode,
  scale: Scale,
  position: FineAmount.describe('above 0: this community owes the other one'),
  onTheWay: FineAmount,
  frozen: z.boolean(),
  theirs: z
    .object({ position: FineAmount.describe('from this side: above 0 we owe them'), onTheWay: FineAmount, at: TimeMs })
    .nullable()
    .describe('what the other side signed; null when it could not be asked'),
  said: z.string().describe('how the two compare, in words'),
  period: z.string().describe('the month of the lines, YYYY-MM'),
  opening: FineAmount.describe('the position when the month began'),
  lines: z.array(
    z.object({
      entry: z.number().int(),
      at: TimeMs,
      kind: z.string(),
      amount: FineAmount.describe('what it added to the position'),
      position: FineAmount.describe('after it'),
    }),
  ),
})

/** Body of POST /refunds. */
export const RefundRequest = z.object({ receipt: z.number().int().min(0), reason: Said.default('') })
/** A purchase that can be taken back. */
export const PurchaseInfo = z.object({
  receipt: z.number().int(),
  payer: Hex32,
  disputed: z.boolean(),
  amount: Amount,
  asset: AssetInfo,
  release: z.string().nullable(),
  releaseTitle: z.string().nullable(),
  at: TimeMs,
})

/** Body of POST /desk/gifts: out of what the community itself holds. */
export const GiveCredit = z.object({ account: Hex32, amount: Amount, reason: Said.default('') })
/** A payment that the next community has not answered, long after it expired: more of them than the line's limit allows to give up by itself. */
export const UnansweredInfo = z.object({
  community: Hex32,
  name: z.string(),
  sequence: z.number().int(),
  amount: FineAmount.describe('what returns to whoever paid'),
  code: AssetCode,
  scale: Scale,
  expiry: TimeMs,
})

/** Body of POST /write-offs. */
export const WriteOff = z.object({ community: Hex32, sequence: z.number().int().min(1) })

export type DeskWords = z.infer<typeof DeskWords>
export type TakeIn = z.infer<typeof TakeIn>
export type DeskNoteInfo = z.infer<typeof DeskNoteInfo>
export type IssueCards = z.infer<typeof IssueCards>
export type CardBatchInfo = z.infer<typeof CardBatchInfo>
export type PrintedCards = z.infer<typeof PrintedCards>
export type CheckedCard = z.infer<typeof CheckedCard>
export type SetLine = z.infer<typeof SetLine>
export type LineAnswer = z.infer<typeof LineAnswer>
export type RailInfo = z.infer<typeof RailInfo>
export type ProposeSettlement = z.infer<typeof ProposeSettlement>
export type SettlementInfo = z.infer<typeof SettlementInfo>
export type NettingInfo = z.infer<typeof NettingInfo>
export type CounterpartyStatement = z.infer<typeof CounterpartyStatement>
export type RefundRequest = z.infer<typeof RefundRequest>
export type PurchaseInfo = z.infer<typeof PurchaseInfo>
export type GiveCredit = z.infer<typeof GiveCredit>
export type UnansweredInfo = z.infer<typeof UnansweredInfo>
export type WriteOff = z.infer<typeof WriteOff>
