import { hash } from 'node:crypto'
import type { Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'

/**
 * Signatures for the simulator: a keyed hash, far cheaper than Ed25519 and as good among players of whom nobody signs with a
 * key that is not theirs. SHA-256, trees, notes and execution are real; the real signatures are tested elsewhere.
 */
const digest = (data: Uint8Array): Uint8Array => hash('sha256', data, 'buffer')

export const simHasher: Hasher = { sha256: digest }

/** Two rounds of a multiplicative hash (FNV-1a, then the other way round), eight bytes. */
function tag(key: Uint8Array, message: Uint8Array): readonly [number, number] {
  let [a, b] = [0x811c9dc5, 0x9e3779b9]
  for (let at = 28; at < 32; at++) a = Math.imul(a ^ (key[at] as number), 0x01000193)
  for (let at = 0; at < message.length; at++) {
    const byte = message[at] as number
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b ^ a ^ (b >>> 15), 0x85ebca6b)
  }
  return [a >>> 0, b >>> 0]
}

export function simSigner(publicKey: Uint8Array): SyncSigner {
  return {
    publicKey,
    sign(message) {
      const signature = new Uint8Array(64)
      const view = new DataView(signature.buffer)
      tag(publicKey, message).forEach((word, at) => {
        view.setUint32(4 * at, word)
      })
      return signature
    },
  }
}

export const simVerifier: Verifier = {
  verify(key, message, signature) {
    const [a, b] = tag(key, message)
    const view = new DataView(signature.buffer, signature.byteOffset)
    return view.getUint32(0) === a && view.getUint32(4) === b
  },
}

/** A key that is a number, so that a failing schedule reads well. */
export function simKey(number: number): Uint8Array {
  const key = new Uint8Array(32)
  key[0] = 0xc0
  key[30] = number >> 8
  key[31] = number & 0xff
  return key
}
