import { z } from 'zod'
import { CHECKS_MAX, DETAIL_CHARS_MAX, RESULT_BYTES_MAX, SOFTWARE_CHARS_MAX } from '../../conformance/v1/constants.ts'

const key = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()

/** What a checker found at this stage, which its operator shows. */
export const ConformanceInfo = z.object({
  suite: z.number().int().describe('number of the list of checks'),
  checker: key.describe('who checked and signed'),
  software: z.string().max(SOFTWARE_CHARS_MAX).describe('what this stage ran then'),
  at: z.number().int().describe('when, ms since the Unix epoch'),
  passed: count,
  failed: count,
  skipped: count,
  checks: z
    .array(
      z.object({
        name: z.string(),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        detail: z.string().max(DETAIL_CHARS_MAX),
      }),
    )
    .max(CHECKS_MAX),
  result: z.base64().describe('the result with both signatures: protocols/conformance/v1'),
})
export type ConformanceInfo = z.infer<typeof ConformanceInfo>

export const PublishConformance = z.object({
  result: z
    .base64()
    .max(Math.ceil(RESULT_BYTES_MAX / 3) * 4)
    .describe('a result of `bandstand conformance` about this stage'),
})
