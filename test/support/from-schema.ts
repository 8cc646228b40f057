import fc from 'fast-check'
import type { Seeded } from './seeded.ts'

/** As much of JSON Schema 2020-12 as the API's own document uses. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

export interface Sources {
  readonly shapes: Readonly<Record<string, JsonSchema>>
  /** Names of things that exist: ids, keys, amounts. */
  readonly names: readonly string[]
  /** What is said where anything may be. */
  readonly texts: readonly string[]
}

const DEPTH_MAX = 6

/** A value that the schema takes, made of names that exist and of texts that nobody wishes for. The same for the same random numbers. */
export function fromSchema(random: Seeded, schema: JsonSchema, sources: Sources, depth = 0): unknown {
  const inner = (one: JsonSchema) => fromSchema(random, one, sources, depth + 1)
  if (schema.$ref !== undefined) return inner(sources.shapes[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  const choice = schema.anyOf ?? schema.oneOf
  if (choice !== undefined) return inner(random.pick(choice))
  const type = typeof schema.type === 'object' ? random.pick(schema.type) : schema.type
  switch (type) {
    case 'string':
      return aString(random, schema, sources)
    case 'integer':
    case 'number':
      return aNumber(random, schema)
    case 'boolean':
      return random.next() < 0.5
    case 'null':
      return null
    case 'array': {
      const from = schema.minItems ?? 0
      const most = depth > DEPTH_MAX ? from : Math.min(schema.maxItems ?? 3, from + 3)
      return Array.from({ length: from + random.int(most - from + 1) }, () => inner(schema.items ?? {}))
    }
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name) === true || (depth < DEPTH_MAX && random.next() < 0.6))
          .map(([name, one]) => [name, inner(one)]),
      )
    default:
      return random.pick<unknown>([null, 0, true, [], {}, random.pick(sources.texts)])
  }
}

function aString(
  random: Seeded,
  { pattern, minLength = 0, maxLength = 4_000 }: JsonSchema,
  { names, texts }: Sources,
): string {
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength
  if (pattern !== undefined) {
    const form = new RegExp(pattern)
    const known = names.filter(name => form.test(name) && fits(name))
    if (known.length > 0 && random.next() < 0.8) return random.pick(known)
    const [made = ''] = fc.sample(fc.stringMatching(form), { seed: random.int(2 ** 31), numRuns: 1 })
    return fits(made) || known.length === 0 ? made : random.pick(known)
  }
  const text = (random.next() < 0.3 ? random.pick(names) : random.pick(texts)).slice(0, maxLength)
  return text.length >= minLength ? text : text.padEnd(minLength, '.')
}

function aNumber(random: Seeded, { type, minimum, maximum }: JsonSchema): number {
  const low = Math.max(minimum ?? -1_000, Number.MIN_SAFE_INTEGER)
  const high = Math.min(maximum ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  const value = random.pick([
    low,
    high,
    Math.min(high, Math.max(low, 1)),
    Math.min(high, Math.max(low, Date.now())),
    low + random.int(1_000),
  ])
  return type === 'integer' ? Math.trunc(Math.min(value, high)) : Math.min(value, high)
}
