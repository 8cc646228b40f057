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

  async get(cid: CID): Promise<Uint8Array> {
    this.reads += 1
    const bytes = this.held.get(key(cid))
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
