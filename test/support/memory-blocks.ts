import { CarReader } from '@ipld/car'
import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Blocks } from '#node/ports/network.ts'

/** Blocks in memory, keyed by multihash like a stage's store; also what `unixfs()` imports into. */
export class MemoryBlocks implements Blocks {
  readonly held = new Map<string, Uint8Array>()
  reads = 0

  async put(cid: CID, bytes: Uint8Array): Promise<CID> {
    this.held.set(key(cid), bytes)
    return cid
  }

  async has(cid: CID): Promise<boolean> {
    return this.held.has(key(cid))
  }

  /** Blocks that another stage would answer with. */
  readonly elsewhere = new Map<string, Uint8Array>()

  async get(cid: CID, { local = false }: { local?: boolean } = {}): Promise<Uint8Array> {
    this.reads += 1
    const bytes = this.held.get(key(cid)) ?? (local ? undefined : this.elsewhere.get(key(cid)))
    if (bytes === undefined && local) throw new StageError('not-found', 'This is not stored on this stage.')
    if (bytes === undefined) throw new StageError('no-holder', 'No connected stage holds this content now.')
    return bytes
  }

  delete(cid: CID): void {
    this.held.delete(key(cid))
  }

  /** Takes in every block of a CAR and answers its first root. */
  async addCar(bytes: Uint8Array): Promise<CID> {
    const reader = await CarReader.fromBytes(bytes)
    for await (const block of reader.blocks()) await this.put(block.cid, block.bytes)
    return (await reader.getRoots())[0]!
  }
}

function key(cid: CID): string {
  return Buffer.from(cid.multihash.bytes).toString('hex')
}
