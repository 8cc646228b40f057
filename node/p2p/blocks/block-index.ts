import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { StageError } from '#node/errors.ts'
import { wantKey } from './want.ts'

/**
 * `staged`: written here and not pinned yet, a release being prepared. `pinned`: part of an own release.
 * `cached`: fetched from others, may be evicted.
 */
export type BlockKind = 'staged' | 'pinned' | 'cached'

const KINDS = ['staged', 'pinned', 'cached'] as const
const CACHED = KINDS.indexOf('cached')

export interface BlockRow {
  readonly key: string
  readonly bytes: number
  readonly kind: BlockKind
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS block (key TEXT PRIMARY KEY, bytes INTEGER NOT NULL, kind INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS block_oldest ON block (used) WHERE kind = ${CACHED};
  CREATE TABLE IF NOT EXISTS pin (root TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (root, key)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS pin_key ON pin (key);
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`

/**
 * What is held, how large, why, and when it was last used: the source of truth for pins, and a cache of the folder
 * beside it for everything else.
 */
export class BlockIndex {
  readonly #db: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>
  readonly #totals: Record<BlockKind, number> = { staged: 0, pinned: 0, cached: 0 }
  readonly #touched = new Map<string, number>()
  #tick: number
  #version = 0
  #losses = 0
  #ownLosses = 0
  /** Whether the last process closed the index: otherwise it may disagree with the folder. */
  readonly clean: boolean
  /** Whether there was no index before, so that nothing is known about the files found. */
  readonly fresh: boolean

  constructor(file: string) {
    try {
      this.#db = new DatabaseSync(file)
      // NORMAL: a killed process loses nothing. What must survive a power cut is checkpointed (`sync`).
      this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`)
    } catch (cause) {
      throw new StageError('data-folder-unusable', `The block index ${file} cannot be opened.`, { cause })
    }
    this.#statements = prepare(this.#db)
    const opened = this.#statements.getState.get('open')
    this.fresh = opened === undefined
    this.clean = opened?.value === 0
    this.#statements.setState.run('open', 1)
    for (const row of this.#statements.totals.all()) this.#totals[kindOf(row.kind)] = Number(row.bytes)
    this.#tick = Number(this.#statements.lastUsed.get()?.used ?? 0)
  }

  /** Changes whenever a block comes or goes. */
  get version(): number {
    return this.#version
  }

  /** Changes whenever a block goes. */
  get losses(): number {
    return this.#losses
  }

  /** Changes whenever a block that was staged or pinned goes, or becomes cache. */
  get ownLosses(): number {
    return this.#ownLosses
  }

  total(kind: BlockKind): number {
    return this.#totals[kind]
  }

  get(key: string): BlockRow | null {
    const row = this.#statements.get.get(key)
    return row === undefined ? null : { key, bytes: Number(row.bytes), kind: kindOf(row.kind) }
  }

  put(key: string, bytes: number, kind: BlockKind): void {
    const before = this.#forget(key)
    if (kind === 'cached' && before !== null && before.kind !== 'cached') this.#ownLosses += 1
    this.#statements.put.run(key, bytes, KINDS.indexOf(kind), ++this.#tick)
    this.#totals[kind] += bytes
    this.#version += 1
  }

  remove(key: string): void {
    const before = this.#forget(key)
    this.#statements.remove.run(key)
    this.#version += 1
    this.#losses += 1
    if (before !== null && before.kind !== 'cached') this.#ownLosses += 1
  }

