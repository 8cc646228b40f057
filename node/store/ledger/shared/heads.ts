import type { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'

export interface Head {
  readonly size: number
  readonly root: Uint8Array
  /** Signed note with every cosignature line that is kept. */
  readonly note: string
  /** Certified by a quorum, or signed by a log that stands alone. */
  readonly final: boolean
}

/** Signed heads of one log: a compare-and-swap store. What was written for a size stays. */
export interface HeadTable {
  get(size: number): Head | null
  /** The highest; `null` before the first. */
  last(): Head | null
  lastFinal(): Head | null
  /** Every head that is kept, lowest first. */
  all(): Head[]
  /** Writes a higher head, but only when `after` is the highest now (null: when there is none). Throws 'conflict' otherwise. */
  swap(after: number | null, head: Head): void
  /** Same size and root, more cosignature lines. */
  amend(size: number, note: string, final: boolean): void
  /** Forgets heads that nobody asks for any more: all but the newest `keep` and the last final one. */
  prune(keep: number): void
}

type Row = Omit<Head, 'final'> & { readonly final: number }

export function openHeads(db: DatabaseSync, log: number): HeadTable {
  const columns = 'SELECT size, root, note, final FROM head WHERE log = ?'
  const exact = db.prepare(`${columns} AND size = ?`)
  const last = db.prepare(`${columns} ORDER BY size DESC LIMIT 1`)
  const lastFinal = db.prepare(`${columns} AND final = 1 ORDER BY size DESC LIMIT 1`)
  const all = db.prepare(`${columns} ORDER BY size`)
  const swap = db.prepare(
    `INSERT INTO head (log, size, root, note, final) SELECT ?, ?, ?, ?, ?
     WHERE (SELECT max(size) FROM head WHERE log = ?) IS ?`,
  )
  const amend = db.prepare('UPDATE head SET note = ?, final = max(final, ?) WHERE log = ? AND size = ?')
  const prune = db.prepare(
    `DELETE FROM head WHERE log = ?
     AND size < (SELECT size FROM head WHERE log = ? ORDER BY size DESC LIMIT 1 OFFSET ?)
     AND size <> (SELECT max(size) FROM head WHERE log = ? AND final = 1)`,
  )
  const headOf = (row: unknown): Head | null =>
    row === undefined ? null : { ...(row as Row), final: (row as Row).final === 1 }
  return {
    get: size => headOf(exact.get(log, size)),
    last: () => headOf(last.get(log)),
    lastFinal: () => headOf(lastFinal.get(log)),
    all: () => all.all(log).map(row => headOf(row) as Head),
    swap(after, { size, root, note, final }) {
      const grows = after === null || size > after
      if (!grows || swap.run(log, size, root, note, final ? 1 : 0, log, after).changes !== 1)
        throw new StageError('conflict', 'Another head of this log was signed meanwhile; nothing was changed.')
    },
    amend: (size, note, final) => void amend.run(note, final ? 1 : 0, log, size),
    prune: keep => void prune.run(log, log, keep - 1, log),
  }
}
