import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import {
  type Checkpoint,
  checkpointText,
  formatNote,
  keyIdOf,
  parseCheckpoint,
} from '#protocols/ledger/v1/checkpoint.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import type { Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'

/** Signs a tree head under the log's own name. */
export function signNote(
  ports: { readonly hasher: Hasher; readonly signer: SyncSigner },
  origin: string,
  size: number,
  root: Uint8Array,
): string {
  const text = checkpointText(origin, size, root)
  const keyId = keyIdOf(data => ports.hasher.sha256(data), origin, ports.signer.publicKey)
  return formatNote(text, [{ name: origin, keyId, signature: ports.signer.sign(fromString(text)) }])
}

/** Reads a note that this community's key signed under the note's own origin; null for any other text. */
export function readOwnNote(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  community: Uint8Array,
  note: string,
): Checkpoint | null {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) return null
  const name = parseOrigin(parsed.value.origin)
  if (name === null || !equals(name.community, community)) return null
  const { origin, signatures, text } = parsed.value
  const keyId = keyIdOf(data => ports.hasher.sha256(data), origin, community)
  const own = signatures.filter(line => line.name === origin && equals(line.keyId, keyId))
  const message = fromString(text)
  const good =
    own.length > 0 &&
    own.every(line => line.signature.length === 64 && ports.verifier.verify(community, message, line.signature))
  return good ? parsed.value : null
}
