import { CID } from 'multiformats/cid'
import { CodecError } from './codec-error.ts'

/** Checks a decoded value and gives it its type, or throws `CodecError` ('wrong-shape') that names the path. */
export type Shape<T> = (value: unknown, path: string) => T

export function wrongShape(path: string, message: string): never {
  throw new CodecError('wrong-shape', message, path)
}

/** An integer from `min` to `max` inclusive, both within +-(2^53 - 1). */
export const int =
  (min: number, max: number): Shape<number> =>
  (value, path) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : wrongShape(path, `expected an integer from ${min} to ${max}`)

export const uint = (max: number = Number.MAX_SAFE_INTEGER): Shape<number> => int(0, max)

/** The last moment that dates can name, ms since the Unix epoch (ECMA-262, "Time Values and Time Range"): 13 September 275760. */
export const TIME_MS_MAX = 8_640_000_000_000_000

/** A moment that people are shown, ms since the Unix epoch. */
export const moment: Shape<number> = uint(TIME_MS_MAX)

const UINT64_MAX = (1n << 64n) - 1n

/** An unsigned 64-bit integer, always a bigint in memory: the shape of every amount of money. */
export const uint64: Shape<bigint> = (value, path) => {
  const big = typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value
  return typeof big === 'bigint' && big >= 0n && big <= UINT64_MAX
    ? big
    : wrongShape(path, 'expected an unsigned 64-bit integer')
}

export const boolean: Shape<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : wrongShape(path, 'expected true or false')

/** Bytes of an exact length. */
export const bytes =
  (length: number): Shape<Uint8Array> =>
  (value, path) =>
    value instanceof Uint8Array && value.length === length ? value : wrongShape(path, `expected ${length} bytes`)

/** Bytes up to a length. */
export const bytesUpTo =
  (lengthMax: number): Shape<Uint8Array> =>
  (value, path) =>
    value instanceof Uint8Array && value.length <= lengthMax
      ? value
      : wrongShape(path, `expected at most ${lengthMax} bytes`)

// C0 and C1 controls, line and paragraph separators, and bidirectional overrides: they hide or reorder what people read.
const UNSAFE_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const UNSAFE_TEXT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u

/** Text that people read: non-empty unless `min` is 0, at most `max` UTF-16 units, one line, no control characters. */
export const line =
  (max: number, min = 1): Shape<string> =>
  (value, path) => {
    if (typeof value !== 'string' || value.length < min || value.length > max)
      return wrongShape(path, `expected ${min} to ${max} characters`)
    return UNSAFE_LINE.test(value) || !value.isWellFormed()
      ? wrongShape(path, 'control characters are not allowed')
      : value
  }

/** As `line`, but newlines are allowed. */
export const text =
  (max: number, min = 1): Shape<string> =>
  (value, path) => {
    if (typeof value !== 'string' || value.length < min || value.length > max)
      return wrongShape(path, `expected ${min} to ${max} characters`)
    return UNSAFE_TEXT.test(value) || !value.isWellFormed()
      ? wrongShape(path, 'control characters are not allowed')
      : value
  }

export const matching =
  (pattern: RegExp, what: string): Shape<string> =>
  (value, path) =>
    typeof value === 'string' && pattern.test(value) ? value : wrongShape(path, `expected ${what}`)

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Shape<T> =>
  (value, path) =>
    allowed.includes(value as T) ? (value as T) : wrongShape(path, `expected one of ${allowed.join(', ')}`)

export const cid: Shape<CID> = (value, path) => CID.asCID(value) ?? wrongShape(path, 'expected a CID')

export const nullable =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, path) =>
    value === null ? null : shape(value, path)

export const list =
  <T>(item: Shape<T>, max: number, min = 0): Shape<T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return wrongShape(path, `expected a list of ${min} to ${max}`)
    return value.map((entry, index) => item(entry, `${path}[${index}]`))
  }

export const tuple =
  <T extends readonly unknown[]>(...items: { [K in keyof T]: Shape<T[K]> }): Shape<T> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length !== items.length)
      return wrongShape(path, `expected a list of exactly ${items.length}`)
    return items.map((item, index) => item(value[index], `${path}[${index}]`)) as unknown as T
  }

const plainMap = (value: unknown, path: string): Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  CID.asCID(value) === null
    ? (value as Record<string, unknown>)
    : wrongShape(path, 'expected a map')

/** A map from text to one shape, at most `max` keys. */
export const mapOf =
  <T>(key: Shape<string>, item: Shape<T>, max: number): Shape<Map<string, T>> =>
  (value, path) => {
    const entries = Object.entries(plainMap(value, path))
    if (entries.length > max) return wrongShape(path, `expected at most ${max} keys`)
    return new Map(entries.map(([name, entry]) => [key(name, path), item(entry, `${path}.${name}`)]))
  }

type Fields<T> = { [K in keyof T]: Shape<T[K]> }

function readFields<T>(fields: Fields<T>, record: Record<string, unknown>, path: string): T {
  const out = {} as T
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const at = path === '' ? name : `${path}.${name}`
    if (!Object.hasOwn(record, name)) return wrongShape(at, 'is missing')
    out[name] = fields[name](record[name], at)
  }
  return out
}

/** A map with exactly these keys: an unknown key is refused, so a signature covers nothing that goes unread. */
export const struct =
  <T extends object>(fields: Fields<T>): Shape<T> =>
  (value, path) => {
    const record = plainMap(value, path)
    for (const name of Object.keys(record))
      if (!Object.hasOwn(fields, name)) return wrongShape(path, `unknown field ${JSON.stringify(name.slice(0, 40))}`)
    return readFields(fields, record, path)
  }

/** A map with at least these keys: others are ignored, for messages that newer versions may extend. */
export const openStruct =
  <T extends object>(fields: Fields<T>): Shape<T> =>
  (value, path) =>
    readFields(fields, plainMap(value, path), path)

/** One of several maps, told apart by the text in `t`. */
export function tagged<T>(shapes: Readonly<Record<string, Shape<T>>>): Shape<T> {
  return (value, path) => {
    const name = typeof value === 'object' && value !== null ? (value as { t?: unknown }).t : undefined
    if (typeof name !== 'string' || !Object.hasOwn(shapes, name)) return wrongShape(path, 'unknown message type')
    return (shapes[name] as Shape<T>)(value, path)
  }
}