  /** Remembers a use; written in batches, since losing some only makes eviction a little less fair. */
  touch(key: string): void {
    this.#touched.set(key, ++this.#tick)
    if (this.#touched.size >= 1000) this.#flushTouched()
  }

  /** Cached blocks, the least recently used first. */
  oldest(limit: number): BlockRow[] {
    this.#flushTouched()
    return this.#statements.oldest
      .all(limit)
      .map(row => ({ key: String(row.key), bytes: Number(row.bytes), kind: 'cached' }))
  }

  keys(): BlockRow[] {
    return this.#statements.all
      .all()
      .map(row => ({ key: String(row.key), bytes: Number(row.bytes), kind: kindOf(row.kind) }))
  }

  ofKind(kind: BlockKind): BlockRow[] {
    return this.keys().filter(row => row.kind === kind)
  }

  setKind(key: string, kind: BlockKind): void {
    const row = this.get(key)
    if (row === null || row.kind === kind) return
    this.put(key, row.bytes, kind)
  }

  pinnedRoots(): string[] {
    return this.#statements.roots.all().map(row => String(row.root))
  }

  isPinnedRoot(root: string): boolean {
    return this.#statements.hasRoot.get(root) !== undefined
  }

  pin(root: string, keys: Iterable<string>): void {
    this.transaction(() => {
      for (const key of keys) {
        this.#statements.pin.run(root, key)
        this.setKind(key, 'pinned')
      }
    })
  }

  /** Keys that no pin holds any more: staged now, to be removed by the caller, or by `settle` should it not live to. */
  unpin(root: string): string[] {
    return this.transaction(() => {
      const keys = this.#statements.keysOfRoot.all(root).map(row => String(row.key))
      this.#statements.unpin.run(root)
      const loose = keys.filter(key => this.#statements.hasPin.get(key) === undefined)
      for (const key of loose) this.setKind(key, 'staged')
      return loose
    })
  }

  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw cause
    }
  }

  /** Forces everything so far to the disk itself. */
  sync(): void {
    this.#db.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(FULL); PRAGMA synchronous = NORMAL;')
  }

  close(): void {
    this.#flushTouched()
    this.#statements.setState.run('open', 0)
    this.#db.close()
  }

  #forget(key: string): BlockRow | null {
    const row = this.get(key)
    if (row !== null) this.#totals[row.kind] -= row.bytes
    return row
  }

  #flushTouched(): void {
    if (this.#touched.size === 0) return
    this.transaction(() => {
      for (const [key, used] of this.#touched) this.#statements.touch.run(used, key)
    })
    this.#touched.clear()
  }
}

function prepare(db: DatabaseSync): Record<keyof typeof SQL, StatementSync> {
  return Object.fromEntries(Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)])) as Record<
    keyof typeof SQL,
    StatementSync
  >
}

const SQL = {
  get: 'SELECT bytes, kind FROM block WHERE key = ?',
  put: 'INSERT OR REPLACE INTO block (key, bytes, kind, used) VALUES (?, ?, ?, ?)',
  remove: 'DELETE FROM block WHERE key = ?',
  touch: 'UPDATE block SET used = ? WHERE key = ?',
  oldest: `SELECT key, bytes FROM block WHERE kind = ${CACHED} ORDER BY used LIMIT ?`,
  all: 'SELECT key, bytes, kind FROM block',
  totals: 'SELECT kind, SUM(bytes) AS bytes FROM block GROUP BY kind',
  lastUsed: 'SELECT MAX(used) AS used FROM block',
  roots: 'SELECT DISTINCT root FROM pin',
  hasRoot: 'SELECT 1 FROM pin WHERE root = ? LIMIT 1',
  pin: 'INSERT OR IGNORE INTO pin (root, key) VALUES (?, ?)',
  keysOfRoot: 'SELECT key FROM pin WHERE root = ?',
  hasPin: 'SELECT 1 FROM pin WHERE key = ? LIMIT 1',
  unpin: 'DELETE FROM pin WHERE root = ?',
  getState: 'SELECT value FROM state WHERE name = ?',
  setState: 'INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)',
} as const

const kindOf = (value: unknown): BlockKind => KINDS[Number(value)] ?? 'cached'

export const keyOf = wantKey

/** A CID with the block's hash and codec raw: enough to find its file. */
export const cidOfKey = (key: string): CID => CID.createV1(raw.code, Digest.decode(Buffer.from(key, 'base64')))
