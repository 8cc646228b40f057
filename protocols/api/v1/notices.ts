import { z } from 'zod'
import { AssetInfo, FineAmount, Hex32, TimeMs } from './basics.ts'

/** Notices in one answer, newest first. */
export const NOTICES_MAX = 60

export const Notice = z.object({
  id: z.string().describe('stable: the same thing has the same id tomorrow'),
  kind: z.enum(['mention', 'release', 'event', 'appeal', 'report', 'money']),
  at: TimeMs,
  community: Hex32,
  communityName: z.string(),
  who: z.string().describe('who said it, or the artist; may be empty'),
  text: z.string().describe('what was said, a title, or a reason; at most 200 characters'),
  link: z.string().describe('path on the page'),
  upheld: z.boolean().nullable().describe('of an appeal: whether it was granted'),
  amount: FineAmount.nullable(),
  asset: AssetInfo.nullable(),
})

export const NoticesInfo = z.object({
  notices: z.array(Notice),
  names: z.array(z.string()).describe('that count as calling this key'),
  follows: z.array(Hex32).describe('communities that this key says it follows'),
  nextAt: TimeMs.nullable().describe('when the next event begins of which there will be a notice'),
})

const ids = z.string().regex(/^[0-9a-f]{64}(?:,[0-9a-f]{64}){0,19}$/)

export const NoticesQuery = z.object({
  key: Hex32,
  name: z.string().max(40).default('').describe('as claimed: whoever calls it calls this key'),
  since: z.coerce.number().int().min(0).default(0),
  reported: ids.optional().describe('ids of events that this device reported, at most 20'),
})

export type Notice = z.infer<typeof Notice>
export type NoticesInfo = z.infer<typeof NoticesInfo>
export type NoticesQuery = z.infer<typeof NoticesQuery>
