import { CodecError } from './codec-error.ts'
import type { DecodeLimits } from './limits.ts'

const MAJOR = { uint: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const
const CID_TAG = 42
const SIMPLE_FALSE = 20
const SIMPLE_NULL = 22

interface Head {
  readonly major: number
  /** Argument of the head: a value, a length, or a count (RFC 8949 section 3). */
  readonly argument: number
  readonly next: number
}

function readHead(bytes: Uint8Array, at: number): Head {
  const initial = bytes[at]
  if (initial === undefined) throw new CodecError('truncated', 'the input ends inside a value')
  const major = initial >> 5
  const info = initial & 0x1f
  if (info < 24) return { major, argument: info, next: at + 1 }
  if (info > 27) throw new CodecError('unsupported-type', 'indefinite lengths are not allowed')
  const width = 1 << (info - 24)
  if (at + 1 + width > bytes.length) throw new CodecError('truncated', 'the input ends inside a value')
  let argument = 0
  for (let i = 0; i < width; i++) argument = argument * 256 + (bytes[at + 1 + i] ?? 0)
  return { major, argument, next: at + 1 + width }
}

/**
 * Walks CBOR heads without building anything, so that a hostile input costs no memory: checks size, depth, item
 * count, and that only the types of our data model appear (integers, bytes, text, lists, maps, booleans, null, CIDs).
 * Floats are refused because two machines may disagree on them. Canonical form is checked by the caller.
 */
export function scan(bytes: Uint8Array, limits: DecodeLimits): void {
  if (bytes.length > limits.bytesMax) {
    throw new CodecError('too-large', `${bytes.length} bytes are more than the ${limits.bytesMax} allowed here`)
  }
  const pending: number[] = []
  let at = 0
  let items = 0
  for (;;) {
    if (++items > limits.itemsMax) throw new CodecError('too-many-items', `more than ${limits.itemsMax} data items`)
    const { major, argument, next } = readHead(bytes, at)
    at = next
    let children = 0
    if (major === MAJOR.bytes || major === MAJOR.text) {
      if (argument > bytes.length - at) throw new CodecError('truncated', 'a string is longer than the input')
      at += argument
    } else if (major === MAJOR.array || major === MAJOR.map) {
      children = major === MAJOR.map ? argument * 2 : argument
      if (children > bytes.length - at) throw new CodecError('truncated', 'a list or map is longer than the input')
    } else if (major === MAJOR.tag) {
      if (argument !== CID_TAG) throw new CodecError('unsupported-type', `tag ${argument} is not used here`)
      children = 1
    } else if (major === MAJOR.simple && (argument < SIMPLE_FALSE || argument > SIMPLE_NULL || next - at > 1)) {
      throw new CodecError('unsupported-type', 'floats and undefined are not used here')
    }
    if (children > 0) {
      pending.push(children)
      if (pending.length > limits.depthMax) throw new CodecError('too-deep', `nested deeper than ${limits.depthMax}`)
      continue
    }
    while (pending.length > 0) {
      const left = (pending.pop() ?? 0) - 1
      if (left > 0) {
        pending.push(left)
        break
      }
    }
    if (pending.length === 0) break
  }
  if (at !== bytes.length) throw new CodecError('trailing-bytes', `${bytes.length - at} bytes follow the value`)
}
