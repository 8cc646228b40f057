import { bytes, bytesUpTo, list, type Shape, uint, wrongShape } from '../../codec/shape.ts'
import { FINGERPRINT_BYTES, ID_BYTES, IDS_MAX, RANGES_MAX } from './constants.ts'

/**
 * Exclusive upper end of a range: `at` in milliseconds, then a prefix of an id. An id that begins with `prefix` lies
 * above the bound.
 */
export interface Bound {
  readonly at: number
  readonly prefix: Uint8Array
}

/**
 * A range starts where the one before it ends, the first at the lowest key. `upper: null` is the end of all keys.
 * What a message says about it: nothing (`skip`), a fingerprint of the sender's events in it, or all their ids.
 */
export type Range =
  | { readonly upper: Bound | null; readonly mode: 'skip' }
  | { readonly upper: Bound | null; readonly mode: 'fingerprint'; readonly fingerprint: Uint8Array }
  | { readonly upper: Bound | null; readonly mode: 'ids'; readonly ids: readonly Uint8Array[] }

/** `[delta, prefix, content]`: null = skip, 16 bytes = fingerprint, list of 32 bytes = ids; delta null = end. */
type WireRange = readonly [delta: number | null, prefix: Uint8Array, content: null | Uint8Array | readonly Uint8Array[]]

const NO_PREFIX = new Uint8Array(0)

function contentOf(range: Range): WireRange[2] {
  if (range.mode === 'skip') return null
  return range.mode === 'fingerprint' ? range.fingerprint : range.ids
}

/** The wire form: times as differences from the bound before. */
export function rangesToWire(ranges: readonly Range[]): WireRange[] {
  let at = 0
  return ranges.map(range => {
    if (range.upper === null) return [null, NO_PREFIX, contentOf(range)]
    const delta = range.upper.at - at
    at = range.upper.at
    return [delta, range.upper.prefix, contentOf(range)]
  })
}

/** Lexicographic; a prefix of the other comes first. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const prefixShape = bytesUpTo(ID_BYTES)
const fingerprintShape = bytes(FINGERPRINT_BYTES)
const idsShape = list(bytes(ID_BYTES), IDS_MAX)
const deltaShape = uint()

function readUpper(delta: unknown, prefix: Uint8Array, before: Bound, path: string): Bound | null {
  if (delta === null) return prefix.length === 0 ? null : wrongShape(path, 'the end has no prefix')
  const at = before.at + deltaShape(delta, `${path}[0]`)
  if (!Number.isSafeInteger(at)) return wrongShape(path, 'a bound lies beyond the last representable time')
  if (at === before.at && compareBytes(before.prefix, prefix) >= 0) return wrongShape(path, 'bounds must rise')
  return { at, prefix }
}

function readRange(value: unknown, before: Bound, path: string): Range {
  if (!Array.isArray(value) || value.length !== 3) return wrongShape(path, 'expected a list of exactly 3')
  const upper = readUpper(value[0], prefixShape(value[1], `${path}[1]`), before, path)
  const content: unknown = value[2]
  if (content === null) return { upper, mode: 'skip' }
  if (content instanceof Uint8Array)
    return { upper, mode: 'fingerprint', fingerprint: fingerprintShape(content, `${path}[2]`) }
  return { upper, mode: 'ids', ids: idsShape(content, `${path}[2]`) }
}

/** Checks that bounds rise, that nothing follows the end, and that skips are neither doubled nor last. */
export const rangesFromWire: Shape<Range[]> = (value, path) => {
  if (!Array.isArray(value) || value.length > RANGES_MAX)
    return wrongShape(path, `expected a list of at most ${RANGES_MAX}`)
  const out: Range[] = []
  let before: Bound = { at: 0, prefix: NO_PREFIX }
  let ended = false
  let skipped = false
  let ids = 0
  for (const [index, item] of value.entries()) {
    const at = `${path}[${index}]`
    if (ended) return wrongShape(at, 'a range follows the end')
    const range = readRange(item, before, at)
    if (range.mode === 'skip' && skipped) return wrongShape(at, 'two skips in a row')
    if (range.mode === 'ids') ids += range.ids.length
    if (ids > IDS_MAX) return wrongShape(at, `more than ${IDS_MAX} ids`)
    skipped = range.mode === 'skip'
    ended = range.upper === null
    if (range.upper !== null) before = range.upper
    out.push(range)
  }
  return skipped ? wrongShape(path, 'the last range is a skip') : out
}
