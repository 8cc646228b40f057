import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { CODE_SECRET_BYTES, CODES_MAX } from '../../ledger/v1/limits.ts'

/** What is printed on a card, without the redemption that only its secret allows. */
export interface CardCode {
  /** The first five bytes of the batch's name. */
  readonly batch: Uint8Array
  /** Place in the batch, from 0. */
  readonly serial: number
  /** Ten random bytes. */
  readonly secret: Uint8Array
}

type Sha256 = (data: Uint8Array) => Uint8Array

/** Crockford's base 32: no I, L, O or U. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const PREFIX_BYTES = 5
const CHECK_BYTES = 3
const GROUP = 4
const CARD_LETTERS = 32
/** Longest input that is looked at: every letter with a separator or two around it. */
const TYPED_MAX = 128

/** Entry of the batch's tree: the leaf hash is SHA-256(0x00 || serial as four bytes, big-endian || secret). */
export function codeLeafBytes(serial: number, secret: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + secret.length)
  new DataView(bytes.buffer).setUint32(0, serial)
  bytes.set(secret, 4)
  return bytes
}

/** Twenty bytes are 32 letters of five bits, the highest bit first. */
function toLetters(bytes: Uint8Array): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let letters = ''
  for (let left = CARD_LETTERS - 1; left >= 0; left--) letters += LETTERS[Number((bits >> BigInt(left * 5)) & 31n)]
  return letters
}

function fromLetters(letters: string): Uint8Array {
  let bits = 0n
  for (const letter of letters) {
    const value = LETTERS.indexOf(letter)
    if (value < 0) throw new CodecError('malformed', `${letter} is no letter of a code`, 'code')
    bits = (bits << 5n) | BigInt(value)
  }
  const bytes = new Uint8Array((CARD_LETTERS * 5) / 8)
  for (let i = bytes.length - 1; i >= 0; i--, bits >>= 8n) bytes[i] = Number(bits & 255n)
  return bytes
}

/** The code as it is printed: eight groups of four letters. `batch` may be the whole name. Throws `RangeError` on what is no code. */
export function writeCard(sha256: Sha256, { batch, serial, secret }: CardCode): string {
  if (batch.length < PREFIX_BYTES || serial >= CODES_MAX || secret.length !== CODE_SECRET_BYTES)
    throw new RangeError('no code has these parts')
  const body = concat([batch.subarray(0, PREFIX_BYTES), Uint8Array.of(serial >> 8, serial & 255), secret])
  const letters = toLetters(concat([body, sha256(body).subarray(0, CHECK_BYTES)]))
  return (letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-')
}

/**
 * What somebody typed: either case, spaces and hyphens anywhere, O for 0, I and L for 1. A fault in `check` is a mistyped letter,
 * said before anybody is asked.
 */
export function readCard(sha256: Sha256, typed: string): Result<CardCode, CodecFault> {
  return attempt(() => {
    if (typed.length > TYPED_MAX) throw new CodecError('too-large', 'a code has 32 letters', 'code')
    const letters = typed.replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1')
    if (letters.length !== CARD_LETTERS)
      throw new CodecError('wrong-shape', `a code has ${CARD_LETTERS} letters, and these are ${letters.length}`, 'code')
    const bytes = fromLetters(letters)
    const body = bytes.subarray(0, bytes.length - CHECK_BYTES)
    if (!equals(sha256(body).subarray(0, CHECK_BYTES), bytes.subarray(body.length)))
      throw new CodecError('wrong-shape', 'a letter of the code is mistyped', 'check')
    const serial = ((bytes[PREFIX_BYTES] as number) << 8) | (bytes[PREFIX_BYTES + 1] as number)
    if (serial >= CODES_MAX) throw new CodecError('wrong-shape', 'no batch has so many codes', 'serial')
    return { batch: bytes.slice(0, PREFIX_BYTES), serial, secret: body.slice(PREFIX_BYTES + 2) }
  })
}
