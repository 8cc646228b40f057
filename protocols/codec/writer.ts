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
 * Writes canonical DAG-CBOR item by item into one growing buffer: the same bytes as `encode`, for formats that are written
 * very often. What is written is the caller's own, so a number out of range is a defect: it throws RangeError.
 */
export class Writer {
  #bytes: Uint8Array
  #at = 0

  /** `capacity`: a guess at the length, so that nothing is copied on the way. */
  constructor(capacity = 512) {
    this.#bytes = new Uint8Array(capacity)
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + count))
    grown.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = grown
  }

  #word(value: number, width: number): void {
    for (let i = this.#at + width - 1; i >= this.#at; i--) {
      this.#bytes[i] = value & 0xff
      value = Math.floor(value / 256)
    }
    this.#at += width
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
    const start = this.#at
    this.#reserve(value.length)
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code > 0x7f) return this.#wideText(value, start)
      this.#bytes[this.#at++] = code
    }
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
    this.#bytes.set(value, this.#at)
    this.#at += value.length
    return this
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }
}
