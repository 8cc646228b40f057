import { sha256 } from '@noble/hashes/sha2.js'
import { encodeEnvelope, encodePayload, type Payload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { toBase64, toHex } from './encoding.ts'
import { sign } from './keys.ts'
import type { StoredKey } from './vault.ts'

export interface Composed {
  /** One signed envelope, base64, as `POST /events` takes it. */
  readonly envelope: string
  /** Hash of what was signed, hex: what everybody calls this event. */
  readonly id: string
}

export async function composeEnvelope(key: StoredKey, payload: Omit<Payload, 'author'>): Promise<Composed> {
  const bytes = encodePayload({ ...payload, author: key.publicKey })
  const message = signedBytes(payload.type, bytes)
  return { envelope: toBase64(encodeEnvelope(bytes, await sign(key, message))), id: toHex(sha256(message)) }
}
