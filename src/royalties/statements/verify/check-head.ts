import { toString as toText } from 'uint8arrays/to-string'
import type { Bundle, BundleLeaf } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import type { Checkpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { CommitEntry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { parseTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyLogNote } from '#src/ledger/committee/notes.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { refuse } from './refusal.ts'

export interface Ports {
  readonly hasher: Hasher
  readonly verifier: Verifier
}

const PROOF = partName('proof', 0)

/** The signed checkpoint that everything in the file hangs on. */
export interface Head {
  readonly community: Uint8Array
  readonly checkpoint: Checkpoint
  readonly note: string
  /** Index and audit path that the tlog-proof itself carries. */
  readonly index: number
  readonly path: readonly Uint8Array[]
  readonly commit: CommitEntry
}

/** A leaf stands in the tree of the checkpoint at its index. */
export function checkLeaf({ hasher }: Ports, checkpoint: Checkpoint, part: string, leaf: BundleLeaf): void {
  const { index, entry, path } = leaf
  const inclusion = {
    index,
    size: checkpoint.size,
    leaf: leafHash(hasher, entry),
    root: checkpoint.root,
    proof: path,
  }
  if (!verifyInclusion(hasher, inclusion))
    refuse(
      part,
      `it does not stand at place ${index} of the signed log: its bytes, its index or its proof were changed`,
    )
}

/** The newest commit is the last leaf under the checkpoint: it says in which epoch the checkpoint was certified. */
function lastCommit(ports: Ports, checkpoint: Checkpoint, commits: readonly BundleLeaf[]): CommitEntry {
  const newest = commits.at(-1)
  const part = partName('commit', commits.length - 1)
  if (newest === undefined) return refuse(partName('commit', 0), 'it is missing')
  checkLeaf(ports, checkpoint, part, newest)
  const read = decodeEntry(newest.entry)
  if (!read.ok) return refuse(part, read.error.message)
  if (read.value.kind !== 'commit' || newest.index !== checkpoint.size - 1)
    return refuse(part, 'the last commit in the file is not the entry with which the checkpoint ends')
  return read.value
}

export function checkHead(ports: Ports, { proof, commits }: Bundle): Head {
  const read = parseTlogProof(proof)
  if (!read.ok) return refuse(PROOF, read.error.message)
  const note = read.value.checkpoint
  const origin = note.split('\n', 1)[0] ?? ''
  const log = parseOrigin(origin)
  if (log === null) return refuse(PROOF, 'the checkpoint is not of a community’s log')
  const checkpoint = verifyLogNote(ports, origin, log.community, note)
  if (!checkpoint.ok) return refuse(PROOF, `the checkpoint: ${checkpoint.error.message}`)
  if (read.value.extra !== null) return refuse(PROOF, 'the proof carries data that does not belong there')
  return {
    community: log.community,
    checkpoint: checkpoint.value,
    note,
    index: read.value.index,
    path: read.value.path,
    commit: lastCommit(ports, checkpoint.value, commits),
  }
}

export const shortHex = (bytes: Uint8Array): string => `${toText(bytes, 'base16').slice(0, 8)}…`
