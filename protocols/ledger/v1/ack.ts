import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import { err, type Result } from '../../codec/result.ts'
import { bytes, matching, tuple, uint } from '../../codec/shape.ts'
import { signedMessage } from './domain.ts'
import { ACK_LIMITS, ORIGIN_PATTERN, PROMISE_MS_MAX } from './limits.ts'

/** The log's promise: what was ordered is entry `index`, and a signed checkpoint covers it by `deadline`. */
export interface Promised {
  readonly origin: string
  /** SHA-256 of what the member signed: of an order's signed bytes, or of `voucherBytes`. */
  readonly id: Uint8Array
  readonly index: number
  /** Leaf hash of the entry. */
  readonly leaf: Uint8Array
  /** Of the entry, ms since the Unix epoch. */
  readonly at: number
  /** Ms since the Unix epoch; 1 to `PROMISE_MS_MAX` later than `at`. */
  readonly deadline: number
}

/** A promise with the log key's signature, not yet verified: over `ackMessage`. */
export interface Ack extends Promised {
  readonly signature: Uint8Array
}

const shape = tuple<[string, Uint8Array, number, Uint8Array, number, number, Uint8Array]>(
  matching(ORIGIN_PATTERN, 'the origin of a log'),
  bytes(32),
  uint(),
  bytes(32),
  uint(),
  uint(),
  bytes(64),
)

const fieldsOf = ({ origin, id, index, leaf, at, deadline }: Promised) => [origin, id, index, leaf, at, deadline]

/** What the log key signs: `"bandstand/ack/v1\0"`, then the list of the six fields. */
export const ackMessage = (promised: Promised): Uint8Array => signedMessage('ack', encode(fieldsOf(promised)))

export const encodeAck = (ack: Ack): Uint8Array => encode([...fieldsOf(ack), ack.signature])

/** Strict and bounded. The signature is the caller's to verify, under the key that the origin names. */
export function decodeAck(input: Uint8Array): Result<Ack, CodecFault> {
  const decoded = decode(input, shape, ACK_LIMITS)
  if (!decoded.ok) return decoded
  const [origin, id, index, leaf, at, deadline, signature] = decoded.value
  if (deadline <= at || deadline - at > PROMISE_MS_MAX)
    return err({
      code: 'wrong-shape',
      path: '[5]',
      message: `the deadline is 1 to ${PROMISE_MS_MAX} ms after the entry`,
    })
  return { ok: true, value: { origin, id, index, leaf, at, deadline, signature } }
}
