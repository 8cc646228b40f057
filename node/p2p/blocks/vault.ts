import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import { BlockFiles } from './block-files.ts'
import { BlockIndex, type BlockKind, cidOfKey, keyOf } from './block-index.ts'
import { type CodecOf, isLeaf, linksOf } from './dag.ts'
import { reconcile } from './reconcile.ts'
import { verifies } from './verify.ts'

export interface VaultOptions {
  readonly dir: string
  /** Most bytes of other communities' blocks to keep. */
  readonly cacheBytesMax: number
  readonly codecOf: CodecOf
}

export interface VaultUsage {
  /** Own releases, and what is being prepared. */
  readonly ownBytes: number
  /** Other communities' blocks: never above `cacheBytesMax`. */
  readonly cachedBytes: number
  readonly cacheBytesMax: number
}

/** Cached blocks are evicted in batches of at most this many rows, so that a large cache is not listed at once. */
const EVICT_ROWS = 256
/** Fetched blocks that did not fit and that Helia is about to store: told apart from a local import by this memory. */
const PASSING_MAX = 256

/**
 * The stage's blocks on disk. Own blocks (staged and pinned) are kept until they are unpinned; cached ones fill at
 * most `cacheBytesMax`, reserved before a byte is written.
 *
 * Eviction is by block, least recently used first, and not by release: the songs people play stay while the rest of
 * an old album goes, a release larger than what is free can still be played through, and the cap holds to the byte
 * without knowing which release a block was fetched for. Directory nodes are read on every access, so they go last.
 */
