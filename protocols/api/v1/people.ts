import { z } from 'zod'
import { Hex32 } from './basics.ts'

export const HandleText = z
  .string()
  .regex(/^[a-z0-9_]{3,20}$/)
  .describe('3 to 20 of a-z, 0-9 and _')

export const PersonHandle = z.object({
  key: Hex32,
  handle: HandleText.nullable().describe('null: none'),
  asked: z.string().nullable().describe('claimed, and not granted or not yet; empty: is being given up'),
})
export type PersonHandle = z.infer<typeof PersonHandle>
