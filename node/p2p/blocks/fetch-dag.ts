import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { BlockClient } from './client.ts'
import { type CodecOf, isLeaf, linksOf, totalBytes } from './dag.ts'
import type { Vault } from './vault.ts'

/** Blocks wanted at once: keeps three fast holders busy, and bounds what waits for the disk to 48 blocks. */
const WANTS_MAX = 48
/** A release has far fewer blocks; a hostile one must not make a list without end. */
const BLOCKS_MAX = 1_000_000
/** While nobody has a part, ask again at least this often, in ms: a holder may have fetched it meanwhile. */
const RETRY_MS = 5_000

export interface FetchProgress {
  readonly heldBytes: number
  /** `null` until the root is there. */
  readonly totalBytes: number | null
  /** Nobody connected has what is missing. */
  readonly waiting: boolean
}

export interface FetchOptions {
  readonly vault: Vault
  readonly client: BlockClient
  readonly codecOf: CodecOf
  readonly signal: AbortSignal
  readonly onProgress: (progress: FetchProgress) => void
}

/** See `BlockService.fetchAll`. */
export async function fetchDag(root: CID, options: FetchOptions): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  try {
    await new DagFetch(root, { ...options, signal }).run()
  } finally {
    stop.abort()
  }
}

class DagFetch {
  readonly #options: FetchOptions
  /** Depth first and in order, so that the first track is complete first. */
  readonly #queue: CID[]
  readonly #root: CID
  readonly #seen = new Set<string>()
  #heldBytes = 0
  #totalBytes: number | null = null
  #waiting = 0

  constructor(root: CID, options: FetchOptions) {
    this.#root = root
    this.#queue = [root]
    this.#options = options
  }

  async run(): Promise<void> {
    const running = new Set<Promise<void>>()
    let failure: { cause: unknown } | undefined
    while ((this.#queue.length > 0 || running.size > 0) && failure === undefined) {
      const cid = running.size < WANTS_MAX ? this.#queue.pop() : undefined
      if (cid === undefined) {
        await Promise.race(running)
        continue
      }
      const key = cid.toString()
      if (this.#seen.has(key)) continue
      this.#seen.add(key)
      const job = this.#one(cid)
        .catch(cause => {
          failure ??= { cause }
        })
        .finally(() => running.delete(job))
      running.add(job)
    }
    if (failure !== undefined) throw failure.cause
  }

  async #one(cid: CID): Promise<void> {
    const { vault, codecOf, signal } = this.#options
    signal.throwIfAborted()
    let bytes = vault.has(cid) ? vault.bytesOf(cid) : null
    let node = bytes === null || isLeaf(cid) ? null : await vault.read(cid)
    if (bytes === null || (node === null && !isLeaf(cid))) {
      node = await this.#fetch(cid)
      bytes = node.length
    }
    this.#heldBytes += bytes
    if (node !== null && !isLeaf(cid)) {
      if (cid === this.#root) await this.#measure(node)
      const links = await linksOf(cid, node, codecOf)
      if (this.#seen.size + this.#queue.length + links.length > BLOCKS_MAX)
        throw new StageError('too-large', 'This release has more parts than any real one; it was not fetched.')
      this.#queue.push(...links.reverse())
    } else if (cid === this.#root) this.#totalBytes = bytes
    this.#report()
  }

  async #measure(node: Uint8Array): Promise<void> {
    const { vault, codecOf } = this.#options
    this.#totalBytes = await totalBytes(this.#root, node, codecOf)
    const { cacheBytesMax } = vault.usage()
    if (!vault.isPinned(this.#root) && (this.#totalBytes ?? 0) > cacheBytesMax)
      throw new StageError(
        'too-large',
        `This release has ${this.#totalBytes} bytes and the cache holds ${cacheBytesMax}. Raise the cache size to keep it, or play it without keeping.`,
      )
  }

  /** Waits out the absence of every holder. */
  async #fetch(cid: CID): Promise<Uint8Array> {
    const { client, vault, signal } = this.#options
    for (;;) {
      try {
        const block = await client.get(cid, { signal, urgent: false })
        if (!(await vault.putFetched(cid, block)))
          throw new StageError('too-large', 'The cache is too small for this release. Raise the cache size to keep it.')
        return block
      } catch (cause) {
        if (!(cause instanceof StageError) || cause.code !== 'no-holder') throw cause
      }
      this.#waiting += 1
      this.#report()
      await nextHolder(client, signal).finally(() => {
        this.#waiting -= 1
      })
    }
  }

  #report(): void {
    const { onProgress } = this.#options
    onProgress({ heldBytes: this.#heldBytes, totalBytes: this.#totalBytes, waiting: this.#waiting > 0 })
  }
}

/** Resolves when a holder connects, or after a while; rejects with the signal's reason. */
function nextHolder(client: BlockClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      clearTimeout(timer)
      off()
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = (): void => done(() => reject(signal.reason))
    const timer = setTimeout(() => done(resolve), RETRY_MS)
    const off = client.onHolder(() => done(resolve))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
