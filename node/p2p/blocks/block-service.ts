import type { BlockBroker } from 'helia'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Blocks } from '#node/ports/network.ts'
import { keyOf } from './block-index.ts'
import type { BlockClient, GetOptions } from './client.ts'
import { type CodecOf, isLeaf, linksOf, totalBytes } from './dag.ts'
import { type FetchProgress, fetchDag } from './fetch-dag.ts'
import type { Vault } from './vault.ts'
import { verifies } from './verify.ts'

/** How long the wider IPFS is asked for what no stage holds, in ms: somebody is waiting for it. */
const ELSEWHERE_MS = 10_000

/** Answers of `heldBytes` kept: more releases than a page lists. */
const HELD_MAX = 10_000

export interface BlockServiceOptions {
  readonly vault: Vault
  readonly client: BlockClient
  readonly codecOf: CodecOf
  /** Asked for what no connected stage holds: bitswap, while `worthAsking`. */
  readonly elsewhere?: { readonly broker: BlockBroker; readonly worthAsking: () => boolean }
}

/** How much of a DAG is on this stage. `totalBytes` is `null` until its root is held. */
export interface Held {
  readonly heldBytes: number
  readonly totalBytes: number | null
  /** Every block is there. */
  readonly complete: boolean
}

/** Local first, then connected stages, then the wider IPFS. What is fetched is kept as cache while there is room. */
export class BlockService implements Blocks {
  readonly #options: BlockServiceOptions
  readonly #held = new Map<string, { held: Held; stale: () => boolean }>()

  constructor(options: BlockServiceOptions) {
    this.#options = options
  }

  async has(cid: CID): Promise<boolean> {
    return this.#options.vault.has(cid)
  }

  /** A verified block. Throws `StageError` 'not-found' (with `local`), 'no-holder', 'bad-request', 'stopping'. */
  async get(cid: CID, { signal, local }: { signal?: AbortSignal; local?: boolean } = {}): Promise<Uint8Array> {
    const held = await this.#options.vault.read(cid)
    if (held !== null) return held
    if (local === true) throw new StageError('not-found', 'This is not stored on this stage.')
    return this.fetch(cid, { signal })
  }

  /** From others, and into the cache. `urgent` unless said otherwise. */
  async fetch(cid: CID, options: GetOptions = {}): Promise<Uint8Array> {
    const block = await this.#fromAnyone(cid, options)
    await this.#options.vault.putFetched(cid, block)
    return block
  }

  /** Counted from the index; directory nodes are read, files are not. The answer is kept for as long as it must be true. */
  async heldBytes(root: CID): Promise<Held> {
    const name = root.toString()
    const known = this.#held.get(name)
    if (known !== undefined && !known.stale()) return known.held
    const { index } = this.#options.vault
    const { version, losses, ownLosses } = index
    const { held, own } = await this.#count(root)
    // What is complete stays so while nothing goes: blocks of others that come and go do not concern an own release.
    const stale = (): boolean =>
      !held.complete ? index.version !== version : own ? index.ownLosses !== ownLosses : index.losses !== losses
    if (this.#held.size >= HELD_MAX) this.#held.clear()
    this.#held.set(name, { held, stale })
    return held
  }

  /** `own`: all of it is staged or pinned. */
  async #count(root: CID): Promise<{ held: Held; own: boolean }> {
    const { vault, codecOf } = this.#options
    const seen = new Set<string>()
    const queue = [root]
    let heldBytes = 0
    let total: number | null = null
    let complete = true
    let own = true
    for (let cid = queue.pop(); cid !== undefined; cid = queue.pop()) {
      if (seen.has(cid.toString())) continue
      const row = vault.index.get(keyOf(cid))
      if (row === null) {
        complete = false
        continue
      }
      seen.add(cid.toString())
      heldBytes += row.bytes
      if (row.kind === 'cached') own = false
      const node = isLeaf(cid) ? null : await vault.read(cid)
      if (cid === root) total = node === null ? row.bytes : await totalBytes(cid, node, codecOf)
      if (node !== null) queue.push(...(await linksOf(cid, node, codecOf)))
    }
    return { held: { heldBytes, totalBytes: total, complete }, own }
  }

  /**
   * Fetches everything under `root`, from all holders at once, resuming from what is held. When nobody has a part it
   * waits for a holder to return (`onProgress` says `waiting`) until the signal aborts. Throws `StageError`
   * 'too-large' when it cannot fit the cache, 'disk-full', 'stopping'; or the signal's reason.
   */
  fetchAll(root: CID, signal: AbortSignal, onProgress: (progress: FetchProgress) => void): Promise<void> {
    return fetchDag(root, { ...this.#options, signal, onProgress })
  }

  async #fromAnyone(cid: CID, options: GetOptions): Promise<Uint8Array> {
    const { client, elsewhere } = this.#options
    try {
      return await client.get(cid, options)
    } catch (cause) {
      if (!(cause instanceof StageError) || cause.code !== 'no-holder' || elsewhere?.worthAsking() !== true) throw cause
      const limit = AbortSignal.timeout(ELSEWHERE_MS)
      const signal = options.signal == null ? limit : AbortSignal.any([options.signal, limit])
      const block = await elsewhere.broker.retrieve?.(cid, { signal }).catch(() => null)
      options.signal?.throwIfAborted()
      if (block == null || !verifies(cid, block)) throw cause
      return block
    }
  }
}
