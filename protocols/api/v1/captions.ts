import { z } from 'zod'
import { LANGUAGE_PATTERN } from '../../catalog/v1/captions.ts'

export const Language = z.string().regex(LANGUAGE_PATTERN).describe('a BCP 47 tag such as en or pt-BR')

export const CaptionsInfo = z.object({
  language: Language,
  cues: z.array(z.object({ at: z.number().int(), until: z.number().int(), text: z.string() })).describe('ms'),
})

/** Longer than any words of a track. */
const CAPTIONS_CHARS_MAX = 64_000

export const CaptionsFile = z.object({
  language: Language,
  text: z.string().max(CAPTIONS_CHARS_MAX).describe('a file as it is: WebVTT, SubRip or timed lyrics (LRC)'),
})

export const SetCaptions = CaptionsFile.extend({
  track: z.number().int().min(0).max(99),
}).describe('an empty text takes them away')

export type CaptionsInfo = z.infer<typeof CaptionsInfo>
export type SetCaptions = z.infer<typeof SetCaptions>
