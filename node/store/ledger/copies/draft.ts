import type { DatabaseSync } from 'node:sqlite'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import type { Applied } from '#src/ledger/machine/machine.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { transaction } from '../../database.ts'
import type { Copy } from './copy.ts'
import type { Reading } from './reading.ts'

/** An entry of a batch that breaks the rules. */
export interface Broken {
  /** Within the batch. */
  readonly offset: number
  readonly fault: RuleFault
}

/**
 * New entries on top of a copy, in memory alone: tree and state have them, the disk has not. Either `keep` or `discard`
 * ends it; both leave tree, state and disk at the same size. Within the copy's turn.
 */
export class Draft {
  readonly #copy: Copy
  readonly #reading: Reading
  readonly #mark: number
  readonly #shown: boolean
  #lines: (Uint8Array | null)[] = []

  /** `shown`: people read this log here. Then who got what is kept, and balances answer without what is not kept yet. */
  constructor(copy: Copy, reading: Reading, shown: boolean) {
    this.#copy = copy
    this.#reading = reading
    this.#shown = shown
    this.#mark = copy.machine().mark()
    for (const leaf of reading.leaves) copy.tiles.append(leaf)
  }

  get size(): number {
    return this.#copy.size() + this.#reading.bytes.length
  }

  /** Of the first `size` leaves, these entries included. */
  root(size = this.size): Uint8Array {
    return this.#copy.tiles.root(size)
  }

  /** Executes everything, and compares every state root on the way. On a fault the state is as it was before the batch. */
  execute(): Result<null, Broken> {
    const { machine } = this.#copy
    const state = machine()
    const applied: Applied[] = []
    const lines: (Uint8Array | null)[] = []
    for (const [offset, read] of this.#reading.reads.entries()) {
      const done = read.ok ? state.apply(read.value) : read
      if (!done.ok) {
        state.rollback(this.#mark)
        return err({ offset, fault: done.error })
      }
      // Holding on to ten thousand results costs more than making them; for a log that is audited alone nobody asks.
      if (!this.#shown) continue
      applied.push(done.value)
      lines.push(done.value.lines.length === 0 ? null : encodeLines(done.value.lines))
    }
    this.#lines = lines
    this.#copy.pending = applied
    return ok(null)
  }

  /** One durable transaction, with what `also` writes. When it throws, nothing was kept. */
  keep(db: DatabaseSync, also: () => void): void {
    const copy = this.#copy
    const { bytes, reads } = this.#reading
    const total = bytes.reduce((sum, entry) => sum + entry.length, 0)
    try {
      transaction(db, () => {
        const first = copy.size()
        bytes.forEach((body, offset) => {
          copy.entries.put({ index: first + offset, body, lines: this.#lines[offset] ?? null })
        })
        copy.tiles.flush()
        db.prepare(
          `INSERT INTO copy (log, size, bytes) VALUES (?, ?, ?)
           ON CONFLICT DO UPDATE SET size = excluded.size, bytes = bytes + excluded.bytes`,
        ).run(copy.row.id, first + bytes.length, total)
        also()
      })
    } catch (cause) {
      this.discard()
      throw cause
    }
    copy.pending = []
    const last = reads.at(-1)
    copy.grew(bytes.length, total, last?.ok === true && last.value.entry.kind === 'commit')
  }

  discard(): void {
    this.#copy.machine().rollback(this.#mark)
    this.#copy.tiles.reload(this.#copy.size())
    this.#copy.pending = []
  }
}
