import { z } from 'zod'
import { Amount, AssetInfo, FineAmount, Hex32, ReleaseId, TimeMs } from './basics.ts'

/** Body of POST /events: one signed envelope (`protocols/envelope/v1`), base64. */
export const SubmitEvent = z.object({
  envelope: z.string().max(90_000).describe('envelope bytes, base64'),
  work: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe('nonce, after work-needed'),
})
export const SubmitResult = z.object({
  id: Hex32,
  status: z.enum(['accepted', 'known']),
  receipt: z.number().int().nullable().describe('log index, when the event became a receipt'),
  ack: z
    .string()
    .nullable()
    .describe('signed promise that this order is that log entry, base64 (`protocols/ledger/v1/ack`); worth keeping'),
})

/** Body of POST /vouchers: what the holder of a channel signed. */
export const SubmitVoucher = z.object({ voucher: z.string().max(2_000).describe('signed voucher bytes, base64') })

export const Wallet = z.object({
  account: z.string(),
  balance: Amount.describe('what can be spent or paid out now'),
  fine: FineAmount.describe('the same with what is smaller than the smallest unit'),
  seq: z.number().int().min(0).describe('highest order sequence executed: the next order needs a higher one'),
  asset: AssetInfo,
})
export const IssueCredit = z.object({ account: Hex32, amount: Amount, evidence: z.string().min(1).max(200) })

export const ReceiptText = z.object({
  text: z.string().nullable().describe('what the desk wrote beside a receipt; null when it was erased'),
})

/** accepted: durable here, and promised. signed: under a signed checkpoint. final: certified by a quorum, or by the community while it stands alone. */
export const Finality = z.enum(['accepted', 'signed', 'final'])

export const ReceiptLine = z.object({
  party: z.string().describe('id within the agreement; empty for what no party receives'),
  name: z.string().describe('the party, for a person'),
  amount: FineAmount,
  tag: z.string().describe('why: share, recoup, reserve, tax, fee, cost, withholding'),
  holder: z.string().describe('whose balance grew'),
  state: z
    .enum(['paid', 'waiting', 'reserved', 'other'])
    .describe('waiting: held for the party until it has signed or a dispute is settled'),
})
export const ReceiptInfo = z.object({
  community: Hex32,
  communityName: z.string(),
  index: z.number().int(),
  kind: z.enum([
    'issue',
    'redeem',
    'tip',
    'purchase',
    'stream',
    'download',
    'account',
    'channel-open',
    'channel-close',
    'agreement',
    'period-close',
    'genesis',
    'commit',
    'transfer-out',
    'transfer-in',
    'transfer-end',
    'give',
    'gift',
    'refund',
    'dispute',
    'settle',
    'net',
    'line',
    'head',
    'write-off',
  ]),
  release: ReleaseId.nullable(),
  releaseTitle: z.string().nullable(),
  agreement: Hex32.nullable(),
  amount: Amount,
  asset: AssetInfo,
  at: TimeMs,
  payer: z.string().nullable().describe('account that paid or ordered; null for a credit'),
  credited: z.string().nullable().describe('account that was credited'),
  peer: Hex32.nullable().optional().describe('the other community, of what crosses between two'),
  peerName: z.string().nullable().optional(),
  lines: z.array(ReceiptLine),
  leafHash: Hex32,
  own: z.boolean(),
  verified: z.boolean().describe('signature and inclusion checked, and the entry re-executed, on this machine'),
  finality: Finality,
})

export const SeatInfo = z.object({
  name: z.string().describe('key name in notes'),
  key: Hex32,
  community: z.string().describe('who holds it, hex; empty when unknown here'),
  communityName: z.string(),
  operator: z.string(),
  weight: z.number().int().describe('how many seats its stake holds'),
  cosigned: z.boolean().describe('whether it cosigned the newest certified checkpoint'),
  ejected: z.boolean(),
})
export const CommitteeInfo = z.object({
  epoch: z.number().int(),
  total: z.number().int().describe('1: the log stands alone and certifies itself'),
  quorum: z.number().int(),
  signed: z.number().int().describe('seats that cosigned the newest certified checkpoint'),
  seats: z.array(SeatInfo),
})

