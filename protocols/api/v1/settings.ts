import { z } from 'zod'
import { Hex32, TimeMs } from './basics.ts'

/** Shapes of what an operator decides about a stage on its page, and of who may join. */

export const Joining = z
  .enum(['everyone', 'invited', 'nobody'])
  .describe('whose first words the stage takes: anybody’s, those of people with an invite, or nobody’s')

/** Longest place in characters: a town, a hall and how to find its door. */
const PLACE_CHARS_MAX = 120
const TIME_ZONE_CHARS_MAX = 60
const FIXED = z.string().nullable().describe('why it cannot be changed here, in a sentence; null: it can')

export const StageSettings = z.object({
  place: z.string(),
  timeZone: z.string().nullable().describe('IANA name, such as Europe/Lisbon; null: not said'),
  language: z.string().nullable().describe('of the page, for visitors who chose none; null: as their browser says'),
  currency: z.object({ code: z.string(), scale: z.number().int().describe('decimals'), fixed: FIXED }),
  joining: Joining,
  cacheCap: z.object({ bytes: z.number().int(), fixed: FIXED }),
  step: z.number().int().nullable().describe('of the first run, where it goes on; null: not under way'),
})

/** What is left out stays as it is. */
export const SetSettings = z.object({
  place: z.string().trim().max(PLACE_CHARS_MAX).optional(),
  timeZone: z.string().min(1).max(TIME_ZONE_CHARS_MAX).nullable().optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .nullable()
    .optional(),
  currency: z
    .object({ code: z.string().regex(/^[A-Z][A-Z0-9]{2,7}$/), scale: z.number().int().min(0).max(9) })
    .optional(),
  joining: Joining.optional(),
  cacheCapBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  step: z.number().int().min(0).max(20).nullable().optional(),
})

/** Uses of one invite: a village; and days until it ends: a season. */
const USES_MAX = 1_000
const DAYS_MAX = 365

export const MakeInvite = z.object({
  label: z.string().trim().max(80).default('').describe('for the operator: whom it is for'),
  uses: z.number().int().min(1).max(USES_MAX).default(1),
  days: z.number().int().min(1).max(DAYS_MAX).default(14),
})

export const InviteInfo = z.object({
  id: z.string().describe('16 hex digits; not the code'),
  label: z.string(),
  uses: z.number().int(),
  used: z.number().int(),
  createdAt: TimeMs,
  expiresAt: TimeMs,
  state: z.enum(['open', 'used', 'expired', 'revoked']),
})

export const NewInvite = InviteInfo.extend({
  code: z.string().describe('22 characters; told this once, the stage keeps only its hash'),
})

export const InviteId = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) })

export const JoinRequest = z.object({
  code: z.string().min(1).max(64),
  envelope: z.string().min(1).max(4_096).describe('`access/join`, signed by whoever joins, base64'),
})

export const MemberInfo = z.object({
  key: Hex32,
  joined: z.boolean().describe('whether the stage takes what this key says'),
})

export type Joining = z.infer<typeof Joining>
export type StageSettings = z.infer<typeof StageSettings>
export type SetSettings = z.input<typeof SetSettings>
export type MakeInvite = z.input<typeof MakeInvite>
export type InviteInfo = z.infer<typeof InviteInfo>
export type NewInvite = z.infer<typeof NewInvite>
export type MemberInfo = z.infer<typeof MemberInfo>
