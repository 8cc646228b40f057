import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LogCopies, OwnLog } from '#node/ports/ledger.ts'
import type { LogProof } from '#protocols/api/v1/statements.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { formatTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import { key32 } from './keys.ts'

export interface LogProofInit {
  readonly own: Uint8Array
  readonly log: OwnLog
  readonly copies: LogCopies
}

/** What the newest head held of a log says about one of its places: the entry there, or that it ends before. */
export function logProof({ own, log, copies }: LogProofInit, community: string, index: number): LogProof {
  const key = key32(community, 'A community')
  const mine = equals(key, own)
  const reach = mine ? log.prove(index) : copies.prove(key, index)
  const checkpoint = reach?.checkpoint ?? (mine ? log.checkpoint() : copies.checkpoint(key))
  const read = checkpoint === null ? null : parseCheckpoint(checkpoint)
  if (checkpoint === null || read === null || !read.ok || read.value.size === 0)
    throw new StageError('not-found', 'No signed checkpoint of that log is held here.')
  const { size } = read.value
  const last = mine ? log.entries(size - 1, 1)[0] : copies.entries(key, size - 1, 1)[0]
  const path = mine ? log.inclusion(size - 1, size) : (copies.prove(key, size - 1)?.proof ?? [])
  return {
    community,
    index,
    size,
    checkpoint,
    leaf: reach === null ? null : asText(reach.leafHash, 'base16'),
    tlogProof: reach === null ? null : formatTlogProof({ extra: null, index, path: reach.proof, checkpoint }),
    commit: {
      entry: asText(last ?? new Uint8Array(0), 'base64pad'),
      proof: path.map(hash => asText(hash, 'base64pad')),
    },
  }
}
