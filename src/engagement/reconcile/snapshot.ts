import { FINGERPRINT_BYTES, ID_BYTES } from '#protocols/sync/v1/constants.ts'
import type { Bound } from '#protocols/sync/v1/ranges.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { compareIds } from './bytes.ts'

const WORDS = ID_BYTES / 4
const WORD = 2 ** 32
/** A column of this many 32-bit words still sums exactly in a double (2^20 * 2^32 < 2^53). */
const EXACT_ADDENDS_MAX = 2 ** 20

export interface Key {
  readonly at: number
  readonly id: Uint8Array
}

/** The keys of one community at one moment, packed (40 bytes each) and in order of time, then id. Immutable. */
export interface Snapshot {
  readonly size: number
  /** The keys and these; `null` when one of them is there already, or twice among them. */
  withKeys(added: readonly Key[]): Snapshot | null
  id(index: number): Uint8Array
  /** First index in `[from, size]` whose key is not below the bound; `null` is the end. */
  lowerBound(bound: Bound | null, from: number): number
  /** Shortest bound that separates the key at `index` from the one before it; `index` from 1 to size - 1. */
  boundAt(index: number): Bound
  /** Spec: "Fingerprint". Over the keys with index in `[from, to)`. */
  fingerprint(from: number, to: number): Uint8Array
}

function comparePrefix(words: Uint32Array, index: number, prefix: Uint8Array): number {
  for (let i = 0; i < prefix.length; i++) {
    const word = words[index * WORDS + (i >> 2)] as number
    const difference = ((word >>> (24 - (i & 3) * 8)) & 0xff) - (prefix[i] as number)
    if (difference !== 0) return difference
  }
  // An id that begins with the prefix lies above it; a whole id as prefix is the key itself. Neither is below.
  return 0
}

function idAt(words: Uint32Array, index: number): Uint8Array {
  const out = new Uint8Array(ID_BYTES)
  const view = new DataView(out.buffer)
  for (let word = 0; word < WORDS; word++) view.setUint32(word * 4, words[index * WORDS + word] as number)
  return out
}

function addRange(sums: Float64Array, words: Uint32Array, from: number, to: number): void {
  for (let start = from; start < to; start += EXACT_ADDENDS_MAX) {
    const columns = new Float64Array(WORDS)
    const end = Math.min(to, start + EXACT_ADDENDS_MAX)
    for (let at = start * WORDS; at < end * WORDS; at += WORDS)
      for (let word = 0; word < WORDS; word++) (columns[word] as number) += words[at + word] as number
    let carry = 0
    for (let word = WORDS - 1; word >= 0; word--) {
      const total = (sums[word] as number) + (columns[word] as number) + carry
      sums[word] = total % WORD
      carry = Math.floor(total / WORD)
    }
  }
}

function fingerprintOf(hasher: Hasher, words: Uint32Array, from: number, to: number): Uint8Array {
  const sums = new Float64Array(WORDS)
  addRange(sums, words, from, to)
  const input = new Uint8Array(ID_BYTES + 8)
  const view = new DataView(input.buffer)
  for (let word = 0; word < WORDS; word++) view.setUint32(word * 4, sums[word] as number)
  view.setBigUint64(ID_BYTES, BigInt(to - from))
  return hasher.sha256(input).slice(0, FINGERPRINT_BYTES)
}

interface Packed {
  readonly ats: Float64Array
  readonly words: Uint32Array
  readonly size: number
}

function putKey(ats: Float64Array, words: Uint32Array, index: number, { at, id }: Key): void {
  ats[index] = at
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength)
  for (let word = 0; word < WORDS; word++) words[index * WORDS + word] = view.getUint32(word * 4)
}

function pack(keys: Iterable<Key>): Packed {
  let ats = new Float64Array(1_024)
  let words = new Uint32Array(ats.length * WORDS)
  let size = 0
  for (const key of keys) {
    if (size === ats.length) {
      const [olderAts, olderWords] = [ats, words]
      ats = new Float64Array(size * 2)
      words = new Uint32Array(ats.length * WORDS)
      ats.set(olderAts)
      words.set(olderWords)
    }
    putKey(ats, words, size++, key)
  }
  return { ats, words, size }
}

function copyKeys(source: Packed, from: number, to: number, target: Packed, at: number): void {
  target.ats.set(source.ats.subarray(from, to), at)
  target.words.set(source.words.subarray(from * WORDS, to * WORDS), at * WORDS)
}

const compareKeys = (a: Key, b: Key): number => a.at - b.at || compareIds(a.id, b.id)

/** Whether keys rise strictly. */
function isOrdered({ ats, words, size }: Packed): boolean {
  for (let index = 1; index < size; index++) {
    let difference = (ats[index] as number) - (ats[index - 1] as number)
    for (let word = 0; word < WORDS && difference === 0; word++)
      difference = (words[index * WORDS + word] as number) - (words[(index - 1) * WORDS + word] as number)
    if (difference <= 0) return false
  }
  return true
}

/** Packs keys that are already in order and distinct. Throws `Error` otherwise: the store broke its contract. */
export function takeSnapshot(keys: Iterable<Key>, hasher: Hasher): Snapshot {
  const packed = pack(keys)
  if (!isOrdered(packed)) throw new Error('the keys are not in reconciliation order')
  return snapshotOf(packed, hasher)
}

function snapshotOf(packed: Packed, hasher: Hasher): Snapshot {
  const { ats, words, size } = packed
  const lowerBound = (bound: Bound | null, from: number): number => {
    if (bound === null) return size
    let low = from
    let high = size
    while (low < high) {
      const middle = (low + high) >>> 1
      const byTime = (ats[middle] as number) - bound.at
      if (byTime < 0 || (byTime === 0 && comparePrefix(words, middle, bound.prefix) < 0)) low = middle + 1
      else high = middle
    }
    return low
  }

  const boundAt = (index: number): Bound => {
    const at = ats[index] as number
    if (at !== ats[index - 1]) return { at, prefix: new Uint8Array(0) }
    const [id, before] = [idAt(words, index), idAt(words, index - 1)]
    let shared = 0
    while (id[shared] === before[shared]) shared++
    return { at, prefix: id.slice(0, shared + 1) }
  }

  const withKeys = (added: readonly Key[]): Snapshot | null => {
    const merged = {
      ats: new Float64Array(size + added.length),
      words: new Uint32Array((size + added.length) * WORDS),
      size: size + added.length,
    }
    let from = 0
    for (const [index, key] of added.toSorted(compareKeys).entries()) {
      const to = lowerBound({ at: key.at, prefix: key.id }, from)
      copyKeys(packed, from, to, merged, index + from)
      putKey(merged.ats, merged.words, index + to, key)
      from = to
    }
    copyKeys(packed, from, size, merged, added.length + from)
    return isOrdered(merged) ? snapshotOf(merged, hasher) : null
  }

  return {
    size,
    withKeys,
    id: index => idAt(words, index),
    lowerBound,
    boundAt,
    fingerprint: (from, to) => fingerprintOf(hasher, words, from, to),
  }
}
