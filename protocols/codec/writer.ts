import { fromString } from 'uint8arrays/from-string'

const MAJOR_UINT = 0x00
const MAJOR_NEGATIVE = 0x20
const MAJOR_BYTES = 0x40
const MAJOR_TEXT = 0x60
const MAJOR_LIST = 0x80
const NULL = 0xf6
const TWO_32 = 4_294_967_296
const INT64_SPAN = 1n << 64n

/**
 * Writes canonical DAG-CBOR item by item into one buffer that grows: the same bytes as `encode`, for formats that are written
 * very often. What is written is the caller's own, so a number out of range is a defect: it throws RangeError.
 */
export class Writer {
  #bytes: Uint8Array
  #at = 0

  /**
   * `scratch`: memory to write in while it is long enough, so that a format which is written very often allocates only its
   * result. One writer at a time may use it.
   */
  constructor(scratch: Uint8Array = new Uint8Array(512)) {
    this.#bytes = scratch
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, 512, this.#at + count))
    grown.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = grown
  }

  #word(value: number, width: number): void {
    const bytes = this.#bytes
    for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) bytes[this.#at++] = (value >>> shift) & 0xff
  }

  #head(major: number, argument: number): void {
    this.#reserve(9)
    if (argument < 24) {
      this.#bytes[this.#at++] = major | argument
    } else if (argument < 0x100) {
      this.#bytes[this.#at++] = major | 24
      this.#bytes[this.#at++] = argument
    } else if (argument < 0x1_0000) {
      this.#bytes[this.#at++] = major | 25
      this.#word(argument, 2)
    } else if (argument < TWO_32) {
      this.#bytes[this.#at++] = major | 26
      this.#word(argument, 4)
    } else {
      this.#bytes[this.#at++] = major | 27
      this.#word(Math.floor(argument / TWO_32), 4)
      this.#word(argument % TWO_32, 4)
    }
  }

  list(count: number): this {
    this.#head(MAJOR_LIST, count)
    return this
  }

  uint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not an unsigned integer`)
    this.#head(MAJOR_UINT, value)
    return this
  }

  /** From -2^64 to 2^64 - 1: all that DAG-CBOR has. */
  int(value: bigint): this {
    const negative = value < 0n
    const argument = negative ? -1n - value : value
    if (argument >= INT64_SPAN) throw new RangeError(`${value} does not fit in 64 bits`)
    const major = negative ? MAJOR_NEGATIVE : MAJOR_UINT
    if (argument <= 0xffff_ffffn) {
      this.#head(major, Number(argument))
      return this
    }
    this.#reserve(9)
    this.#bytes[this.#at++] = major | 27
    this.#word(Number(argument >> 32n), 4)
    this.#word(Number(argument & 0xffff_ffffn), 4)
    return this
  }

  bytes(value: Uint8Array): this {
    this.#head(MAJOR_BYTES, value.length)
    return this.raw(value)
  }

  bytesOrNull(value: Uint8Array | null): this {
    if (value !== null) return this.bytes(value)
    this.#reserve(1)
    this.#bytes[this.#at++] = NULL
    return this
  }

  text(value: string): this {
    this.#head(MAJOR_TEXT, value.length)
    this.#reserve(value.length)
    const bytes = this.#bytes
    const start = this.#at
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 0x7f) return this.#wideText(value, start)
      bytes[start + i] = code
    }
    this.#at = start + value.length
    return this
  }

  /** Text beyond ASCII has another length in UTF-8 than in characters: its head is written again. */
  #wideText(value: string, start: number): this {
    if (!value.isWellFormed()) throw new RangeError('the text is not well formed')
    const headLength = value.length < 24 ? 1 : value.length < 0x100 ? 2 : value.length < 0x1_0000 ? 3 : 5
    this.#at = start - headLength
    const encoded = fromString(value)
    this.#head(MAJOR_TEXT, encoded.length)
    return this.raw(encoded)
  }

  /** Bytes that are canonical already, as they are. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length)
    const bytes = this.#bytes
    const start = this.#at
    // A call of `set` costs more than copying a hash.
    if (value.length > 128) bytes.set(value, start)
    else for (let i = 0; i < value.length; i++) bytes[start + i] = value[i] as number
    this.#at = start + value.length
    return this
  }

  /** What was written, where it was written: valid until the scratch memory is used again. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** What was written, as a copy of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }
}
