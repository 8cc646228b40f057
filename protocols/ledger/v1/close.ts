import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import { ok, type Result } from '../../codec/result.ts'
import { bytes, bytesUpTo, list, type Shape, text, tuple } from '../../codec/shape.ts'
import { ascendingBy } from './ascending.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from './constants.ts'
import { signedMessage } from './domain.ts'
import { CLOSE_LIMITS, COMMIT_BYTES_MAX, SEATS_MAX } from './limits.ts'

/** A seat's word on one head of a log: it cosigned nothing above it, and never will. */
export interface CloseStatement {
  /** Ed25519 key of the seat. */
  readonly seat: Uint8Array
  /** Over `closeMessage` of the head; not verified yet. */
  readonly signature: Uint8Array
}

/** A quorum's words on the head at which a log ended: what its successor starts from. */
export interface ClosingCertificate {
  /** The head as the log signed it. */
  readonly note: string
  /** Last leaf under it, a commit entry: it names the state and the epoch. */
  readonly commit: Uint8Array
  /** RFC 6962 audit path of that leaf. */
  readonly proof: readonly Uint8Array[]
  /** Ascending by the bytes of the seats' keys. */
  readonly statements: readonly CloseStatement[]
}

const statementTuple = tuple<[Uint8Array, Uint8Array]>(bytes(32), bytes(64))
const statementShape: Shape<CloseStatement> = (value, path) => {
  const [seat, signature] = statementTuple(value, path)
  return { seat, signature }
}
const certificateTuple = tuple<[string, Uint8Array, Uint8Array[], CloseStatement[]]>(
  text(NOTE_LENGTH_MAX),
  bytesUpTo(COMMIT_BYTES_MAX),
  list(bytes(32), PROOF_HASHES_MAX),
  ascendingBy(list(statementShape, SEATS_MAX), ({ seat }) => seat),
)

/** What a seat signs: `"bandstand/close/v1\0"`, then the list of origin, size and root. */
export const closeMessage = (origin: string, size: number, root: Uint8Array): Uint8Array =>
  signedMessage('close', encode([origin, size, root]))

/** One seat's answer: a list of its key and signature. */
export const encodeCloseStatement = ({ seat, signature }: CloseStatement): Uint8Array => encode([seat, signature])

/** Strict and bounded. */
export const decodeCloseStatement = (input: Uint8Array): Result<CloseStatement, CodecFault> =>
  decode(input, statementShape, CLOSE_LIMITS)

/** The caller puts the statements in their order. */
export const encodeClosing = ({ note, commit, proof, statements }: ClosingCertificate): Uint8Array =>
  encode([note, commit, [...proof], statements.map(({ seat, signature }) => [seat, signature])])

/** Strict and bounded. Whether the statements reach a quorum is a rule's to say. */
export function decodeClosing(input: Uint8Array): Result<ClosingCertificate, CodecFault> {
  const decoded = decode(input, certificateTuple, CLOSE_LIMITS)
  if (!decoded.ok) return decoded
  const [note, commit, proof, statements] = decoded.value
  return ok({ note, commit, proof, statements })
}
