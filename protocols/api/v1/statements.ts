import { z } from 'zod'
import { AssetInfo, Hex32 } from './schemas.ts'

/** Shapes of `/api/v1` around statements, explanations and trials of agreements. */
export const STATEMENT_FORMATS = ['bundle', 'csv', 'dsr', 'ledger', 'beancount'] as const
export const StatementFormat = z.enum(STATEMENT_FORMATS)

export const StatementQuery = z.object({
  party: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('id of a party, an account of 64 hex digits, or peer:<community>; everybody when left out'),
  period: z
    .string()
    .regex(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/)
    .describe('month in UTC, such as 2026-11'),
  format: StatementFormat,
})

export const WhatIfRequest = z.object({
  agreement: z
    .string()
    .regex(/^(?:[0-9a-f]{64}|[0-9a-f]{32})$/)
    .describe('hash of an agreement, or a release id'),
  gross: z
    .string()
    .regex(/^[0-9]{1,20}(?:\.[0-9]{1,9})?$/)
    .describe('decimal amount, such as 100 or 12.50'),
})

export const DivisionLineInfo = z.object({
  holder: z.string().describe('whose balance would grow'),
  party: z.string(),
  amount: z.string().describe('decimal with nine places'),
  tag: z.string().describe('why, in a word'),
})

export const WhatIfAnswer = z.object({
  agreement: Hex32,
  title: z.string(),
  gross: z.string(),
  asset: AssetInfo,
  steps: z.array(z.string()).describe('sentences, in the order of the waterfall'),
  lines: z.array(DivisionLineInfo),
  notes: z.array(z.string()),
})

export const Explanation = z.object({
  community: Hex32,
  index: z.number().int(),
  paid: z.string(),
  rule: z.string().nullable(),
  steps: z.array(z.string()),
  gets: z.array(z.string()),
  proof: z.array(z.string()),
})

/** What a signed head says about one place of a log. */
export const LogProof = z.object({
  community: Hex32,
  index: z.number().int(),
  size: z.number().int().describe('entries under the checkpoint'),
  checkpoint: z.string().describe('signed note'),
  leaf: Hex32.nullable().describe('fingerprint of the entry; null while the checkpoint does not reach it'),
  tlogProof: z.string().nullable().describe('C2SP tlog-proof of that entry'),
  commit: z
    .object({ entry: z.string(), proof: z.array(z.string()) })
    .describe('last entry under the checkpoint, base64'),
})

type Of<T extends z.ZodType> = z.infer<T>
export type StatementFormat = Of<typeof StatementFormat>
export type StatementQuery = Of<typeof StatementQuery>
export type WhatIfRequest = Of<typeof WhatIfRequest>
export type WhatIfAnswer = Of<typeof WhatIfAnswer>
export type Explanation = Of<typeof Explanation>
export type LogProof = Of<typeof LogProof>
