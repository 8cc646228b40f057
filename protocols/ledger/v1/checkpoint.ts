import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { NOTE_ED25519, NOTE_LENGTH_MAX, NOTE_SIGNATURES_MAX } from './constants.ts'

/** One signature line of a note: `— <name> base64(key id || signature)`. */
export interface NoteSignature {
  readonly name: string
  /** Four bytes that, with the name, say which key and algorithm. */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/** A parsed C2SP tlog-checkpoint. No signature is verified yet: they are over `text`. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** What was signed, with its final newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export type Sha256 = (data: Uint8Array) => Uint8Array

const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u
const TREE_SIZE = /^(?:0|[1-9][0-9]{0,15})$/
const KEY_ID_BYTES = 4
// Notes are text of lines: newline is the only control character that may appear.
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/u

/** C2SP signed-note: SHA-256(name || 0x0A || type || public key)[:4]. */
export const keyIdOf = (sha256: Sha256, name: string, publicKey: Uint8Array, type: number = NOTE_ED25519): Uint8Array =>
  sha256(concat([fromString(`${name}\n`), Uint8Array.of(type), publicKey])).subarray(0, KEY_ID_BYTES)

/** The text that a log signs: origin, size, root. No extension lines. */
export const checkpointText = (origin: string, size: number, root: Uint8Array): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`

/** One signature line with its newline. */
export const formatSignature = ({ name, keyId, signature }: NoteSignature): string =>
  `— ${name} ${toBase64(concat([keyId, signature]))}\n`

/** Text, a blank line, one signature line for each signature. */
export const formatNote = (text: string, signatures: readonly NoteSignature[]): string =>
  `${text}\n${signatures.map(formatSignature).join('')}`

const malformed = (message: string): never => {
  throw new CodecError('malformed', message, 'checkpoint')
}

function parseSignature(line: string): NoteSignature {
  const match = SIGNATURE_LINE.exec(line)
  if (match === null) return malformed('a signature line cannot be read')
  const [, name = '', encoded = ''] = match
  const blob = fromBase64(encoded, 'checkpoint')
  if (blob.length <= KEY_ID_BYTES) return malformed('a signature is too short')
  return { name, keyId: blob.subarray(0, KEY_ID_BYTES), signature: blob.subarray(KEY_ID_BYTES) }
}

/** Reads one signature line, without its newline: what an auditor answers. */
export const parseSignatureLine = (line: string): Result<NoteSignature, CodecFault> =>
  attempt(() =>
    line.length > NOTE_LENGTH_MAX || CONTROL.test(line) || line.includes('\n')
      ? malformed('a signature line cannot be read')
      : parseSignature(line),
  )

function parseOrThrow(note: string): Checkpoint {
  if (note.length > NOTE_LENGTH_MAX) throw new CodecError('too-large', 'the note is too long', 'checkpoint')
  if (CONTROL.test(note) || !note.isWellFormed()) return malformed('control characters are not allowed')
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) return malformed('a note is a text, a blank line and signature lines')
  const text = note.slice(0, cut + 1)
  const signatureLines = note.slice(cut + 2, -1).split('\n')
  if (signatureLines.length > NOTE_SIGNATURES_MAX)
    throw new CodecError('too-many-items', `more than ${NOTE_SIGNATURES_MAX} signatures`, 'checkpoint')
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', size = '', root = ''] = lines
  if (lines.length < 3 || lines.includes(''))
    return malformed('expected origin, tree size and root hash, no empty line')
  if (!TREE_SIZE.test(size) || !Number.isSafeInteger(Number(size))) return malformed('the tree size is not a number')
  const rootHash = fromBase64(root, 'checkpoint')
  if (rootHash.length !== 32) return malformed('the root hash is not 32 bytes')
  return { origin, size: Number(size), root: rootHash, text, signatures: signatureLines.map(parseSignature) }
}

/** Reads a signed checkpoint strictly. Extension lines are covered by `text` and otherwise ignored. */
export const parseCheckpoint = (note: string): Result<Checkpoint, CodecFault> => attempt(() => parseOrThrow(note))
