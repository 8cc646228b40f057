import { fromBase64 } from './encoding.ts'
import { keepKey, readKey, type StoredKey } from './vault.ts'

/** Makes an Ed25519 key: in WebCrypto, never extractable, where the browser can; else a seed for noble. */
export async function obtainKey(): Promise<StoredKey> {
  const known = await readKey()
  if (known !== undefined) return known
  return keepKey(await makeKey())
}

/** A fresh key that is kept nowhere. */
export const makeKey = async (): Promise<StoredKey> => (await native()) ?? (await portable())

async function native(): Promise<StoredKey | null> {
  // Absent on pages that are not a secure context, such as plain http from another machine.
  if (globalThis.crypto.subtle === undefined) return null
  try {
    return await keyOfSeed(crypto.getRandomValues(new Uint8Array(SEED_BYTES)))
  } catch {
    return null
  }
}

const SEED_BYTES = 32
/** PKCS #8 around an Ed25519 seed (RFC 8410 section 7). */
const PKCS8_HEAD = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]

/** A key that signs and cannot be read out, with its seed closed beside it. Throws where WebCrypto lacks Ed25519. */
async function keyOfSeed(seed: Uint8Array<ArrayBuffer>): Promise<StoredKey> {
  const pkcs8 = Uint8Array.from([...PKCS8_HEAD, ...seed])
  const readable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign'])
  const { x = '' } = await crypto.subtle.exportKey('jwk', readable)
  const publicKey = fromBase64(x.replaceAll('-', '+').replaceAll('_', '/'))
  const secret = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const closed = { key, iv, seed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, seed) }
  return { publicKey, secret, closed }
}

/** The key that belongs to a seed, on this or any device. */
export async function restoredKey(seed: Uint8Array<ArrayBuffer>): Promise<StoredKey> {
  if (globalThis.crypto.subtle !== undefined)
    try {
      return await keyOfSeed(seed)
    } catch {}
  const { ed25519 } = await import('@noble/curves/ed25519.js')
  return { publicKey: Uint8Array.from(ed25519.getPublicKey(seed)), secret: seed }
}

/** The seed of a key on this device; null for one that was made before seeds were kept. */
export async function seedOf({ secret, closed }: StoredKey): Promise<Uint8Array<ArrayBuffer> | null> {
  if (secret instanceof Uint8Array) return secret
  if (closed === undefined) return null
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: closed.iv }, closed.key, closed.seed))
}

async function portable(): Promise<StoredKey> {
  const { ed25519 } = await import('@noble/curves/ed25519.js')
  const secret = crypto.getRandomValues(new Uint8Array(32))
  return { publicKey: Uint8Array.from(ed25519.getPublicKey(secret)), secret }
}

export async function sign(key: StoredKey, message: Uint8Array): Promise<Uint8Array> {
  const bytes = Uint8Array.from(message)
  if (key.secret instanceof Uint8Array) {
    const { ed25519 } = await import('@noble/curves/ed25519.js')
    return ed25519.sign(bytes, key.secret)
  }
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key.secret, bytes))
}
