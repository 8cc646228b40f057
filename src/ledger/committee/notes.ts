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
  const keyId = keyIdOf(digest(hasher), origin, community)
  const own = signatures.filter(line => line.name === origin && equals(line.keyId, keyId))
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

/** A seat's valid cosignature among the lines of a note, and its time in seconds since the Unix epoch; null when none. */
export function cosignatureBy(
  { hasher, verifier }: NotePorts,
  checkpoint: Checkpoint,
  key: Uint8Array,
): { readonly line: NoteSignature; readonly seconds: number } | null {
  const name = seatNameOf(key)
  const lines = checkpoint.signatures.filter(line => line.name === name)
  if (lines.length === 0) return null
  const keyId = cosignatureKeyId(digest(hasher), name, key)
  for (const line of lines) {
    const read = equals(line.keyId, keyId) ? cosignatureOf(line) : null
    if (read !== null && verifier.verify(key, cosignatureMessage(checkpoint.text, read.seconds), read.signature))
      return { line, seconds: read.seconds }
  }
  return null
}

/** Time of a seat's valid cosignature in seconds since the Unix epoch; null when the note has none. */
export const cosignedAt = (ports: NotePorts, checkpoint: Checkpoint, key: Uint8Array): number | null =>
  cosignatureBy(ports, checkpoint, key)?.seconds ?? null

/** A seat's valid vote to hand a head over to the next committee, among the lines of its note; null when none. */
export function voteBy({ hasher, verifier }: NotePorts, checkpoint: Checkpoint, key: Uint8Array): NoteSignature | null {
  const name = handoverNameOf(key)
  const lines = checkpoint.signatures.filter(line => line.name === name && line.signature.length === 64)
  if (lines.length === 0) return null
  const keyId = keyIdOf(digest(hasher), name, key)
  const message = fromString(checkpoint.text)
  return lines.find(line => equals(line.keyId, keyId) && verifier.verify(key, message, line.signature)) ?? null
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
