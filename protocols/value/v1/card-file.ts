import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt, decode, encode } from '../../codec/dag-cbor.ts'
import { ok, type Result } from '../../codec/result.ts'
import { bytes, bytesUpTo, list, tuple, uint } from '../../codec/shape.ts'
import { CODE_PATH_MAX, CODE_SECRET_BYTES, CODES_MAX } from '../../ledger/v1/limits.ts'
import { BATCH_ENVELOPE_BYTES_MAX, CARD_FILE_LIMITS } from './constants.ts'

/** A card with all that proves it genuine under the community's key alone; that it is unused only the log can say. */
export interface CardFile {
  /** The community's signed `value/batch`: a whole envelope. */
  readonly envelope: Uint8Array
  readonly serial: number
  readonly secret: Uint8Array
  /** RFC 6962 audit path of the code's leaf under the batch's root. */
  readonly path: readonly Uint8Array[]
}

const shape = tuple<[Uint8Array, number, Uint8Array, Uint8Array[]]>(
  bytesUpTo(BATCH_ENVELOPE_BYTES_MAX),
  uint(CODES_MAX - 1),
  bytes(CODE_SECRET_BYTES),
  list(bytes(32), CODE_PATH_MAX),
)

export const encodeCardFile = ({ envelope, serial, secret, path }: CardFile): Uint8Array =>
  encode([envelope, serial, secret, [...path]])

/** Strict and bounded. Signature and path are the caller's to verify. */
export function decodeCardFile(input: Uint8Array): Result<CardFile, CodecFault> {
  const decoded = decode(input, shape, CARD_FILE_LIMITS)
  if (!decoded.ok) return decoded
  const [envelope, serial, secret, path] = decoded.value
  return ok({ envelope, serial, secret, path })
}

const SCHEME = 'bandstand-card:'
/** Base64 needs four characters for three bytes. */
const TEXT_MAX = SCHEME.length + Math.ceil((CARD_FILE_LIMITS.bytesMax * 4) / 3)
const BASE64URL = /^[A-Za-z0-9_-]*$/

/** A card file as the text of a QR code: `bandstand-card:` and base64url without padding. */
export const cardText = (card: CardFile): string => SCHEME + asText(encodeCardFile(card), 'base64url')

function fromBase64Url(encoded: string): Uint8Array {
  try {
    return fromString(encoded, 'base64url')
  } catch {
    // What is left of the last byte is not zero.
    throw new CodecError('not-canonical', 'this is no card')
  }
}

export function parseCardText(text: string): Result<CardFile, CodecFault> {
  const read = attempt(() => {
    if (text.length > TEXT_MAX) throw new CodecError('too-large', 'a card is shorter')
    const encoded = text.slice(SCHEME.length)
    if (!text.startsWith(SCHEME) || !BASE64URL.test(encoded)) throw new CodecError('malformed', 'this is no card')
    const decoded = fromBase64Url(encoded)
    if (asText(decoded, 'base64url') !== encoded) throw new CodecError('not-canonical', 'this is no card')
    return decoded
  })
  return read.ok ? decodeCardFile(read.value) : read
}
