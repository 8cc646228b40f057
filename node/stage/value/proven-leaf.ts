import { toString as asText } from 'uint8arrays/to-string'
import type { OwnLog, Registry } from '#node/ports/ledger.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferEndEntry } from '#protocols/ledger/v1/entry-value.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { hex } from '../keys.ts'

export interface ProvenLeafInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly registry: Pick<Registry, 'history'>
  readonly hasher: Hasher
  readonly nameOf: (community: Uint8Array) => string
  readonly committee: (community: Uint8Array, note: string) => api.CommitteeInfo
}

/** Heads looked through for the one under which a leaf was proven: the newest before it, but for generations. */
const HEADS_LOOKED_AT = 8

const base64 = (bytes: Uint8Array): string => asText(bytes, 'base64pad')

interface Place {
  readonly community: Uint8Array
  readonly index: number
  readonly entry: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly note: string
  readonly commit: Uint8Array
  readonly commitPath: readonly Uint8Array[]
}

/** Leaves with everything that proves them, for whoever believes nothing. */
export function createProvenLeaves({ own, ledger, registry, hasher, nameOf, committee }: ProvenLeafInit) {
  const charterOf = (commit: Uint8Array): string | null => {
    const read = decodeEntry(commit)
    const epoch = read.ok && read.value.kind === 'commit' ? read.value.epoch : 0
    const proof = registry.history().find(held => held.epoch === epoch)?.proof
    return proof === undefined ? null : base64(proof)
  }

  const shown = ({ community, index, entry, path, note, commit, commitPath }: Place): api.ProvenLeaf => ({
    community: hex(community),
    communityName: nameOf(community),
    origin: note.split('\n', 1)[0] ?? '',
    index,
    entry: base64(entry),
    proof: path.map(base64),
    checkpoint: note,
    commit: base64(commit),
    commitProof: commitPath.map(base64),
    charter: charterOf(commit),
    committee: committee(community, note),
  })

  return {
    /** An entry of the own log; null until a head is signed over it. */
    own(index: number): api.ProvenLeaf | null {
      const proven = ledger.prove(index)
      const head = proven === null ? null : parseCheckpoint(proven.checkpoint)
      if (proven === null || !head?.ok) return null
      const { size } = head.value
      const commit = ledger.record(size - 1)
      if (commit === null) return null
      const { entry, proof: path, checkpoint: note } = proven
      const commitPath = ledger.inclusion(size - 1, size)
      return shown({ community: own, index, entry, path, note, commit: commit.entry, commitPath })
    },
    /** What the next hop decided, as the own log's end of the transfer at `index` shows it. */
    answer(index: number, { next, leaf, path, index: place }: TransferEndEntry): api.ProvenLeaf | null {
      for (const at of ledger.headsBefore(next, index, HEADS_LOOKED_AT)) {
        const record = ledger.record(at)
        const head = record === null ? null : decodeEntry(record.entry)
        if (!head?.ok || head.value.kind !== 'head') continue
        const { note, commit, path: commitPath } = head.value
        const read = parseCheckpoint(note)
        if (!read.ok) continue
        const { size, root } = read.value
        if (!verifyInclusion(hasher, { index: place, size, leaf: leafHash(hasher, leaf), root, proof: path })) continue
        return shown({ community: next, index: place, entry: leaf, path, note, commit, commitPath })
      }
      return null
    },
  }
}

export type ProvenLeaves = ReturnType<typeof createProvenLeaves>
