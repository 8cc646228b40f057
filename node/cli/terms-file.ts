import { z } from 'zod'
import { StageError } from '#node/errors.ts'
import {
  type AgreementTerms,
  decodeTerms,
  encodeTerms,
  GROSS_KINDS,
  RIGHTS,
  ROLES,
} from '#protocols/catalog/v1/agreement.ts'
import { clean, parseAmount } from './format.ts'

/** Decimal places of the amounts in terms. */
const FINE_SCALE = 9

const hex32 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, '64 hex digits')
  .transform(text => new Uint8Array(Buffer.from(text, 'hex')))
/** Percent with at most two decimals, as hundredths of a percent. */
const percent = z
  .number()
  .min(0)
  .max(100)
  .refine(value => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, 'a percentage has at most two decimals')
  .transform(value => Math.round(value * 100))
const amount = z.string().transform((text, context) => {
  const fine = parseAmount(text, FINE_SCALE)
  if (fine === null) context.addIssue('an amount is a text such as "12.50"')
  return fine ?? 0n
})
const id = z.string()

const share = z.strictObject({
  party: id.nullable().default(null),
  agreement: hex32.nullable().default(null),
  right: z.enum(RIGHTS).default('all'),
  percent,
})
const column = z
  .strictObject({ weight: percent.default(10_000), shares: z.array(share) })
  .transform(({ weight, shares }) => ({
    weight,
    shares: shares.map(({ percent: of, ...rest }) => ({ ...rest, shares: of })),
  }))

const payee = z.strictObject({
  party: id,
  escalator: z
    .strictObject({ to: id, tiers: z.array(z.strictObject({ above: amount, keeps: percent })) })
    .nullable()
    .default(null),
  advance: z.strictObject({ amount, to: id, rate: percent }).nullable().default(null),
  reserve: z.strictObject({ rate: percent, periods: z.number() }).nullable().default(null),
  cap: z.strictObject({ amount, to: id }).nullable().default(null),
  guarantee: z.strictObject({ amount, from: id }).nullable().default(null),
  withholding: z
    .strictObject({ rate: percent, name: id, to: id.nullable().default(null) })
    .nullable()
    .default(null),
  threshold: amount.nullable().default(null),
})

const file = z.strictObject({
  title: z.string(),
  release: z.string().nullable().default(null),
  previous: hex32.nullable().default(null),
  first: hex32.nullable().default(null),
  from: z.string().nullable().default(null),
  asset: z.string().nullable().default(null),
  parties: z.array(
    z.strictObject({
      id,
      name: z.string(),
      key: hex32.nullable().default(null),
      roles: z.array(z.enum(ROLES)).default([]),
      ipi: z.string().nullable().default(null),
      isni: z.string().nullable().default(null),
    }),
  ),
  works: z.array(z.strictObject({ title: z.string(), iswc: z.string().nullable().default(null) })).default([]),
  recordings: z.array(z.strictObject({ title: z.string(), isrc: z.string().nullable().default(null) })).default([]),
  gross: z
    .array(
      z.strictObject({
        kind: z.enum(GROSS_KINDS),
        name: id,
        party: id.nullable().default(null),
        rate: percent,
        upTo: amount.nullable().default(null),
      }),
    )
    .default([]),
  composition: column.nullable().default(null),
  master: column.nullable().default(null),
  payees: z.array(payee).default([]),
})

const refuse = (message: string): never => {
  throw new StageError('bad-arguments', message)
}

/** Terms as people write them (JSON, percentages and decimal amounts), as the canonical bytes that parties sign. */
export function termsFromJson(text: string): Uint8Array {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('The terms are no JSON file.')
  }
  const read = file.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    return refuse(`The terms cannot be used. ${clean(issue?.path.join('.') ?? '')}: ${clean(issue?.message ?? '')}.`)
  }
  const { release: subject, ...rest } = read.data
  const bytes = encodeTerms({ ...rest, subject } satisfies AgreementTerms)
  const checked = decodeTerms(bytes)
  return checked.ok
    ? bytes
    : refuse(`The terms cannot be used. ${clean(checked.error.path)}: ${clean(checked.error.message)}.`)
}
