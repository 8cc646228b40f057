import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import { attempt } from '#protocols/codec/dag-cbor.ts'
import type { Shape } from '#protocols/codec/shape.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Clock, Verifier } from '#src/kernel/ports.ts'

/** How far the clock of who asks may be off, ms: as for what is said (`src/engagement/admission`). */
const CLOCK_OFF_MS_MAX = 5 * 60 * 1000

export interface SignedRequestInit {
  /** The community that is asked. */
  readonly own: Uint8Array
  readonly verifier: Verifier
  readonly clock: Clock
}

/**
 * Reads what a key asks of this stage alone: an envelope of a type that belongs to no area of events, addressed to this
 * community and signed now. It can be shown again for some minutes, so it asks only for what may happen twice, or names a
 * challenge. Throws `StageError` 'bad-envelope', 'bad-signature' or 'clock-off'.
 */
export function readSignedRequest<T>(
  { own, verifier, clock }: SignedRequestInit,
  bytes: Uint8Array,
  type: string,
  shape: Shape<T>,
): { readonly author: Uint8Array; readonly body: T } {
  const decoded = decodeEnvelope(bytes)
  if (!decoded.ok || decoded.value.type !== type || !equals(decoded.value.community, own))
    throw new StageError('bad-envelope', 'What this page signed is for something else. Reload the page and try again.')
  const { author, payload, signature, at } = decoded.value
  if (!verifier.verify(author, signedBytes(type, payload), signature))
    throw new StageError('bad-signature', 'The signature does not match the author and the content.')
  if (Math.abs(at - clock.nowMs()) > CLOCK_OFF_MS_MAX)
    throw new StageError('clock-off', 'The clock of this device is off. Set it and try again.')
  const body = attempt(() => shape(decoded.value.body, 'body'))
  if (!body.ok) throw new StageError('bad-envelope', `${body.error.path}: ${body.error.message}.`)
  return { author, body: body.value }
}