export class Vault {
  readonly #options: VaultOptions
  readonly #files: BlockFiles
  readonly #writing = new Map<string, Promise<boolean>>()
  readonly #passing = new Set<string>()
  #index: BlockIndex | undefined
  #cacheBytesMax: number
  /** Bytes of cached blocks being written now. */
  #reserved = 0
  /** Serialises reservations: each sees what the one before left. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: VaultOptions) {
    this.#options = options
    this.#cacheBytesMax = options.cacheBytesMax
    this.#files = new BlockFiles(options.dir)
  }

  /** Opens the index and, after a crash, brings it in step with the files. Throws 'data-folder-unusable'. */
  async open(): Promise<void> {
    await this.#files.open()
    this.#index = new BlockIndex(join(this.#options.dir, 'index.db'))
    if (!this.#index.clean) await reconcile(this.#index, this.#files)
    await this.setCacheBytesMax(this.#cacheBytesMax)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#writing.values())
    await this.#turn
    this.#index?.close()
    this.#index = undefined
  }

  get index(): BlockIndex {
    if (this.#index === undefined) throw new StageError('stopping', 'The stage is stopping.')
    return this.#index
  }

  usage(): VaultUsage {
    const { index } = this
    return {
      ownBytes: index.total('pinned') + index.total('staged'),
      cachedBytes: index.total('cached'),
      cacheBytesMax: this.#cacheBytesMax,
    }
  }

  /** Changes the cap; evicts at once what is over it. */
  async setCacheBytesMax(bytes: number): Promise<void> {
    this.#cacheBytesMax = bytes
    await this.#reserve(0)
  }

  has(cid: CID): boolean {
    const key = keyOf(cid)
    const held = this.index.get(key) !== null
    if (held) this.index.touch(key)
    return held
  }

  kind(cid: CID): BlockKind | null {
    return this.index.get(keyOf(cid))?.kind ?? null
  }

  bytesOf(cid: CID): number | null {
    return this.index.get(keyOf(cid))?.bytes ?? null
  }

  /** `null` when not held. A block whose file is gone or cut short is forgotten. */
  async read(cid: CID): Promise<Uint8Array | null> {
    const key = keyOf(cid)
    const row = this.index.get(key)
    if (row === null) return null
    const block = await this.#files.read(cid, row.bytes)
    if (block === null) {
      if (this.#index?.get(key)?.bytes === row.bytes) this.#index.remove(key)
      return null
    }
    this.#index?.touch(key)
    return block
  }

  /** What other stages may have: everything but a release that is still being prepared. */
  async readForOthers(cid: CID): Promise<Uint8Array | null> {
    const kind = this.kind(cid)
    return kind === null || kind === 'staged' ? null : this.read(cid)
  }

  /** A block made here: kept until `settle` unless it is pinned before. */
  async putOwn(cid: CID, block: Uint8Array): Promise<void> {
    const key = keyOf(cid)
    if (this.#passing.delete(key)) return
    await this.#once(key, async () => {
      const held = this.index.get(key)
      if (held === null) await this.#files.write(cid, block)
      if (held === null || held.kind === 'cached') this.index.put(key, block.length, 'staged')
      return true
    })
  }

  /** A verified block from others. `false` when it does not fit under the cap: the caller has it, the disk has not. */
  async putFetched(cid: CID, block: Uint8Array): Promise<boolean> {
    const key = keyOf(cid)
    const kept = await this.#once(key, async () => {
      if (this.index.get(key) !== null) return true
      if (!(await this.#reserve(block.length))) return false
      try {
        await this.#files.write(cid, block)
        this.index.put(key, block.length, 'cached')
        return true
      } finally {
        this.#reserved -= block.length
      }
    })
    if (!kept) this.#pass(key)
    return kept
  }

  async remove(cid: CID): Promise<void> {
    await this.#files.remove(cid)
    this.index.remove(keyOf(cid))
  }

  /**
   * Makes everything under `root` the stage's own, durably. Idempotent. Throws `StageError` 'not-found' when a block
   * is missing.
   */
  async pin(root: CID): Promise<void> {
    if (this.index.isPinnedRoot(root.toString())) return
    const keys = new Set<string>()
    const queue = [root]
    for (let cid = queue.pop(); cid !== undefined; cid = queue.pop()) {
      const key = keyOf(cid)
      if (keys.has(key)) continue
      keys.add(key)
      // Without an index nothing vouches for a file: then every byte is looked at.
      const unread = isLeaf(cid) && !this.index.fresh && this.has(cid)
      const bytes = unread ? null : await this.read(cid)
      if (!unread && (bytes === null || (this.index.fresh && !verifies(cid, bytes))))
        throw new StageError('not-found', 'A part of this release is missing on this stage, so it cannot be kept.')
      if (bytes !== null) queue.push(...(await linksOf(cid, bytes, this.#options.codecOf)))
    }
    for (const key of keys) await this.#files.flush(cidOfKey(key))
    this.index.pin(root.toString(), keys)
    this.index.sync()
  }

  /** Gives up a release: what no other pin holds is removed from the disk. */
  async unpin(root: CID): Promise<void> {
    for (const key of this.index.unpin(root.toString())) await this.remove(cidOfKey(key))
  }

  isPinned(root: CID): boolean {
    return this.index.isPinnedRoot(root.toString())
  }

  pinned(): CID[] {
    return this.index.pinnedRoots().map(root => CID.parse(root))
  }

  /**
   * Call once at start, after the own releases were pinned again: what an interrupted publication left is removed;
   * if the index was lost, it is checked and becomes cache.
   */
  async settle(): Promise<void> {
    for (const { key, bytes } of this.index.ofKind('staged')) {
      const cid = cidOfKey(key)
      const block = this.index.fresh ? await this.#files.read(cid, bytes) : null
      if (block === null || !verifies(cid, block)) await this.remove(cid)
      else if (await this.#reserve(bytes)) {
        this.index.setKind(key, 'cached')
        this.#reserved -= bytes
      } else await this.remove(cid)
    }
  }

  #pass(key: string): void {
    this.#passing.add(key)
    for (const first of this.#passing) {
      if (this.#passing.size <= PASSING_MAX) break
      this.#passing.delete(first)
    }
  }

  /** One write of a block at a time; a second caller gets the first one's outcome. */
  #once(key: string, work: () => Promise<boolean>): Promise<boolean> {
    const running = this.#writing.get(key)
    if (running !== undefined) return running
    const job = work().finally(() => this.#writing.delete(key))
    this.#writing.set(key, job)
    return job
  }

  /** Evicts until `bytes` more fit, and sets them aside. `false` when they cannot. */
  #reserve(bytes: number): Promise<boolean> {
    const job = this.#turn.then(async () => {
      const cap = this.#cacheBytesMax
      if (this.#reserved + bytes > cap && bytes > 0) return false
      while (this.index.total('cached') + this.#reserved + bytes > cap) {
        const victims = this.index.oldest(EVICT_ROWS)
        if (victims.length === 0) return bytes === 0
        for (const victim of victims) {
          if (this.index.total('cached') + this.#reserved + bytes <= cap) break
          await this.remove(cidOfKey(victim.key))
        }
      }
      this.#reserved += bytes
      return true
    })
    this.#turn = job.catch(() => {})
    return job
  }
}