export const ReceiptProof = ReceiptInfo.extend({
  entry: z.string().describe('entry bytes, base64'),
  checkpoint: z.string().describe('signed note with its cosignatures'),
  proof: z.array(z.string()).describe('inclusion proof, base64 hashes'),
  committee: CommitteeInfo.describe('who had to certify that checkpoint'),
})

export const LogInfo = z.object({
  community: Hex32,
  origin: z.string(),
  size: z.number().int(),
  signedSize: z.number().int(),
  finalSize: z.number().int(),
  root: Hex32,
  checkpoint: z.string().describe('newest signed note'),
  certified: z.string().nullable().describe('newest note that is final'),
  state: z.enum(['running', 'halted']),
  reason: z.string().nullable().describe('why it is halted, and what to do'),
  committee: CommitteeInfo,
})

export const PartyInfo = z.object({
  party: z.string().describe('id within the agreement'),
  name: z.string(),
  account: Hex32.nullable().describe('the key that signs for it; null while it has none'),
  shares: z
    .number()
    .int()
    .nullable()
    .describe('hundredths of a percent of what is divided, before clauses; null when another agreement decides'),
  standing: z.enum(['active', 'unsigned', 'disputed']),
  waiting: FineAmount.describe('held until the party has signed, or the dispute is settled'),
  signedOff: z
    .object({ at: TimeMs, account: Hex32, envelope: z.string().describe('access/sign-off, base64') })
    .nullable()
    .describe('what a party without an account signed through a link'),
})
export const AgreementInfo = z.object({
  hash: Hex32,
  community: Hex32,
  release: ReleaseId.nullable(),
  releaseTitle: z.string().nullable(),
  inForce: z.boolean(),
  active: z.boolean().describe('every party that has an account signed'),
  parties: z.array(PartyInfo),
  terms: z.string().describe('terms bytes, base64'),
  asset: AssetInfo,
})
export const ProposeAgreement = z.object({ terms: z.string().min(1).max(24_000).describe('terms bytes, base64') })
/** A link is the page of the release's agreement with `#sign=<party>.<code>`. */
export const SignOffLink = z.object({
  party: z.string(),
  code: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('shown once; a new link replaces the one before'),
  until: TimeMs,
})
export const AskSignOff = z.object({ party: z.string().min(1).max(80) })
export const SignOff = AskSignOff.extend({
  code: z.string().regex(/^[0-9a-f]{32}$/),
  envelope: z.string().max(2_000).describe('access/sign-off with {agreement, party}, signed by the party, base64'),
})
export const SettleParty = z.object({ party: z.string().min(1).max(80), account: Hex32 })

export const MemberInfo = z.object({
  community: Hex32,
  name: z.string(),
  operator: z.string(),
  stake: z.number().int(),
})
/** A log of another community in which this stage holds a seat. */
export const AuditInfo = z.object({
  community: Hex32,
  name: z.string(),
  size: z.number().int(),
  closed: z.boolean(),
})
export const FederationInfo = z.object({
  epoch: z.number().int().describe('0: no federation yet'),
  charter: z.string().nullable().describe('the signed charter in force, base64'),
  members: z.array(MemberInfo),
  log: LogInfo,
  audits: z.array(AuditInfo),
  evidence: z.number().int(),
})
export const AdoptCharter = z.object({ charter: z.string().min(1).max(100_000).describe('signed charter, base64') })
export const EvidenceInfo = z.object({
  kind: z.string(),
  said: z.string().describe('what it proves, for a person'),
  bytes: z.string().describe('self-contained evidence, base64'),
})

export type SubmitResult = z.infer<typeof SubmitResult>
export type Wallet = z.infer<typeof Wallet>
export type IssueCredit = z.infer<typeof IssueCredit>
export type ReceiptInfo = z.infer<typeof ReceiptInfo>
export type ReceiptLine = z.infer<typeof ReceiptLine>
export type ReceiptProof = z.infer<typeof ReceiptProof>
export type LogInfo = z.infer<typeof LogInfo>
export type CommitteeInfo = z.infer<typeof CommitteeInfo>
export type SeatInfo = z.infer<typeof SeatInfo>
export type SignOffLink = z.infer<typeof SignOffLink>
export type AgreementInfo = z.infer<typeof AgreementInfo>
export type FederationInfo = z.infer<typeof FederationInfo>
export type EvidenceInfo = z.infer<typeof EvidenceInfo>
