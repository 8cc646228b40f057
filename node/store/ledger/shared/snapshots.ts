import type { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'

/** Bytes of one piece; a longer value has a piece of its own. */
const PART_BYTES = 256 * 1024
const HEAD_BYTES = 8

export type StatePair = readonly [key: string, value: Uint8Array]

/** The machine's state at some sizes, so that a start need not replay everything. */
export interface SnapshotTable {
  /** Sizes at which a state is kept, lowest first. */
  sizes(): number[]
  read(size: number): IterableIterator<StatePair>
  /** Inside a transaction. */
  write(size: number, state: Iterable<StatePair>): void
  drop(size: number): void
}

function encodePart(pairs: readonly StatePair[], bytes: number): Uint8Array {
  const part = Buffer.allocUnsafe(bytes)
  let at = 0
  for (const [key, value] of pairs) {
    const keyBytes = Buffer.byteLength(key)
    part.writeUInt32BE(keyBytes, at)
    part.writeUInt32BE(value.length, at + 4)
    part.write(key, at + HEAD_BYTES)
    part.set(value, at + HEAD_BYTES + keyBytes)
    at += HEAD_BYTES + keyBytes + value.length
  }
  return part
}

function* decodePart(body: Uint8Array): IterableIterator<StatePair> {
  const part = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  let at = 0
  while (at < part.length) {
    const damaged = part.length - at < HEAD_BYTES
    const keyBytes = damaged ? 0 : part.readUInt32BE(at)
    const valueBytes = damaged ? 0 : part.readUInt32BE(at + 4)
    const start = at + HEAD_BYTES
    if (damaged || part.length - start < keyBytes + valueBytes)
      throw new StageError('data-folder-unusable', 'A snapshot of the ledger is damaged.')
    const end = start + keyBytes + valueBytes
    yield [part.toString('utf8', start, start + keyBytes), new Uint8Array(part.subarray(start + keyBytes, end))]
    at = end
  }
}

export function openSnapshots(db: DatabaseSync, log: number): SnapshotTable {
  const sizes = db.prepare('SELECT DISTINCT size FROM snapshot WHERE log = ? ORDER BY size')
  const put = db.prepare('INSERT INTO snapshot (log, size, part, body) VALUES (?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM snapshot WHERE log = ? AND size = ?')
  return {
    sizes: () => sizes.all(log).map(row => (row as { size: number }).size),
    *read(size) {
      const parts = db.prepare('SELECT body FROM snapshot WHERE log = ? AND size = ? ORDER BY part')
      for (const row of parts.iterate(log, size)) yield* decodePart((row as { body: Uint8Array }).body)
    },
    write(size, state) {
      let part = 0
      let pairs: StatePair[] = []
      let bytes = 0
      const flush = (): void => {
        put.run(log, size, part++, encodePart(pairs, bytes))
        pairs = []
        bytes = 0
      }
      for (const pair of state) {
        const length = HEAD_BYTES + Buffer.byteLength(pair[0]) + pair[1].length
        if (bytes > 0 && bytes + length > PART_BYTES) flush()
        pairs.push(pair)
        bytes += length
      }
      // An empty state has one empty piece: it is kept, too.
      if (bytes > 0 || part === 0) flush()
    },
    drop: size => void drop.run(log, size),
  }
}
