import { CID } from 'multiformats/cid'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { BLOCK_BYTES_MAX, CID_BYTES_MAX, ID_BYTES, STATUS_BYTES } from './constants.ts'

const ID_MAX = 0xffff_ffff
const HEADER_BYTES = ID_BYTES + STATUS_BYTES

/** spec.md "Request". */
export interface BlockRequest {
  /** Chosen by the client; unique among its requests in flight on this stream. 0 to 2^32 - 1. */
  readonly id: number
  readonly cid: CID
}

/** spec.md "Response". `other` is a status of a later minor version: a refusal without a known reason. */
export type BlockResponse =
  | { readonly id: number; readonly status: 'block'; readonly block: Uint8Array }
  | { readonly id: number; readonly status: 'not-found' | 'busy' | 'too-large' | 'other' }

const STATUS_CODES = { block: 0, 'not-found': 1, busy: 2, 'too-large': 3 } as const
const REFUSALS = new Map<number, 'not-found' | 'busy' | 'too-large'>([
  [STATUS_CODES['not-found'], 'not-found'],
  [STATUS_CODES.busy, 'busy'],
  [STATUS_CODES['too-large'], 'too-large'],
])

/** Throws `RangeError` for an id or a CID outside the limits: a defect of the caller. */
export function encodeRequest({ id, cid }: BlockRequest): Uint8Array {
  if (cid.bytes.length > CID_BYTES_MAX) throw new RangeError('the CID is longer than this protocol carries')
  const out = new Uint8Array(ID_BYTES + cid.bytes.length)
  putId(out, id)
  out.set(cid.bytes, ID_BYTES)
  return out
}

/** Bounded: never throws; a CID must fill the frame exactly. */
export function decodeRequest(frame: Uint8Array): Result<BlockRequest, CodecFault> {
  return attempt(() => {
    if (frame.length <= ID_BYTES) throw new CodecError('truncated', 'a request is an id and a CID')
    if (frame.length > ID_BYTES + CID_BYTES_MAX) throw new CodecError('too-large', 'the CID is too long')
    return { id: getId(frame), cid: decodeCid(frame.subarray(ID_BYTES)) }
  })
}

/** What precedes the block in a response frame. A refusal is this header alone. */
export function encodeResponseHeader(id: number, status: keyof typeof STATUS_CODES): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES)
  putId(out, id)
  out[ID_BYTES] = STATUS_CODES[status]
  return out
}

/** Bounded: never throws. The block is a view into the frame, and is not yet verified. */
export function decodeResponse(frame: Uint8Array): Result<BlockResponse, CodecFault> {
  return attempt((): BlockResponse => {
    if (frame.length < HEADER_BYTES) throw new CodecError('truncated', 'a response is an id, a status and a block')
    if (frame.length > HEADER_BYTES + BLOCK_BYTES_MAX) throw new CodecError('too-large', 'the block is too large')
    const id = getId(frame)
    const code = frame[ID_BYTES] as number
    if (code === STATUS_CODES.block) return { id, status: 'block', block: frame.subarray(HEADER_BYTES) }
    if (frame.length > HEADER_BYTES) throw new CodecError('trailing-bytes', 'a refusal carries no block')
    return { id, status: REFUSALS.get(code) ?? 'other' }
  })
}

function decodeCid(bytes: Uint8Array): CID {
  try {
    return CID.decode(bytes)
  } catch (cause) {
    throw new CodecError('malformed', cause instanceof Error ? cause.message : 'not a CID', 'cid')
  }
}

function putId(out: Uint8Array, id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > ID_MAX) throw new RangeError(`${id} is not a request id`)
  new DataView(out.buffer, out.byteOffset).setUint32(0, id)
}

function getId(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0)
}
