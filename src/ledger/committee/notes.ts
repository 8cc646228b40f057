import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import {
  type Checkpoint,
  formatNote,
  keyIdOf,
  type NoteSignature,
  parseCheckpoint,
  type Sha256,
} from '#protocols/ledger/v1/checkpoint.ts'
import {
  cosignatureKeyId,
  cosignatureMessage,
  cosignatureOf,
  formatCosignature,
} from '#protocols/ledger/v1/cosignature.ts'
import { handoverNameOf, seatNameOf } from '#protocols/ledger/v1/origin.ts'
import type { Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'

export interface NotePorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
}

export interface NoteFault {
  readonly code: 'malformed' | 'wrong-origin' | 'unsigned' | 'bad-signature'
  readonly message: string
}

const fault = (code: NoteFault['code'], message: string): Result<never, NoteFault> => err({ code, message })

const digest =
  (hasher: Hasher): Sha256 =>
  data =>
    hasher.sha256(data)

/** The lines of a note that a key made in a role, by name and key id. Nothing is verified yet. */
export const linesOf = (lines: readonly NoteSignature[], name: string, keyId: Uint8Array): NoteSignature[] =>
  lines.filter(line => line.name === name && equals(line.keyId, keyId))

/** Reads the note of a log and verifies the log's own line. Lines of others are ignored here. */
export function verifyLogNote(
  { hasher, verifier }: NotePorts,
  origin: string,
  community: Uint8Array,
  note: string,
): Result<Checkpoint, NoteFault> {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) return fault('malformed', parsed.error.message)
  const { text, signatures } = parsed.value
  if (parsed.value.origin !== origin) return fault('wrong-origin', 'this checkpoint is of another log')
  const own = linesOf(signatures, origin, keyIdOf(digest(hasher), origin, community))
  if (own.length === 0) return fault('unsigned', 'this checkpoint is not signed by its community')
  const message = fromString(text)
  return own.every(line => line.signature.length === 64 && verifier.verify(community, message, line.signature))
    ? ok(parsed.value)
    : fault('bad-signature', 'the signature on this checkpoint does not verify')
}

/** The note with the log's own lines alone. */
export function bareNote(checkpoint: Checkpoint): string {
  return formatNote(
    checkpoint.text,
    checkpoint.signatures.filter(line => line.name === checkpoint.origin),
  )
}

/** Time of a seat's valid cosignature in seconds since the Unix epoch; null when the note has none. */
export function cosignedAt({ hasher, verifier }: NotePorts, checkpoint: Checkpoint, key: Uint8Array): number | null {
  const name = seatNameOf(key)
  for (const line of linesOf(checkpoint.signatures, name, cosignatureKeyId(digest(hasher), name, key))) {
    const read = cosignatureOf(line)
    if (read !== null && verifier.verify(key, cosignatureMessage(checkpoint.text, read.seconds), read.signature))
      return read.seconds
  }
  return null
}

/** Whether a seat's vote to hand this head over to the next committee is among the lines, and valid. */
export function hasVote({ hasher, verifier }: NotePorts, checkpoint: Checkpoint, key: Uint8Array): boolean {
  const name = handoverNameOf(key)
  return linesOf(checkpoint.signatures, name, keyIdOf(digest(hasher), name, key)).some(
    line => line.signature.length === 64 && verifier.verify(key, fromString(checkpoint.text), line.signature),
  )
}

/** The line by which a seat certifies a head that it has persisted. */
export function cosignLine(hasher: Hasher, signer: SyncSigner, text: string, seconds: number): NoteSignature {
  const name = seatNameOf(signer.publicKey)
  const signature = signer.sign(cosignatureMessage(text, seconds))
  return formatCosignature(name, cosignatureKeyId(digest(hasher), name, signer.publicKey), seconds, signature)
}

/** The line by which a seat of the old committee hands a head that it has persisted over to the next committee. */
export function voteLine(hasher: Hasher, signer: SyncSigner, text: string): NoteSignature {
  const name = handoverNameOf(signer.publicKey)
  return {
    name,
    keyId: keyIdOf(digest(hasher), name, signer.publicKey),
    signature: signer.sign(fromString(text)),
  }
}
