import { z } from 'zod'
import { Amount, AssetInfo, Hex32, ReleaseId } from './basics.ts'

/** What a release costs; minor units of `asset`. */
export const PriceInfo = z.object({
  asset: AssetInfo,
  stream: Amount.describe('for 30 seconds of playing; 0: free'),
  download: Amount.nullable().describe('for the originals; null: they are not sold'),
})

/** What a month as a supporting member costs; minor units of `asset`. */
export const MembershipInfo = z.object({ asset: AssetInfo, month: Amount })

export const SetPrice = z.object({ stream: Amount, download: Amount.nullable() })
export const SetMembership = z.object({ month: Amount.describe('0 ends the offer') })

/** Body of POST /streams: the newest of what a listener signed; exactly one of the two. */
export const StreamSigned = z.object({
  voucher: z.string().max(2_000).optional().describe('signed voucher bytes, base64: a release of this community'),
  order: z.string().max(4_000).optional().describe('signed `value/transfer`, base64: a release of another community'),
  last: z.boolean().default(false).describe('playing has ended: the entry is written now, and the rest returns'),
})
export const StreamKept = z.object({
  amount: Amount.describe('signed for in this session so far'),
  receipt: z.number().int().nullable().describe('log index, when it became an entry'),
})

/** Body of POST /releases/:id/originals: an envelope `catalog/originals` {release} by the buyer, base64. */
export const AskOriginals = z.object({ envelope: z.string().max(4_000) })
export const OriginalFile = z.object({
  track: z.number().int().describe('from 0'),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.number().int(),
  url: z.string().describe('good for an hour'),
})
export const Originals = z.object({ release: ReleaseId, files: z.array(OriginalFile) })
/** Who may have the originals of which release. */
export const Owned = z.object({ release: ReleaseId, community: Hex32, index: z.number().int() })

export type PriceInfo = z.infer<typeof PriceInfo>
export type MembershipInfo = z.infer<typeof MembershipInfo>
export type SetPrice = z.infer<typeof SetPrice>
export type SetMembership = z.infer<typeof SetMembership>
export type StreamSigned = z.infer<typeof StreamSigned>
export type StreamKept = z.infer<typeof StreamKept>
export type OriginalFile = z.infer<typeof OriginalFile>
export type Originals = z.infer<typeof Originals>
export type Owned = z.infer<typeof Owned>
