import { encodeEnvelope, encodePayload, type Payload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { toBase64 } from './encoding.ts'
import { sign } from './keys.ts'
import type { StoredKey } from './vault.ts'

/** One signed envelope, base64, as `POST /events` takes it. */
export async function composeEnvelope(key: StoredKey, payload: Omit<Payload, 'author'>): Promise<string> {
  const bytes = encodePayload({ ...payload, author: key.publicKey })
  return toBase64(encodeEnvelope(bytes, await sign(key, signedBytes(payload.type, bytes))))
}
