import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Contender, drain, randomContent, Stopwatch } from './contender.ts'

interface Drive {
  readonly key: Buffer
  ready(): Promise<void>
  update(options: { wait: boolean }): Promise<boolean>
  createWriteStream(path: string): NodeJS.WritableStream
  createReadStream(path: string): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

interface Store {
  replicate(initiator: boolean): NodeJS.ReadWriteStream
  close(): Promise<void>
}

const FILE = '/file'
const require = createRequire(new URL('../peers/package.json', import.meta.url))

async function open(dir: string, key?: Buffer): Promise<{ store: Store; drive: Drive }> {
  const Corestore = require('corestore') as new (dir: string) => Store
  const Hyperdrive = require('hyperdrive') as new (store: Store, key?: Buffer) => Drive
  const store = new Corestore(dir)
  const drive = new Hyperdrive(store, key)
  await drive.ready()
  return { store, drive }
}

function replicate(store: Store, socket: Socket, initiator: boolean): void {
  const stream = store.replicate(initiator)
  stream.pipe(socket).pipe(stream)
  stream.on('error', () => {})
  socket.on('error', () => {})
}

/** hyperdrive (https://github.com/holepunchto/hyperdrive) over one TCP socket, encrypted by its own protocol. */
export const contender: Contender = {
  publish: async (dir, bytes) => {
    const { store, drive } = await open(dir)
    const out = drive.createWriteStream(FILE)
    for (const chunk of randomContent(bytes))
      if (!out.write(chunk as Buffer)) await new Promise(resolve => out.once('drain', resolve))
    await new Promise<void>(resolve => {
      out.once('close', resolve)
      out.end()
    })
    const name = drive.key.toString('hex')
    await drive.close()
    await store.close()
    return name
  },
  serve: async (dir, name) => {
    const { store } = await open(dir, Buffer.from(name, 'hex'))
    const server = createServer(socket => replicate(store, socket, false))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return { address: String((server.address() as AddressInfo).port) }
  },
  fetch: async (dir, served, name, bytes) => {
    const { store, drive } = await open(dir, Buffer.from(name, 'hex'))
    const socket = connect(Number(served.address), '127.0.0.1')
    await new Promise(resolve => socket.once('connect', resolve))
    replicate(store, socket, true)
    await drive.update({ wait: true })
    const watch = new Stopwatch()
    const read = await drain(drive.createReadStream(FILE), watch.first)
    if (read !== bytes) throw new Error(`hyperdrive read ${read} of ${bytes} bytes`)
    return watch.done()
  },
}
