import { z } from 'zod'
import { Hex32, RoomId, TimeMs } from './basics.ts'

export const PersonInfo = z.object({
  key: Hex32,
  name: z.string().describe('as last claimed; empty when never'),
  handle: z.string().nullable().describe('that the community granted'),
})

export const Quoted = z.object({
  id: Hex32,
  author: Hex32,
  name: z.string(),
  text: z.string(),
  at: TimeMs,
})

export const ReportInfo = z.object({
  target: Hex32,
  reports: z.number().int(),
  reasons: z.array(z.string()).describe('the latest, at most 5'),
  at: TimeMs.describe('of the latest report'),
  said: Quoted.nullable().describe('the message or comment; null when it is not here'),
})

export const AppealInfo = z.object({
  id: Hex32,
  decision: Hex32,
  author: Hex32,
  name: z.string(),
  text: z.string(),
  at: TimeMs,
  upheld: z.boolean().nullable().describe('null: not answered yet'),
  answer: z.string().describe('the reason of the answer'),
})

export const DecisionInfo = z.object({
  id: Hex32,
  action: z.enum(['hide', 'unhide', 'mute', 'unmute', 'ban', 'unban']),
  target: Hex32,
  until: TimeMs.nullable().describe('when a mute ends; null: no end'),
  reason: z.string(),
  by: Hex32,
  byName: z.string(),
  at: TimeMs,
  holds: z.boolean().describe('whether it is what counts for its target now'),
  name: z.string().describe('of the person, or of who said it'),
  text: z.string().describe('what was hidden or shown'),
  appeal: AppealInfo.nullable(),
})

export const StandingInfo = z.object({
  role: z.enum(['community', 'moderator', 'none']),
  decisions: z.array(DecisionInfo).describe('in force against this key or what it said'),
  lists: z
    .array(z.string())
    .describe('names of communities that banned this key, whose block lists this community honours'),
})

export const RoomInfo = z.object({ slowMs: z.number().int(), closed: z.boolean() })

export const BlockList = z.object({
  community: Hex32,
  at: TimeMs,
  bans: z.array(z.object({ key: Hex32, decision: Hex32, reason: z.string(), at: TimeMs })),
  signed: z.string().describe('the same as one signed envelope of type moderation/blocklist, base64'),
})

export const AskReports = z.object({
  envelope: z
    .string()
    .max(2_000)
    .describe('signed, of type moderation/read, at most two minutes old; good for one answer; base64'),
})

export const ReportQueue = z.object({ reports: z.array(ReportInfo), decisions: z.array(DecisionInfo) })

export const BlockListPreview = z.object({
  community: Hex32,
  name: z.string(),
  on: z.boolean(),
  bans: z.number().int(),
  here: z
    .array(
      PersonInfo.extend({
        reason: z.string(),
        at: TimeMs.describe('of the ban'),
        messages: z.number().int().describe('that they said here'),
        moderator: z.boolean().describe('whether they moderate here'),
      }),
    )
    .describe('of the banned those who spoke here, at most 100'),
  recent: z.array(z.object({ key: Hex32, reason: z.string(), at: TimeMs })).describe('the latest bans, at most 10'),
})

export const ModerationInfo = z.object({
  moderators: z.array(PersonInfo),
  speakers: z.array(PersonInfo).describe('whoever spoke last in the own rooms'),
  reports: z.array(ReportInfo),
  decisions: z.array(DecisionInfo),
  appeals: z.array(AppealInfo).describe('that wait for an answer'),
  lists: z.array(z.object({ community: Hex32, name: z.string(), bans: z.number().int(), on: z.boolean() })),
})

type Of<T extends z.ZodType> = z.infer<T>
export type PersonInfo = Of<typeof PersonInfo>
export type ReportInfo = Of<typeof ReportInfo>
export type AppealInfo = Of<typeof AppealInfo>
export type DecisionInfo = Of<typeof DecisionInfo>
export type StandingInfo = Of<typeof StandingInfo>
export type RoomInfo = Of<typeof RoomInfo>
export type BlockList = Of<typeof BlockList>
export type ModerationInfo = Of<typeof ModerationInfo>
export type ReportQueue = Of<typeof ReportQueue>
export type BlockListPreview = Of<typeof BlockListPreview>

export const InRoom = z.object({ community: Hex32, room: RoomId })
