import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type UnixFS, unixfs } from '@helia/unixfs'
import * as dagCbor from '@ipld/dag-cbor'
import type { Libp2p, PeerId, Startable } from '@libp2p/interface'
import { LevelDatastore } from 'datastore-level'
import { type BlockBroker, createHeliaLight, type Helia } from 'helia'
import type { CID } from 'multiformats/cid'
import { BlockService } from '#node/p2p/blocks/block-service.ts'
import { asBlockstore } from '#node/p2p/blocks/blockstore.ts'
import { BlockClient } from '#node/p2p/blocks/client.ts'
import type { CodecOf } from '#node/p2p/blocks/dag.ts'
import { dropCached } from '#node/p2p/blocks/drop-cached.ts'
import { makeRoomForBlocks } from '#node/p2p/blocks/heap.ts'
import { BlockServer } from '#node/p2p/blocks/server.ts'
import { Vault } from '#node/p2p/blocks/vault.ts'
import { startBitswap } from './bitswap.ts'
import { quietRouter } from './quiet-router.ts'

export interface HeliaNodeOptions {
  /** Started, with identify: that is how holders are found. It is not stopped here. */
  readonly libp2p: Libp2p
  /** `blocks/` and `datastore/` are created inside. */
  readonly dataDir: string
  /** Most bytes of other communities' blocks to keep. */
  readonly cacheBytesMax: number
  /** Serve and ask the wider IPFS too. On unless said otherwise. */
  readonly bitswap?: boolean
  /** Whether a peer (its id as text) is served blocks; everybody unless said otherwise. */
  readonly allow?: (peer: string) => boolean
  /** A peer sent bytes that are not the block, or broke the protocol. */
  readonly onMisbehaviour?: (peer: PeerId, reason: string) => void
  /** Time limits of fetching, in ms; for tests. */
  readonly stallMs?: number
  readonly noHolderMs?: number
}

/** Content: adding, reading, fetching, keeping, serving. */
export interface HeliaNode {
  readonly helia: Helia
  /** Reads come from disk or from holders and throw `StageError`; what is added is staged until it is pinned. */
  readonly unixfs: UnixFS
  readonly blocks: BlockService
  /** Pins, usage, the cap. */
  readonly vault: Vault
  readonly client: BlockClient
  readonly server: BlockServer
  /** Once at start: pins own releases (cheap when they are), then tidies what an interrupted publication left. */
  restore(ownRoots: readonly CID[]): Promise<CID[]>
  /** Removes the cached copy of what was taken down. Answers how many bytes were freed. */
  dropCached(root: CID): Promise<number>
  stop(): Promise<void>
}

/**
 * Composes Helia light over the vault, without public services. Throws `StageError` 'data-folder-unusable'.
 * Pins are the vault's, not Helia's: Helia's pinning reads every byte of a DAG, and its `gc` knows no cache.
 */
export async function createHeliaNode(options: HeliaNodeOptions): Promise<HeliaNode> {
  const { libp2p, dataDir, cacheBytesMax } = options
  makeRoomForBlocks()
  await mkdir(dataDir, { recursive: true })
  const codecOf: CodecOf = code => helia.getCodec(code)
  const vault = new Vault({ dir: join(dataDir, 'blocks'), cacheBytesMax, codecOf })
  const datastore = new LevelDatastore(join(dataDir, 'datastore'))
  const client = new BlockClient({ ...options, libp2p })
  const server = new BlockServer({ ...options, libp2p, read: cid => vault.readForOthers(cid) })
  const broker: BlockBroker = { name: 'bandstand-blocks', retrieve: (cid, how) => blocks.fetch(cid, how) }
  const helia = createHeliaLight({
    blockstore: asBlockstore(vault),
    datastore,
    codecs: [dagCbor],
    routers: [quietRouter],
    blockBrokers: [broker],
  })
  await vault.open()
  await datastore.open()
  await helia.start()
  const wider = options.bitswap === false ? undefined : await startBitswap(helia, libp2p, servable(vault))
  // Stages have said not-found already: only a peer that is not one may know more.
  const worthAsking = (): boolean => libp2p.getPeers().some(peer => !client.holders.includes(peer.toString()))
  const elsewhere = wider === undefined ? {} : { elsewhere: { broker: wider, worthAsking } }
  const blocks = new BlockService({ vault, client, codecOf, ...elsewhere })
  await server.start()
  await client.start()

  return {
    helia,
    unixfs: unixfs({ blockstore: asBlockstore(vault, { fetch: (cid, signal) => blocks.fetch(cid, { signal }) }) }),
    blocks,
    vault,
    client,
    server,
    restore: ownRoots => restore(vault, ownRoots),
    dropCached: root => dropCached(root, { vault, codecOf }),
    stop: async () => {
      await client.stop()
      await server.stop()
      await (wider as Partial<Startable> | undefined)?.stop?.()
      await helia.stop()
      await vault.close()
      // Helia's stop leaves it open.
      await datastore.close()
    },
  }
}

/** The roots that could not be pinned, because parts of them are gone. */
async function restore(vault: Vault, ownRoots: readonly CID[]): Promise<CID[]> {
  const broken: CID[] = []
  for (const root of ownRoots) await vault.pin(root).catch(() => broken.push(root))
  await vault.settle()
  return broken
}

function servable(vault: Vault): ReturnType<typeof asBlockstore> {
  const all = asBlockstore(vault)
  const served = (cid: CID): boolean => (vault.kind(cid) ?? 'staged') !== 'staged'
  return { ...all, has: async cid => served(cid) }
}
