import type { DatabaseSync } from 'node:sqlite'
import { concat } from 'uint8arrays/concat'

/** Most entries and bytes in a row: reading one entry reads its row. */
const SEGMENT_ENTRIES_MAX = 1_024
const SEGMENT_BYTES_MAX = 256 * 1024
const LENGTH_BYTES = 2

/** Entries of one log, appended in runs and never rewritten. */
export interface Segments {
  entry(index: number): Uint8Array | null
  /** At most `limit`, from `start`; ends early once they hold `bytesMax`. */
  entries(start: number, limit: number, bytesMax?: number): Uint8Array[]
  /** Appends at `first`. Inside a transaction. */
  append(first: number, entries: readonly Uint8Array[]): void
}

interface Row {
  readonly first: number
  readonly count: number
  readonly body: Uint8Array
}

function pack(entries: readonly Uint8Array[]): Uint8Array {
  return concat(entries.flatMap(entry => [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]))
}

function* unpack({ body, count }: Row): Generator<Uint8Array> {
  let at = 0
  for (let n = 0; n < count; n++) {
    const length = ((body[at] as number) << 8) | (body[at + 1] as number)
    yield body.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length)
    at += LENGTH_BYTES + length
  }
}

export function openSegments(db: DatabaseSync, log: number): Segments {
  const put = db.prepare('INSERT INTO segment (log, first, count, body) VALUES (?, ?, ?, ?)')
  const at = db.prepare(
    'SELECT first, count, body FROM segment WHERE log = ? AND first <= ? ORDER BY first DESC LIMIT 1',
  )
  const rowAt = (index: number): Row | null => {
    const row = at.get(log, index) as Row | undefined
    return row !== undefined && index < row.first + row.count ? row : null
  }
  const entries: Segments['entries'] = (start, limit, bytesMax = Number.MAX_SAFE_INTEGER) => {
    const found: Uint8Array[] = []
    let bytes = 0
    for (let row = rowAt(start); row !== null; row = rowAt(row.first + row.count)) {
      let index = row.first
      for (const entry of unpack(row)) {
        if (found.length >= limit || bytes >= bytesMax) return found
        if (index++ < start) continue
        found.push(entry)
        bytes += entry.length
      }
    }
    return found
  }
  return {
    entries,
    entry: index => entries(index, 1)[0] ?? null,
    append: (first, all) => {
      let from = 0
      let bytes = 0
      for (const [index, entry] of all.entries()) {
        const full = index - from >= SEGMENT_ENTRIES_MAX || bytes + entry.length > SEGMENT_BYTES_MAX
        if (full && index > from) {
          put.run(log, first + from, index - from, pack(all.slice(from, index)))
          from = index
          bytes = 0
        }
        bytes += entry.length
      }
      if (from < all.length) put.run(log, first + from, all.length - from, pack(all.slice(from)))
    },
  }
}
