import type { Entry, GenesisEntry } from '#protocols/ledger/v1/entry.ts'

/** A commit leaf among a submission's entries. */
export interface CommitAt {
  readonly index: number
  readonly at: number
  readonly epoch: number
  readonly stateRoot: Uint8Array
}

/** What executing a submission's entries showed. Every state root in it was compared with the one computed. */
export interface Execution {
  /** Leaf 0, when the entries begin with it. */
  readonly genesis: GenesisEntry | null
  /** Ascending by index. */
  readonly commits: readonly CommitAt[]
  /** Whether the last entry is a commit: a head ends with one. */
  readonly ends: boolean
}

/** Reads off entries, already executed from index `from`, what a seat decides by. */
export function executionOf(from: number, entries: readonly Entry[]): Execution {
  const commits: CommitAt[] = []
  entries.forEach((entry, offset) => {
    if (entry.kind !== 'commit') return
    commits.push({ index: from + offset, at: entry.at, epoch: entry.epoch, stateRoot: entry.stateRoot })
  })
  const first = entries[0]
  return {
    genesis: first?.kind === 'genesis' ? first : null,
    commits,
    ends: entries.at(-1)?.kind === 'commit',
  }
}
