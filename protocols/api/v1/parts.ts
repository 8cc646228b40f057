import { z } from 'zod'
import { CAPABILITIES, PART_TAG_PATTERN, PLACES } from '../../parts/v1/constants.ts'

export const PartTag = z.string().regex(PART_TAG_PATTERN).describe('name of a part')
const Version = z.string().min(1).max(40).describe('as its author counts, such as 1.2.0')
const Title = z.string().min(1).max(80)
const Capabilities = z.array(z.enum(CAPABILITIES)).max(CAPABILITIES.length)

export const GuestPartInfo = z.object({
  tag: PartTag,
  title: Title,
  version: Version,
  url: z.string(),
  integrity: z.string(),
  bytes: z.number().int(),
  place: z.enum(PLACES),
  capabilities: Capabilities,
  on: z.boolean(),
  earlier: z.array(z.string()).describe('versions to roll back to, newest first'),
})

export const PartsInfo = z.object({
  seq: z.number().int(),
  own: z.array(z.object({ tag: PartTag, on: z.boolean() })).describe('parts of the page itself'),
  guests: z.array(GuestPartInfo),
})

export const PutPart = z.object({
  version: Version,
  title: Title,
  place: z.enum(PLACES).default('page'),
  capabilities: z
    .string()
    .max(200)
    .default('')
    .transform(list => list.split(',').filter(name => name !== ''))
    .pipe(Capabilities)
    .describe('names with commas between'),
})

export type GuestPartInfo = z.infer<typeof GuestPartInfo>
export type PartsInfo = z.infer<typeof PartsInfo>
