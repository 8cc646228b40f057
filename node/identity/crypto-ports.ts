import { Buffer } from 'node:buffer'
import { hash, randomBytes } from 'node:crypto'
import sodium from 'sodium-native'
import type { Clock, Hasher, Random, SyncSigner, Verifier } from '#src/kernel/ports.ts'

/** libsodium wants Buffers: a view over the same bytes, never a copy. */
const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const hasher: Hasher = { sha256: data => hash('sha256', data, 'buffer') }

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
