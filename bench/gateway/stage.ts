import { createReadStream } from 'node:fs'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createHttpServer } from '#node/http/server.ts'
import { createUploads } from '#node/http/uploads.ts'
import { createHeliaNode } from '#node/p2p/helia/helia-node.ts'
import { loopbackNode } from '#test/support/libp2p-pair.ts'
import { MemoryStage } from '#test/support/memory-stage.ts'

/** A stage's gateway over its own block store, in a process of its own. argv: data folder, file to publish. */
const [dir, file] = process.argv.slice(2) as [string, string]
const libp2p = await loopbackNode()
const helia = await createHeliaNode({ libp2p, dataDir: dir, cacheBytesMax: 1e9, bitswap: false })
const root = await helia.unixfs.addByteStream(createReadStream(file, { highWaterMark: 1024 * 1024 }))
await helia.vault.pin(root)
const server = await createHttpServer({
  host: '127.0.0.1',
  port: 0,
  public: false,
  operatorToken: 'bench',
  stage: new MemoryStage(),
  blocks: helia.blocks,
  uploads: await createUploads(`${dir}/uploads`),
  metrics: new Registry(),
  logger: pino({ level: 'error' }),
  pageDir: dir,
})
process.send?.({ port: server.address.port, path: `/ipfs/${root}` })
process.once('message', async () => {
  await server.close()
  await helia.stop()
  await libp2p.stop()
  process.exit(0)
})
