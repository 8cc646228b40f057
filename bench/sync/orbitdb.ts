import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import * as dagCbor from '@ipld/dag-cbor'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { FsBlockstore } from 'blockstore-fs'
import { createHeliaLight } from 'helia'
import { MISSING } from './fixture.ts'

/** It signs, encodes and links one entry at a time (several ms each), and its catch-up walks what is missing only. */
export const ORBITDB_HISTORY = 2_000
const GIVE_UP_MS = 120_000
const FOLDER = fileURLToPath(new URL('../peers-orbitdb', import.meta.url))

interface Database {
  readonly address: string
  readonly log: { heads(): Promise<{ hash: string }[]> }
  add(value: unknown): Promise<string>
}

interface Orbit {
  open(name: string, options?: { type: string }): Promise<Database>
  stop(): Promise<void>
}

async function start(folder: string) {
  const core = pathToFileURL(join(FOLDER, 'node_modules/@orbitdb/core/src/index.js')).href
  const { createOrbitDB } = (await import(core)) as { createOrbitDB(options: object): Promise<Orbit> }
  const helia = withBitswap(
    withLibp2pLight(createHeliaLight({ blockstore: new FsBlockstore(join(folder, 'blocks')), codecs: [dagCbor] }), {
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [tls()],
      streamMuxers: [yamux()],
      services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) },
    }),
  )
  await helia.start()
  const orbit = await createOrbitDB({ ipfs: helia, directory: join(folder, 'orbit'), id: 'stage' })
  return {
    libp2p: helia.libp2p,
    open: (name: string) => orbit.open(name, { type: 'events' }),
    stop: async () => {
      await orbit.stop()
      await helia.stop()
    },
  }
}

const write = async (db: Database, from: number, to: number): Promise<void> => {
  for (let n = from; n < to; n++) await db.add({ name: `Fan ${n}`, text: `Message ${n}, about the length of a line.` })
}

/** Passes TCP on to a port and counts what goes by. */
async function counted(port: number) {
  const count = { bytes: 0 }
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', chunk => {
        count.bytes += chunk.length
      })
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { count, port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** Catch-up of @orbitdb/core (https://github.com/orbitdb/orbitdb) with the latest 1,000 entries missing. */
export async function orbitdb(folder: string, rounds: number): Promise<{ seconds: number; bytes: number }[]> {
  if (!existsSync(join(FOLDER, 'node_modules')))
    execFileSync('npm', ['install', '--prefix', FOLDER], { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] })
  const [full, lacking, copy] = ['full', 'lacking', 'copy'].map(name => join(folder, `orbitdb-${name}`)) as [
    string,
    string,
    string,
  ]
  const writer = await start(full)
  await write(await writer.open('chat'), 0, ORBITDB_HISTORY)
  await writer.stop()
  await cp(full, lacking, { recursive: true })
  const holder = await start(full)
  const held = await holder.open('chat')
  await write(held, ORBITDB_HISTORY, ORBITDB_HISTORY + MISSING)
  const head = (await held.log.heads())[0]?.hash
  const port = Number(/tcp\/(\d+)/.exec(String(holder.libp2p.getMultiaddrs()[0]))?.[1])
  const costs: { seconds: number; bytes: number }[] = []
  for (let round = 0; round < rounds; round++) {
    await cp(lacking, copy, { recursive: true })
    const relay = await counted(port)
    const asker = await start(copy)
    const db = await asker.open(held.address)
    const startedMs = performance.now()
    await asker.libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${relay.port}`))
    while (!(await db.log.heads()).some(({ hash }) => hash === head)) {
      if (performance.now() - startedMs > GIVE_UP_MS) throw new Error('the other database did not catch up')
      await sleep(10)
    }
    costs.push({ seconds: (performance.now() - startedMs) / 1000, bytes: relay.count.bytes })
    await asker.stop()
    relay.close()
    await rm(copy, { recursive: true })
  }
  await holder.stop()
  return costs
}
