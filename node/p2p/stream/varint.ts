/** Bytes of the longest length prefix: 28 bits, far above any frame allowed here. */
export const PREFIX_BYTES_MAX = 4

/** Unsigned varint (https://github.com/multiformats/unsigned-varint), at most 28 bits. */
export function encodePrefix(length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 0 || length >= 2 ** (7 * PREFIX_BYTES_MAX))
    throw new RangeError(`${length} does not fit a length prefix`)
  const out: number[] = []
  let rest = length
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  out.push(rest)
  return Uint8Array.from(out)
}

/** Accumulates one prefix byte by byte: `null` from `push` means that more is needed. */
export class PrefixDecoder {
  #value = 0
  #bytes = 0

  /** The length once complete. Throws `RangeError` for a prefix that is too long or not minimal. */
  push(byte: number): number | null {
    this.#value |= (byte & 0x7f) << (7 * this.#bytes)
    this.#bytes += 1
    if (byte & 0x80) {
      if (this.#bytes === PREFIX_BYTES_MAX) throw new RangeError('a length prefix has too many bytes')
      return null
    }
    if (byte === 0 && this.#bytes > 1) throw new RangeError('a length prefix is not minimal')
    return this.#value
  }
}
