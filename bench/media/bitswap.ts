import { join } from 'node:path'
import { withBitswap } from '@helia/bitswap'
import { unixfs } from '@helia/unixfs'
import { multiaddr } from '@multiformats/multiaddr'
import { FsBlockstore } from 'blockstore-fs'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import { quietRouter } from '#node/p2p/helia/quiet-router.ts'
import { loopbackNode } from '#test/support/libp2p-pair.ts'
import { type Contender, drain, randomContent, Stopwatch } from './contender.ts'

/** Plain Helia: its own bitswap and its filesystem store, over the same transport as ours. */
async function start(dir: string) {
  const libp2p = await loopbackNode()
  const light = createHeliaLight({ blockstore: new FsBlockstore(join(dir, 'blocks')), routers: [quietRouter] })
  const helia = withBitswap(Object.assign(light, { libp2p }) as unknown as Parameters<typeof withBitswap>[0])
  await helia.start()
  return { libp2p, fs: unixfs(helia) }
}

export const contender: Contender = {
  publish: async (dir, bytes) => {
    const { fs, libp2p } = await start(dir)
    const root = await fs.addByteStream(randomContent(bytes))
    await libp2p.stop()
    return root.toString()
  },
  serve: async dir => {
    const { libp2p } = await start(dir)
    return { address: String(libp2p.getMultiaddrs()[0]) }
  },
  fetch: async (dir, served, name) => {
    const { libp2p, fs } = await start(dir)
    await libp2p.dial(multiaddr(served.address))
    // Identify has to end before bitswap knows the peer.
    await new Promise(resolve => setTimeout(resolve, 300))
    const watch = new Stopwatch()
    // The type lacks the option; without it every leaf is wanted at once.
    const how = { blockReadConcurrency: 16 } as object
    await drain(fs.cat(CID.parse(name), how), watch.first)
    return watch.done()
  },
}
