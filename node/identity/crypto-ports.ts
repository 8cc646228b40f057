import { Buffer } from 'node:buffer'
import { hash, randomBytes } from 'node:crypto'
import sodium from 'sodium-native'
import type { Clock, Hasher, Random, SyncSigner, Verifier } from '#src/kernel/ports.ts'

/** libsodium wants Buffers: a view over the same bytes, never a copy. */
const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const SHA256_BYTES = 32

/** By way of a one-byte text: a Buffer of 32 bytes lives outside the heap, and making it costs more than the hash. */
function sha256(data: Uint8Array): Uint8Array {
  const text = hash('sha256', data, 'latin1')
  const digest = new Uint8Array(SHA256_BYTES)
  for (let i = 0; i < SHA256_BYTES; i++) digest[i] = text.charCodeAt(i)
  return digest
}

export const hasher: Hasher = { sha256 }

/**
 * Ed25519 as libsodium accepts it: canonical `S`, canonical public key, no small-order key or `R`, cofactorless. A key
 * or signature of another length is refused like any other wrong one.
 */
export const verifier: Verifier = {
  verify: (publicKey, message, signature) =>
    publicKey.length === sodium.crypto_sign_PUBLICKEYBYTES &&
    signature.length === sodium.crypto_sign_BYTES &&
    sodium.crypto_sign_verify_detached(view(signature), view(message), view(publicKey)),
}

export const clock: Clock = { nowMs: () => Date.now() }

export const random: Random = { bytes: length => randomBytes(length) }

/** A signer over a 32-byte seed. The expanded key stays inside. */
export function signerFromSeed(seed: Uint8Array): SyncSigner {
  const publicKey = Buffer.alloc(sodium.crypto_sign_PUBLICKEYBYTES)
  const secretKey = Buffer.alloc(sodium.crypto_sign_SECRETKEYBYTES)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, view(seed))
  return {
    publicKey: new Uint8Array(publicKey),
    sign: message => {
      const signature = Buffer.alloc(sodium.crypto_sign_BYTES)
      sodium.crypto_sign_detached(signature, view(message), secretKey)
      return new Uint8Array(signature)
    },
  }
}
