import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import { ok, type Result } from '../../codec/result.ts'
import { bytes, bytesUpTo, list, matching, type Shape, text, tuple, uint } from '../../codec/shape.ts'
import { ascendingBy } from './ascending.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from './constants.ts'
import { signedMessage } from './domain.ts'
import { CLOSE_LIMITS, COMMIT_BYTES_MAX, ORIGIN_PATTERN, SEATS_MAX } from './limits.ts'

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

/** A quorum's words on the head at which a log ended: what its successor starts from. */
export interface ClosingCertificate {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** The head as the log signed it. */
  readonly note: string
  /** Last leaf under it, a commit entry: it names the state and the epoch. */
  readonly commit: Uint8Array
  /** RFC 6962 audit path of that leaf. */
  readonly proof: readonly Uint8Array[]
  /** Ascending by the bytes of the seats' keys. */
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
const certificateTuple = tuple<[string, number, Uint8Array, string, Uint8Array, Uint8Array[], CloseStatement[]]>(
  origin,
  uint(),
  hash,
  text(NOTE_LENGTH_MAX),
  bytesUpTo(COMMIT_BYTES_MAX),
  list(hash, PROOF_HASHES_MAX),
  ascendingBy(list(statementShape, SEATS_MAX), ({ seat }) => seat),
)

const itemsOf = ({ origin, size, root, seat, signature }: CloseStatement) => [origin, size, root, seat, signature]

/** What a seat signs: `"bandstand/close/v1\0"`, then the list of origin, size and root. */
export const closeMessage = (origin: string, size: number, root: Uint8Array): Uint8Array =>
  signedMessage('close', encode([origin, size, root]))

export const encodeCloseStatement = (statement: CloseStatement): Uint8Array => encode(itemsOf(statement))

/** Strict and bounded. */
export const decodeCloseStatement = (input: Uint8Array): Result<CloseStatement, CodecFault> =>
  decode(input, statementShape, CLOSE_LIMITS)

/** The caller puts the statements in their order. */
export function encodeClosingCertificate(certificate: ClosingCertificate): Uint8Array {
  const { origin, size, root, note, commit, proof, statements } = certificate
  return encode([origin, size, root, note, commit, [...proof], statements.map(itemsOf)])
}

/** Strict and bounded. Whether the statements are of one head and reach a quorum is a rule's to say. */
export function decodeClosingCertificate(input: Uint8Array): Result<ClosingCertificate, CodecFault> {
  const decoded = decode(input, certificateTuple, CLOSE_LIMITS)
  if (!decoded.ok) return decoded
  const [name, size, root, note, commit, proof, statements] = decoded.value
  return ok({ origin: name, size, root, note, commit, proof, statements })
}
