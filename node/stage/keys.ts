import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'

export const hex = (bytes: Uint8Array): string => asText(bytes, 'hex')
export const base64 = (bytes: Uint8Array): string => asText(bytes, 'base64pad')

/** Reads 32 bytes of hex from an API parameter. */
export function key32(text: string, what: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new StageError('bad-request', `${what} is 64 hex digits, such as the page shows it.`)
  }
  return fromString(text, 'hex')
}

export const optionalKey32 = (text: string | undefined, what: string): Uint8Array | null =>
  text === undefined ? null : key32(text, what)

/** Asks once for each community, for as long as a list is made: most of its lines are about the same few. */
export function askedOnce<T>(of: (community: Uint8Array) => T): (community: Uint8Array) => T {
  const known = new Map<string, T>()
  return community => {
    const key = hex(community)
    const value = known.has(key) ? (known.get(key) as T) : of(community)
    known.set(key, value)
    return value
  }
}
