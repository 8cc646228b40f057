import { fromString } from 'uint8arrays/from-string'
import { keyIdOf, type NoteSignature, type Sha256 } from './checkpoint.ts'
import { NOTE_COSIGNATURE } from './constants.ts'

/** What a cosignature line carries: when, and the Ed25519 signature over `cosignatureMessage`. Not verified yet. */
export interface Cosignature {
  /** POSIX time, seconds. */
  readonly seconds: number
  readonly signature: Uint8Array
}

const TIMESTAMP_BYTES = 8
const SIGNATURE_BYTES = 64
const TWO_32 = 4_294_967_296

/** C2SP tlog-cosignature, cosignature/v1: two lines, then the note's text with its final newline. */
export function cosignatureMessage(text: string, seconds: number): Uint8Array {
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new RangeError(`${seconds} is no POSIX time`)
  return fromString(`cosignature/v1\ntime ${seconds}\n${text}`)
}

/** SHA-256(name || 0x0A || 0x04 || public key)[:4]: another id than the same key's as a log's. */
export const cosignatureKeyId = (sha256: Sha256, name: string, publicKey: Uint8Array): Uint8Array =>
  keyIdOf(sha256, name, publicKey, NOTE_COSIGNATURE)

/** A cosignature as a line of a note. */
export function formatCosignature(
  name: string,
  keyId: Uint8Array,
  seconds: number,
  signature: Uint8Array,
): NoteSignature {
  const blob = new Uint8Array(TIMESTAMP_BYTES + signature.length)
  const view = new DataView(blob.buffer)
  view.setUint32(0, Math.floor(seconds / TWO_32))
  view.setUint32(4, seconds % TWO_32)
  blob.set(signature, TIMESTAMP_BYTES)
  return { name, keyId, signature: blob }
}

/** Reads the blob of a line whose name and key id are an auditor's; null when it is no `timestamped_signature` of Ed25519. */
export function cosignatureOf(line: NoteSignature): Cosignature | null {
  const blob = line.signature
  if (blob.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return null
  const view = new DataView(blob.buffer, blob.byteOffset)
  const seconds = view.getUint32(0) * TWO_32 + view.getUint32(4)
  return Number.isSafeInteger(seconds) ? { seconds, signature: blob.subarray(TIMESTAMP_BYTES) } : null
}
