import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { createHeliaNode, type HeliaNode } from '#node/p2p/helia/helia-node.ts'
import { loopbackNode } from '#test/support/libp2p-pair.ts'
import { type Contender, drain, MIB, randomContent, Stopwatch } from './contender.ts'

/** A stage's own content layer: `/bandstand/blocks/1.0.0` into the vault. */
async function start(dir: string): Promise<HeliaNode & { libp2p: Awaited<ReturnType<typeof loopbackNode>> }> {
  const libp2p = await loopbackNode()
  const node = await createHeliaNode({ libp2p, dataDir: dir, cacheBytesMax: 10_000 * MIB, bitswap: false })
  return { ...node, libp2p }
}

export const contender: Contender = {
  publish: async (dir, bytes) => {
    const node = await start(dir)
    const root = await node.unixfs.addByteStream(randomContent(bytes))
    await node.vault.pin(root)
    await node.stop()
    await node.libp2p.stop()
    return root.toString()
  },
  serve: async dir => {
    const { libp2p } = await start(dir)
    return { address: String(libp2p.getMultiaddrs()[0]) }
  },
  fetch: async (dir, served, name) => {
    const node = await start(dir)
    const connection = await node.libp2p.dial(multiaddr(served.address))
    while (node.client.holders.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    const root = CID.parse(name)
    const watch = new Stopwatch()
    // A listener starts at the beginning while the whole is being kept.
    const listening = drain(node.unixfs.cat(root, { offset: 0, length: 1 }), watch.first)
    await node.blocks.fetchAll(root, new AbortController().signal, () => {})
    await listening
    const fetched = watch.done()
    await connection.close()
    return fetched
  },
}
