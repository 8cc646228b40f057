import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { NETWORK } from '../../envelope/v1/constants.ts'

export type SignedType =
  | 'ack'
  | 'charter'
  | 'stake-profile'
  | 'close'
  | 'quote'
  | 'settlement'
  | 'netting'
  | 'position'
  | 'conformance'
  | 'conformance-published'

/** `"<network>/<type>/v1\0" || body`: what is signed outside envelopes, so that no signature serves two purposes. */
export const signedMessage = (type: SignedType, body: Uint8Array): Uint8Array =>
  concat([fromString(`${NETWORK}/${type}/v1\0`), body])
