import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, bytesUpTo, list, oneOf, openStruct, type Shape, struct, text, uint } from '../../codec/shape.ts'
import { GOSSIP_MESSAGE_BYTES_MAX } from '../../gossip/v1/constants.ts'
import { NOTE_LENGTH_MAX, PROOF_HASHES_MAX } from './constants.ts'
import { ENTRY_BYTES_MAX, TOPIC_ENTRIES_MAX, TOPIC_LIMITS } from './limits.ts'

/** A certified batch, as it is said on the community's receipts topic. */
export interface Announcement {
  /** Signed note with its cosignatures. */
  readonly checkpoint: string
  /** Size that `entries` follow on. */
  readonly from: number
  /** Up to the checkpoint's size; empty when they do not fit in one message: then the log is fetched. */
  readonly entries: readonly Uint8Array[]
  /** RFC 6962 consistency proof from size `from` to the checkpoint's; empty from size 0. */
  readonly consistency: readonly Uint8Array[]
}

export type TopicMessage =
  | { readonly kind: 'announcement'; readonly announcement: Announcement }
  /** `encodeEvidence` of what convicts the log or one of its seats. */
  | { readonly kind: 'evidence'; readonly evidence: Uint8Array }

const announcementShape = struct<Announcement & { t: string }>({
  t: oneOf('batch'),
  checkpoint: text(NOTE_LENGTH_MAX),
  from: uint(),
  entries: list(bytesUpTo(ENTRY_BYTES_MAX), TOPIC_ENTRIES_MAX),
  consistency: list(bytes(32), PROOF_HASHES_MAX),
})
const evidenceShape = struct({ t: oneOf('evidence'), evidence: bytesUpTo(GOSSIP_MESSAGE_BYTES_MAX) })
const tag = openStruct({ t: oneOf('batch', 'evidence') })

const messageShape: Shape<TopicMessage> = (value, path) => {
  if (tag(value, path).t === 'evidence') return { kind: 'evidence', evidence: evidenceShape(value, path).evidence }
  const { checkpoint, from, entries, consistency } = announcementShape(value, path)
  return { kind: 'announcement', announcement: { checkpoint, from, entries, consistency } }
}

/** Entries that do not fit in one message are all left out: receivers fetch the log. */
export function encodeAnnouncement({ checkpoint, from, entries, consistency }: Announcement): Uint8Array {
  const write = (some: readonly Uint8Array[]) =>
    encode({ t: 'batch', checkpoint, from, entries: [...some], consistency: [...consistency] })
  const total = entries.reduce((sum, entry) => sum + entry.length, 0)
  if (entries.length > TOPIC_ENTRIES_MAX || total > GOSSIP_MESSAGE_BYTES_MAX) return write([])
  const whole = write(entries)
  return whole.length > GOSSIP_MESSAGE_BYTES_MAX ? write([]) : whole
}

/** Null when the evidence is too large for the topic: it is then offered over the audit protocol. */
export function encodeEvidenceMessage(evidence: Uint8Array): Uint8Array | null {
  const message = encode({ t: 'evidence', evidence })
  return message.length > GOSSIP_MESSAGE_BYTES_MAX ? null : message
}

/** Strict and bounded. Entries stay bytes, because leaf hashes are over exactly these. */
export const decodeTopicMessage = (input: Uint8Array): Result<TopicMessage, CodecFault> =>
  decode(input, messageShape, TOPIC_LIMITS)
