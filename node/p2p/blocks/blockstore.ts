import type { HeliaInit } from 'helia'
import type { CID } from 'multiformats/cid'
import { concat } from 'uint8arrays/concat'
import { cidOfKey } from './block-index.ts'
import type { Vault } from './vault.ts'

/** The interface Helia stores through. */
export type Blockstore = NonNullable<HeliaInit['blockstore']>

type Bytes = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

export interface BlockstoreOptions {
  /** Where a block comes from when it is not held; without it, missing is missing. */
  readonly fetch?: (cid: CID, signal: AbortSignal | undefined) => Promise<Uint8Array>
}

interface GetOptions {
  readonly signal?: AbortSignal
  /** Helia's word for "do not fetch". */
  readonly offline?: boolean
}

/**
 * The vault behind Helia's interface. What comes in by `put` was made here: whoever fetches stores by itself.
 */
export function asBlockstore(vault: Vault, { fetch }: BlockstoreOptions = {}): Blockstore {
  const put = async (cid: CID, bytes: Bytes): Promise<CID> => {
    await vault.putOwn(cid, await collect(bytes))
    return cid
  }
  async function* get(cid: CID, { signal, offline }: GetOptions = {}): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted()
    const block = await vault.read(cid)
    if (block !== null) yield block
    else if (fetch === undefined || offline === true) throw new NotFoundError(`${cid} is not held`)
    else yield await fetch(cid, signal)
  }
  return {
    has: async cid => vault.has(cid),
    put,
    get,
    delete: cid => vault.remove(cid),
    async *putMany(source) {
      for await (const { cid, bytes } of source) yield await put(cid, bytes)
    },
    async *getMany(source, options) {
      for await (const cid of source) yield { cid, bytes: get(cid, options) }
    },
    async *deleteMany(source) {
      for await (const cid of source) {
        await vault.remove(cid)
        yield cid
      }
    },
    async *getAll() {
      for (const { key } of vault.index.keys()) {
        const cid = cidOfKey(key)
        yield { cid, bytes: get(cid) }
      }
    },
  }
}

/** Helia tells errors apart by this name (interface-store). */
class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

async function collect(bytes: Bytes): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) return bytes
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return concat(parts)
}
