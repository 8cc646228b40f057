import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { FsBlockstore } from 'blockstore-fs'
import { LevelDatastore } from 'datastore-level'
import { createHeliaLight } from 'helia'

/** The floor under `boot`: the same libp2p and Helia parts on disk, with one line of HTTP, and nothing of ours. */
const folder = mkdtempSync(join(tmpdir(), 'bare-node-'))
const datastore = new LevelDatastore(join(folder, 'datastore'))
await datastore.open()
const helia = withBitswap(
  withLibp2pLight(createHeliaLight({ blockstore: new FsBlockstore(join(folder, 'blocks')), datastore }), {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [tcp(), webSockets()],
    connectionEncrypters: [tls(), noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub(),
      dht: kadDHT({ protocol: '/bare/kad/1.0.0', peerInfoMapper: passthroughMapper }),
    },
  }),
)
await helia.start()
const server = createServer((_request, response) => response.end('<!doctype html><title>bare</title>'))
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`listening at http://127.0.0.1:${port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
