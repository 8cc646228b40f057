import { z } from 'zod'

/** Binary is hex (keys, ids) or base64 (envelopes, entries); money is a decimal string of integer units. */
export const Hex32 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('32 bytes as lower-case hex')
export const ReleaseId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .describe('release id, 16 bytes as lower-case hex')
export const Amount = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,19})$/)
  .describe('integer units of 10^-scale of the asset')
export const FineAmount = z
  .string()
  .regex(/^-?(0|[1-9][0-9]{0,28})$/)
  .describe('integer units of 10^-9 of the asset, whatever its scale')
/** The last moment that dates can name (ECMA-262): what a request may ask for. */
export const LaterMs = z.number().int().min(0).max(8_640_000_000_000_000).describe('milliseconds since the Unix epoch')
export const TimeMs = z.number().int().min(0).describe('milliseconds since the Unix epoch')
export const RoomId = z
  .string()
  .regex(/^(?:main|[0-9a-f]{32})$/)
  .describe('main, or a release id')

export const AssetInfo = z.object({ code: z.string(), scale: z.number().int(), issuer: Hex32 })
export type AssetInfo = z.infer<typeof AssetInfo>
