import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Blocks } from '#node/ports/network.ts'
import { GATEWAY_LIMITS } from './limits.ts'
import { WeightedLru } from './lru.ts'
import { decodeNode, type Node, weightOf } from './unixfs.ts'

const IDENTITY = 0x00

export const isIdentity = (cid: CID): boolean => cid.multihash.code === IDENTITY

/**
 * Blocks and decoded nodes behind two bounded caches shared by all requests. What was taken down leaves the disk, so
 * nothing is answered from a cache that is not on the disk any more. Simultaneous readers of one block share one
 * read, which therefore ends by its own timeout and not by any reader's departure.
 */
export class BlockReader {
  readonly #blocks: Pick<Blocks, 'get' | 'has'>
  readonly #local: boolean
  readonly #leaves: WeightedLru<Uint8Array>
  readonly #nodes: WeightedLru<Node>
  readonly #underway = new Map<string, Promise<Uint8Array>>()

  /** `sharing`: the reader whose caches are used, by one that asks no other stage. */
  constructor(blocks: Pick<Blocks, 'get' | 'has'>, sharing?: BlockReader) {
    this.#blocks = blocks
    this.#local = sharing !== undefined
    this.#leaves = sharing === undefined ? new WeightedLru(GATEWAY_LIMITS.leafCacheBytes) : sharing.#leaves
    this.#nodes = sharing === undefined ? new WeightedLru(GATEWAY_LIMITS.nodeCacheBytes) : sharing.#nodes
  }

  /** Reads what is on this machine alone. */
  here(): BlockReader {
    return new BlockReader(this.#blocks, this)
  }

  async has(cid: CID): Promise<boolean> {
    return isIdentity(cid) || this.#blocks.has(cid)
  }

  /** Bytes of one block. Throws `StageError` 'no-holder' when neither this stage nor a connected one has it. */
  async block(cid: CID): Promise<Uint8Array> {
    if (isIdentity(cid)) return cid.multihash.digest
    const key = cid.toString()
    const known = this.#leaves.get(key)
    if (known !== undefined && (await this.#blocks.has(cid))) return known
    return this.#underway.get(key) ?? this.#fetch(key, cid)
  }

  /** Starts reading a block that will be asked for soon. A failure is met again, and told, when it is. */
  prefetch(cid: CID): void {
    this.block(cid).catch(() => undefined)
  }

  async node(cid: CID): Promise<Node> {
    const key = cid.toString()
    const known = this.#nodes.get(key)
    if (known !== undefined && (await this.has(cid))) return known
    const node = decodeNode(cid, await this.block(cid))
    // A raw leaf is its own block, which the other cache holds; a document's weight is not known.
    if (node.kind !== 'document' && !(node.kind === 'file' && node.parts.length === 0)) {
      this.#nodes.set(key, node, weightOf(node))
    }
    return node
  }

  #fetch(key: string, cid: CID): Promise<Uint8Array> {
    const reading = this.#get(cid)
      .then(bytes => {
        this.#leaves.set(key, bytes, bytes.length)
        return bytes
      })
      .finally(() => this.#underway.delete(key))
    this.#underway.set(key, reading)
    return reading
  }

  async #get(cid: CID): Promise<Uint8Array> {
    const late = new AbortController()
    // Cleared as soon as the block is there: `AbortSignal.timeout` would keep one timer alive for each local read.
    const timer = setTimeout(() => late.abort(), GATEWAY_LIMITS.blockTimeoutMs)
    try {
      return await this.#blocks.get(cid, { signal: late.signal, local: this.#local })
    } catch (error) {
      if (error instanceof StageError) throw error
      const { name } = (error ?? {}) as { name?: unknown }
      if (name !== 'NotFoundError' && name !== 'AbortError' && name !== 'TimeoutError') throw error
      const message = 'No connected stage holds this content now. Try again when its community is online.'
      throw new StageError('no-holder', message, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
}
