import { WRAP_INFO, WRAPPED_BYTES } from '#protocols/identity/v1/passkey.ts'

const IV_BYTES = 12

/** HKDF-SHA-256 without salt over what a passkey computed (WebAuthn level 3, section 10.1.4), for AES-256-GCM. */
async function wrapKey(output: ArrayBuffer): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', output, 'HKDF', false, ['deriveKey'])
  const info = new TextEncoder().encode(WRAP_INFO)
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

/** Nonce and ciphertext of a seed; `publicKey` is authenticated with it. */
export async function closeSeed(
  seed: Uint8Array<ArrayBuffer>,
  output: ArrayBuffer,
  publicKey: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const closed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: publicKey },
    await wrapKey(output),
    seed,
  )
  return Uint8Array.from([...iv, ...new Uint8Array(closed)])
}

/** The seed; null when it was closed with something else, for another key, or changed since. */
export async function openSeed(
  wrapped: Uint8Array<ArrayBuffer>,
  output: ArrayBuffer,
  publicKey: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (wrapped.length !== WRAPPED_BYTES) return null
  const iv = wrapped.slice(0, IV_BYTES)
  try {
    const key = await wrapKey(output)
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: publicKey }, key, wrapped.slice(IV_BYTES)),
    )
  } catch {
    return null
  }
}
