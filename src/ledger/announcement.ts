import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { type Announcement, decodeAnnouncement } from '#protocols/ledger/v1/codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyCheckpoint } from './checkpoint.ts'
import { leafHash } from './merkle.ts'
import { prefixRoot, verifyConsistency, verifyInclusion } from './merkle-verify.ts'

export type AnnouncementFaultCode = 'malformed' | 'bad-checkpoint' | 'bad-proof'

export interface AnnouncementFault {
  readonly code: AnnouncementFaultCode
  readonly message: string
}

/** An entry that its community has signed for. Whether the entry itself is valid is asked of `checkEntry`. */
export interface ProvenAnnouncement {
  readonly announcement: Announcement
  readonly checkpoint: Checkpoint
  readonly leaf: Uint8Array
  /** Root of all entries before this one, as the signed checkpoint fixes it; `null` for entry 0. */
  readonly prefix: Uint8Array | null
}

const fault = (code: AnnouncementFaultCode, message: string): Result<never, AnnouncementFault> => err({ code, message })

/** Decodes an announcement and verifies checkpoint signature, inclusion, and consistency from the entry's own index. */
export function checkAnnouncement(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  community: Uint8Array,
  bytes: Uint8Array,
): Result<ProvenAnnouncement, AnnouncementFault> {
  const decoded = decodeAnnouncement(bytes)
  if (!decoded.ok) return fault('malformed', `the receipt cannot be read: ${decoded.error.message}`)
  const { entry, index, checkpoint, inclusion, consistency } = decoded.value
  const head = verifyCheckpoint(ports, community, checkpoint)
  if (!head.ok) return fault(head.error.code === 'malformed' ? 'malformed' : 'bad-checkpoint', head.error.message)
  const { size, root } = head.value
  const { hasher } = ports
  const leaf = leafHash(hasher, entry)
  if (!verifyInclusion(hasher, { index, size, leaf, root, proof: inclusion }))
    return fault('bad-proof', 'the receipt is not in the log that the checkpoint signs')
  const prefix = prefixRoot(hasher, { index, size, proof: inclusion })
  const consistent =
    prefix === null
      ? consistency.length === 0
      : verifyConsistency(hasher, { from: index, to: size, fromRoot: prefix, toRoot: root, proof: consistency })
  if (!consistent) return fault('bad-proof', 'the consistency proof of the receipt does not verify')
  return ok({ announcement: decoded.value, checkpoint: head.value, leaf, prefix })
}
