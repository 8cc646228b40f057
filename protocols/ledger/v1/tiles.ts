import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { ENTRY_BYTES_MAX } from './limits.ts'

/** Hashes of a full tile, entries of a full bundle. */
export const TILE_WIDTH = 256

/** A resource of C2SP tlog-tiles. */
export interface Tile {
  /** 0 for leaf hashes, each level above hashes 256 of the one below; `entries` for the entries themselves. */
  readonly level: number | 'entries'
  readonly index: number
  /** 256 when full. */
  readonly width: number
}

const LEVEL_MAX = 63
// Everything up to the last tile that a tree of 2^53 leaves has.
const INDEX_MAX = Number.MAX_SAFE_INTEGER
const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

/** `tile/<L>/<N>[.p/<W>]`, N in elements of three digits, all but the last behind an `x`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const elements = padded.match(/.{3}/g) ?? []
  const name = elements.map((element, i) => (i < elements.length - 1 ? `x${element}` : element)).join('/')
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** The other way, strictly: every resource has one path. Null when it is none. */
export function parseTilePath(path: string): Tile | null {
  const match = PATH.exec(path)
  if (match === null) return null
  const [, levelText = '', name = '', widthText] = match
  const level = levelText === 'entries' ? 'entries' : Number(levelText)
  const index = Number(name.replaceAll('/', '').replaceAll('x', ''))
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText)
  if (level !== 'entries' && level > LEVEL_MAX) return null
  if (index > INDEX_MAX || (widthText !== undefined && width >= TILE_WIDTH)) return null
  const tile: Tile = { level, index, width }
  return tilePath(tile) === path ? tile : null
}

/** Entries one after the other, each behind its length in two bytes, big-endian. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.reduce((total, entry) => total + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > ENTRY_BYTES_MAX) throw new RangeError(`an entry of ${entry.length} bytes`)
    out[at] = entry.length >> 8
    out[at + 1] = entry.length & 0xff
    out.set(entry, at + 2)
    at += 2 + entry.length
  }
  return out
}

function readBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length; ) {
    if (entries.length === TILE_WIDTH)
      throw new CodecError('too-many-items', `more than ${TILE_WIDTH} entries in a bundle`)
    const low = bundle[at + 1]
    const end = at + 2 + (bundle[at] as number) * 256 + (low ?? 0)
    if (low === undefined || end > bundle.length) throw new CodecError('truncated', 'the bundle ends inside an entry')
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return entries
}

/** Strict and bounded; the entries are views of the input, and are decoded by `decodeEntry`. */
export const decodeEntryBundle = (bundle: Uint8Array): Result<Uint8Array[], CodecFault> =>
  attempt(() => readBundle(bundle))
