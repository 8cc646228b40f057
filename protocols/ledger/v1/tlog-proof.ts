import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { PROOF_HASHES_MAX } from './constants.ts'
import { TLOG_PROOF_LENGTH_MAX } from './limits.ts'

/** C2SP tlog-proof: that an entry is in a log, verifiable offline. Nothing in it is verified yet. */
export interface TlogProof {
  /** Opaque and NOT authenticated; null when there is none. */
  readonly extra: Uint8Array | null
  readonly index: number
  /** RFC 6962 audit path, from the leaf's sibling up. */
  readonly path: readonly Uint8Array[]
  /** Signed note, verbatim. */
  readonly checkpoint: string
}

const HEADER = 'c2sp.org/tlog-proof@v1'
const INDEX_LINE = /^index (0|[1-9][0-9]{0,15})$/
const EXTRA = 'extra '

export function formatTlogProof({ extra, index, path, checkpoint }: TlogProof): string {
  const lines = [HEADER, ...(extra === null ? [] : [EXTRA + toBase64(extra)]), `index ${index}`, ...path.map(toBase64)]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

const malformed = (message: string): never => {
  throw new CodecError('malformed', message, 'proof')
}

function hashOf(line: string): Uint8Array {
  const hash = fromBase64(line, 'proof')
  return hash.length === 32 ? hash : malformed('a hash of the proof is not 32 bytes')
}

function parseOrThrow(text: string): TlogProof {
  if (text.length > TLOG_PROOF_LENGTH_MAX) throw new CodecError('too-large', 'the proof is too long', 'proof')
  const cut = text.indexOf('\n\n')
  if (cut < 0) return malformed('a proof is lines, an empty line and a checkpoint')
  const [header, ...lines] = text.slice(0, cut).split('\n')
  if (header !== HEADER) return malformed(`expected ${HEADER} in the first line`)
  const extraLine = lines[0]?.startsWith(EXTRA) ? lines.shift() : undefined
  const index = INDEX_LINE.exec(lines.shift() ?? '')?.[1]
  if (index === undefined || !Number.isSafeInteger(Number(index))) return malformed('expected the index of the entry')
  if (lines.length > PROOF_HASHES_MAX)
    throw new CodecError('too-many-items', `more than ${PROOF_HASHES_MAX} hashes`, 'proof')
  const checkpoint = text.slice(cut + 2)
  const parsed = parseCheckpoint(checkpoint)
  if (!parsed.ok) throw new CodecError(parsed.error.code, parsed.error.message, parsed.error.path)
  return {
    extra: extraLine === undefined ? null : fromBase64(extraLine.slice(EXTRA.length), 'extra'),
    index: Number(index),
    path: lines.map(hashOf),
    checkpoint,
  }
}

/** Strict and bounded: formatting what was read gives the same text. */
export const parseTlogProof = (text: string): Result<TlogProof, CodecFault> => attempt(() => parseOrThrow(text))
