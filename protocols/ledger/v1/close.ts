import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import { ok, type Result } from '../../codec/result.ts'
import { bytes, list, matching, type Shape, text, tuple, uint } from '../../codec/shape.ts'
import { NOTE_LENGTH_MAX } from './constants.ts'
import { signedMessage } from './domain.ts'
import { CLOSE_LIMITS, ORIGIN_PATTERN, SEATS_MAX } from './limits.ts'

/** A seat's word that it cosigned nothing above this head of a log, and never will. */
export interface CloseStatement {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** Ed25519 key of the seat. */
  readonly seat: Uint8Array
  /** Over `closeMessage`; not verified yet. */
  readonly signature: Uint8Array
}

/** A quorum's words on one head: what a successor log starts from. */
export interface ClosingCertificate {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly stateRoot: Uint8Array
  /** The head as the log signed it. */
  readonly note: string
  readonly statements: readonly CloseStatement[]
}

const origin = matching(ORIGIN_PATTERN, 'the origin of a log')
const hash = bytes(32)
const statementTuple = tuple<[string, number, Uint8Array, Uint8Array, Uint8Array]>(
  origin,
  uint(),
  hash,
  hash,
  bytes(64),
)
const statementShape: Shape<CloseStatement> = (value, path) => {
  const [name, size, root, seat, signature] = statementTuple(value, path)
  return { origin: name, size, root, seat, signature }
}
const certificateTuple = tuple<[string, number, Uint8Array, Uint8Array, string, CloseStatement[]]>(
  origin,
  uint(),
  hash,
  hash,
  text(NOTE_LENGTH_MAX),
  list(statementShape, SEATS_MAX),
)

const itemsOf = ({ origin, size, root, seat, signature }: CloseStatement) => [origin, size, root, seat, signature]

/** What a seat signs: `"bandstand/close/v1\0"`, then the list of origin, size and root. */
export const closeMessage = (origin: string, size: number, root: Uint8Array): Uint8Array =>
  signedMessage('close', encode([origin, size, root]))

export const encodeCloseStatement = (statement: CloseStatement): Uint8Array => encode(itemsOf(statement))

/** Strict and bounded. */
export const decodeCloseStatement = (input: Uint8Array): Result<CloseStatement, CodecFault> =>
  decode(input, statementShape, CLOSE_LIMITS)

export function encodeClosingCertificate(certificate: ClosingCertificate): Uint8Array {
  const { origin, size, root, stateRoot, note, statements } = certificate
  return encode([origin, size, root, stateRoot, note, statements.map(itemsOf)])
}

/** Strict and bounded. Whether the statements are of one head and reach a quorum is a rule's to say. */
export function decodeClosingCertificate(input: Uint8Array): Result<ClosingCertificate, CodecFault> {
  const decoded = decode(input, certificateTuple, CLOSE_LIMITS)
  if (!decoded.ok) return decoded
  const [name, size, root, stateRoot, note, statements] = decoded.value
  return ok({ origin: name, size, root, stateRoot, note, statements })
}
