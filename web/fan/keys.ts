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
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
    return { publicKey, secret: pair.privateKey }
  } catch {
    return null
  }
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
