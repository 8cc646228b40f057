import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'

const { Point } = ed25519
const ORDER = Point.Fn.ORDER

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

/**
 * Ed25519 under the one rule of the wire (`protocols/codec/spec.md`): canonical `S`, key and `R`, neither of small order, and the
 * equation without the cofactor. noble's own check multiplies by the cofactor, and so accepts signatures that every stage refuses.
 * False for whatever cannot be read.
 */
export function verifyStrictly(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    const key = Point.fromBytes(publicKey)
    const start = Point.fromBytes(signature.subarray(0, 32))
    const s = littleEndian(signature.subarray(32))
    if (s >= ORDER || key.isSmallOrder() || start.isSmallOrder()) return false
    const parts = new Uint8Array(64 + message.length)
    parts.set(signature.subarray(0, 32))
    parts.set(publicKey, 32)
    parts.set(message, 64)
    const k = littleEndian(sha512(parts)) % ORDER
    return Point.BASE.multiplyUnsafe(s).equals(start.add(key.multiplyUnsafe(k)))
  } catch {
    return false
  }
}
