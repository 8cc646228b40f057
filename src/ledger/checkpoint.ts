import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import {
  type Checkpoint,
  checkpointText,
  formatNote,
  keyIdOf,
  originOf,
  parseCheckpoint,
} from '#protocols/ledger/v1/checkpoint.ts'
import type { Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'

type CheckpointFaultCode = 'malformed' | 'wrong-origin' | 'unsigned' | 'bad-signature'

export interface CheckpointFault {
  readonly code: CheckpointFaultCode
  readonly message: string
}

const fault = (code: CheckpointFaultCode, message: string): Result<never, CheckpointFault> => err({ code, message })

/** Signs the tree head of the community whose key `signer` holds. */
export function signCheckpoint(hasher: Hasher, signer: SyncSigner, size: number, root: Uint8Array): string {
  const origin = originOf(signer.publicKey)
  const text = checkpointText(origin, size, root)
  const keyId = keyIdOf(data => hasher.sha256(data), origin, signer.publicKey)
  return formatNote(text, [{ name: origin, keyId, signature: signer.sign(fromString(text)) }])
}

/** Reads a checkpoint of a community's log and verifies its signature. Lines by other keys are ignored. */
export function verifyCheckpoint(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  community: Uint8Array,
  note: string,
): Result<Checkpoint, CheckpointFault> {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) return fault('malformed', parsed.error.message)
  const origin = originOf(community)
  if (parsed.value.origin !== origin) return fault('wrong-origin', 'this checkpoint is of another log')
  const keyId = keyIdOf(data => ports.hasher.sha256(data), origin, community)
  const own = parsed.value.signatures.filter(line => line.name === origin && equals(line.keyId, keyId))
  if (own.length === 0) return fault('unsigned', 'this checkpoint is not signed by its community')
  const message = fromString(parsed.value.text)
  const good = own.every(
    line => line.signature.length === 64 && ports.verifier.verify(community, message, line.signature),
  )
  return good ? ok(parsed.value) : fault('bad-signature', 'the signature on this checkpoint does not verify')
}
