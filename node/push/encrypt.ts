import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'

/** Curve of RFC 8291 section 3.1. */
const CURVE = 'prime256v1'
const SALT_BYTES = 16
const KEY_BYTES = 16
const NONCE_BYTES = 12
/** One record holds everything that is sent (RFC 8291 section 4). */
const RECORD_BYTES = 4_096
/** What is sent is filled up to so many bytes, so that its length says nothing. */
export const PADDED_BYTES = 512
/** Marks the end of the last record's text (RFC 8188 section 2). */
const LAST = 2

export interface PushKeys {
  /** Of the browser: uncompressed P-256 point, 65 bytes. */
  readonly p256dh: Uint8Array
  /** 16 bytes. */
  readonly auth: Uint8Array
}

export interface Once {
  readonly salt: Uint8Array
  /** A key pair for this message alone. */
  readonly sender: ECDH
}

export function freshOnce(): Once {
  const sender = createECDH(CURVE)
  sender.generateKeys()
  return { salt: randomBytes(SALT_BYTES), sender }
}

const hkdf = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, bytes))

const named = (label: string): Buffer => Buffer.from(`${label}\0`, 'utf8')

/**
 * Encrypts a message for one browser: `aes128gcm` (RFC 8188) with keys as RFC 8291 section 3.4 says. Only that browser can read
 * it, not the push service. Throws when the browser's key is no point of the curve.
 */
export function encryptPush(
  { p256dh, auth }: PushKeys,
  text: Uint8Array,
  { salt, sender }: Once = freshOnce(),
  paddedBytes = PADDED_BYTES,
): Buffer {
  const own = sender.getPublicKey()
  const shared = sender.computeSecret(p256dh)
  const secret = hkdf(shared, auth, Buffer.concat([named('WebPush: info'), p256dh, own]), 32)
  const key = hkdf(secret, salt, named('Content-Encoding: aes128gcm'), KEY_BYTES)
  const nonce = hkdf(secret, salt, named('Content-Encoding: nonce'), NONCE_BYTES)
  const padding = Buffer.alloc(Math.max(0, paddedBytes - text.length - 1))
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const sealed = [cipher.update(Buffer.concat([text, Buffer.of(LAST), padding])), cipher.final(), cipher.getAuthTag()]
  const head = Buffer.alloc(SALT_BYTES + 5)
  head.set(salt)
  head.writeUInt32BE(RECORD_BYTES, SALT_BYTES)
  head.writeUInt8(own.length, SALT_BYTES + 4)
  const body = Buffer.concat([head, own, ...sealed])
  if (body.length > RECORD_BYTES) throw new Error(`a push message of ${text.length} bytes is too long for one record`)
  return body
}
