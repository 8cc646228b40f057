import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import { literal, Reader } from '../../codec/reader.ts'
import type { Result } from '../../codec/result.ts'
import { Writer } from '../../codec/writer.ts'
import { NETWORK } from '../../envelope/v1/constants.ts'
import { STREAM_USES, type Voucher } from './entry.ts'
import { RECORDING_MAX, RECORDING_PATTERN, VOUCHER_BYTES_MAX } from './limits.ts'

/** A voucher with its signature, not yet verified: by `channel` over `voucherBytes`, for one community. */
export interface SignedVoucher extends Voucher {
  readonly signature: Uint8Array
}

const DOMAIN = Uint8Array.from(`${NETWORK}/voucher/v1\0`, char => char.charCodeAt(0))
const USES = STREAM_USES.map(use => literal(use))
const SCRATCH = new Uint8Array(VOUCHER_BYTES_MAX)
const FIELDS = 6
const COMMUNITY_BYTES = 32
const LIST_OF_FIELDS = 0x80 | FIELDS
/** The kind before a voucher's fields in a stream entry: list head and `"stream"`; then the head of `at`. */
const BEFORE_AT = 8
const UINT_64 = 0x1b
/** Two byte strings after them: split (2 + 32) and signature (2 + 64). */
const AFTER_FIELDS = 100

/** Channel, cumulative, use, recording, agreement, reference: in a voucher, and in the entry that it becomes. */
export function readVoucherFields(reader: Reader): Voucher {
  return {
    channel: reader.bytes(32, 32, 'channel'),
    cumulative: reader.uint64('cumulative'),
    use: reader.oneOf(USES, 'use'),
    recording: reader.matching(RECORDING_PATTERN, RECORDING_MAX, '<release id>/<track>', 'recording'),
    agreement: reader.bytes(32, 32, 'agreement'),
    reference: reader.bytesOrNull(32, 'reference'),
  }
}

export function writeVoucherFields(writer: Writer, voucher: Voucher): Writer {
  return writer
    .bytes(voucher.channel)
    .int(voucher.cumulative)
    .text(voucher.use)
    .text(voucher.recording)
    .bytes(voucher.agreement)
    .bytesOrNull(voucher.reference)
}

/**
 * What the channel key signs: `"bandstand/voucher/v1\0"`, the 32 bytes of the key of the community whose log it is for,
 * then the list of the six fields.
 */
export function voucherBytes(community: Uint8Array, voucher: Voucher): Uint8Array {
  return writeVoucherFields(new Writer(SCRATCH).raw(DOMAIN).raw(community).list(FIELDS), voucher).finish()
}

/** `voucherBytes` of a `stream` entry that `decodeEntry` accepted: its fields lie in the entry as they were signed. */
export function voucherBytesIn(community: Uint8Array, streamEntry: Uint8Array): Uint8Array {
  const head = streamEntry[BEFORE_AT] as number
  const start = BEFORE_AT + 1 + (head < 24 ? 0 : 1 << (Math.min(head, UINT_64) - 24))
  const end = streamEntry.length - AFTER_FIELDS
  const out = new Uint8Array(DOMAIN.length + COMMUNITY_BYTES + 1 + end - start)
  let at = 0
  for (; at < DOMAIN.length; at++) out[at] = DOMAIN[at] as number
  for (let i = 0; i < COMMUNITY_BYTES; i++) out[at++] = community[i] as number
  out[at++] = LIST_OF_FIELDS
  for (let i = start; i < end; i++) out[at++] = streamEntry[i] as number
  return out
}

/** Names a voucher in acks: SHA-256 of what was signed. */
export const voucherId = (
  sha256: (data: Uint8Array) => Uint8Array,
  community: Uint8Array,
  voucher: Voucher,
): Uint8Array => sha256(voucherBytes(community, voucher))

/** A voucher as it travels: a list of the six fields and the signature. */
export function encodeSignedVoucher(voucher: SignedVoucher): Uint8Array {
  return writeVoucherFields(new Writer(SCRATCH).list(FIELDS + 1), voucher)
    .bytes(voucher.signature)
    .finish()
}

/** Strict and bounded. Checks form only: the caller verifies the signature. */
export function decodeSignedVoucher(input: Uint8Array): Result<SignedVoucher, CodecFault> {
  return attempt(() => {
    const reader = new Reader(input, VOUCHER_BYTES_MAX)
    reader.list(FIELDS + 1, FIELDS + 1, '')
    const voucher = { ...readVoucherFields(reader), signature: reader.bytes(64, 64, 'signature') }
    reader.end()
    return voucher
  })
}
