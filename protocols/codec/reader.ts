import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { CodecError, type CodecErrorCode } from './codec-error.ts'
import { text as textShape } from './shape.ts'

const MAJOR_UINT = 0x00
const MAJOR_BYTES = 0x40
const MAJOR_TEXT = 0x60
const MAJOR_LIST = 0x80
const NULL = 0xf6
const HEAD_1 = 24
const HEAD_8 = 27
const TWO_32 = 4_294_967_296
const SAFE_HIGH = 0x1f_ffff
/** Most bytes that one UTF-16 unit takes. */
const UTF8_BYTES_MAX = 3

/** A text that a format fixes, with its encoding: read by comparing bytes, without building a string. */
export interface Literal<T extends string = string> {
  readonly text: T
  readonly encoded: Uint8Array
}

/** For ASCII of at most 23 characters. */
export function literal<const T extends string>(text: T): Literal<T> {
  return { text, encoded: Uint8Array.of(MAJOR_TEXT | text.length, ...[...text].map(char => char.charCodeAt(0))) }
}

/**
 * Pulls one canonical DAG-CBOR value apart, item by item, for formats that are read very often: nothing is built that was
 * not asked for, and nothing is encoded again to compare. Accepts exactly what `decode` accepts for the same shape:
 * shortest heads, bounds before a slice, ASCII where a format knows no other text. Throws nothing but `CodecError`.
 */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at = 0

  constructor(bytes: Uint8Array, bytesMax: number) {
    this.#bytes = bytes
    this.#end = bytes.length
    if (bytes.length > bytesMax)
      this.#fail('too-large', '', `${bytes.length} bytes are more than the ${bytesMax} allowed here`)
  }

  /** Offset of the next item. */
  get at(): number {
    return this.#at
  }

  #fail(code: CodecErrorCode, path: string, message: string): never {
    throw new CodecError(code, message, path)
  }

  #byte(path: string): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) return this.#fail('truncated', path, 'the input ends inside a value')
    this.#at++
    return byte
  }

  /** Big-endian, at most four bytes. */
  #word(width: number): number {
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (this.#bytes[this.#at++] as number)
    return value
  }

  #head(major: number, path: string): number {
    const initial = this.#byte(path)
    if ((initial & 0xe0) !== major) return this.#fail('wrong-shape', path, 'another type was expected')
    const info = initial & 0x1f
    if (info > HEAD_8) return this.#fail('unsupported-type', path, 'indefinite lengths are not allowed')
    return info
  }

  #room(width: number, path: string): void {
    if (this.#end - this.#at < width) this.#fail('truncated', path, 'the input ends inside a value')
  }

  #argument(major: number, path: string): number {
    const info = this.#head(major, path)
    if (info < HEAD_1) return info
    const width = 1 << (info - HEAD_1)
    this.#room(width, path)
    if (width < 8) {
      const value = this.#word(width)
      const least = width === 1 ? HEAD_1 : width === 2 ? 0x100 : 0x1_0000
      return value >= least ? value : this.#fail('not-canonical', path, 'a shorter head says the same')
    }
    const high = this.#word(4)
    if (high === 0) return this.#fail('not-canonical', path, 'a shorter head says the same')
    if (high > SAFE_HIGH) return this.#fail('wrong-shape', path, 'the number is too large')
    return high * TWO_32 + this.#word(4)
  }

  /** The head of a list of `min` to `max` items. */
  list(min: number, max: number, path: string): number {
    const count = this.#argument(MAJOR_LIST, path)
    if (count < min || count > max) return this.#fail('wrong-shape', path, `expected a list of ${min} to ${max}`)
    return count
  }

  /** An integer from 0 to `max`, at most 2^53 - 1. */
  uint(path: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#argument(MAJOR_UINT, path)
    return value <= max ? value : this.#fail('wrong-shape', path, `expected an integer from 0 to ${max}`)
  }

  /** An integer from 0 to 2^64 - 1. */
  uint64(path: string): bigint {
    if (this.#bytes[this.#at] !== (MAJOR_UINT | HEAD_8)) return BigInt(this.#argument(MAJOR_UINT, path))
    this.#at++
    this.#room(8, path)
    const high = this.#word(4)
    const low = this.#word(4)
    if (high === 0) return this.#fail('not-canonical', path, 'a shorter head says the same')
    return high <= SAFE_HIGH ? BigInt(high * TWO_32 + low) : (BigInt(high) << 32n) | BigInt(low)
  }

  /** Bytes, `min` to `max` of them: a view of the input, not a copy. */
  bytes(min: number, max: number, path: string): Uint8Array {
    const length = this.#argument(MAJOR_BYTES, path)
    if (length < min || length > max)
      return this.#fail('wrong-shape', path, min === max ? `expected ${min} bytes` : `expected ${min} to ${max} bytes`)
    this.#room(length, path)
    const { buffer, byteOffset } = this.#bytes
    const view = new Uint8Array(buffer, byteOffset + this.#at, length)
    this.#at += length
    return view
  }

  /** As `bytes`, or null. */
  bytesOrNull(length: number, path: string): Uint8Array | null {
    return this.null() ? null : this.bytes(length, length, path)
  }

  /** Whether the next item is null, which is then read. */
  null(): boolean {
    if (this.#bytes[this.#at] !== NULL) return false
    this.#at++
    return true
  }

  /** Printable ASCII, at most `max` characters: the only text that the formats read here allow. */
  ascii(max: number, path: string): string {
    const length = this.#argument(MAJOR_TEXT, path)
    if (length > max) return this.#fail('wrong-shape', path, `expected at most ${max} characters`)
    this.#room(length, path)
    let out = ''
    for (const end = this.#at + length; this.#at < end; this.#at++) {
      const code = this.#bytes[this.#at] as number
      if (code < 0x20 || code > 0x7e) return this.#fail('wrong-shape', path, 'expected printable ASCII')
      out += CHARACTERS[code]
    }
    return out
  }

  /** As `ascii`, and matching a pattern. */
  matching(pattern: RegExp, max: number, what: string, path: string): string {
    const value = this.ascii(max, path)
    return pattern.test(value) ? value : this.#fail('wrong-shape', path, `expected ${what}`)
  }

  /** Text of one or more lines as people read it, at most `max` UTF-16 units: what the shape `text` accepts. */
  text(max: number, path: string): string {
    const length = this.#argument(MAJOR_TEXT, path)
    if (length > max * UTF8_BYTES_MAX) return this.#fail('wrong-shape', path, `expected at most ${max} characters`)
    this.#room(length, path)
    const encoded = this.#bytes.subarray(this.#at, this.#at + length)
    const value = asText(encoded)
    // A decoder may repair what is no UTF-8, or drop a byte-order mark; writing it again shows either.
    if (!equals(fromString(value), encoded)) return this.#fail('not-canonical', path, 'the text is no valid UTF-8')
    this.#at += length
    return textShape(max)(value, path)
  }

  /** One of a few fixed texts. */
  oneOf<T extends string>(literals: readonly Literal<T>[], path: string): T {
    for (const { text, encoded } of literals) {
      let i = 0
      while (i < encoded.length && this.#bytes[this.#at + i] === encoded[i]) i++
      if (i < encoded.length) continue
      this.#at += encoded.length
      return text
    }
    if (this.#at >= this.#end) return this.#fail('truncated', path, 'the input ends inside a value')
    return this.#fail('wrong-shape', path, `expected one of ${literals.map(({ text }) => text).join(', ')}`)
  }

  /** The value must have ended with the input. */
  end(): void {
    if (this.#at !== this.#end) this.#fail('trailing-bytes', '', `${this.#end - this.#at} bytes follow the value`)
  }
}

const CHARACTERS: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
