import type { StreamMessageEvent } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { send } from '#node/p2p/stream/send.ts'
import { loopbackNode } from '#test/support/libp2p-pair.ts'
import { type Contender, MIB, Stopwatch } from './contender.ts'

const PROTOCOL = '/bench/raw/1'
const IDLE_MS = 30_000

/** The floor: bytes from memory down one libp2p stream, counted and thrown away. Nothing is stored or checked. */
export const contender: Contender = {
  publish: async (_dir, bytes) => String(bytes),
  serve: async (_dir, name) => {
    const libp2p = await loopbackNode()
    const chunk = new Uint8Array(MIB)
    await libp2p.handle(PROTOCOL, async stream => {
      for (let left = Number(name); left > 0; left -= MIB)
        await send(stream, [chunk.subarray(0, Math.min(left, MIB))], { idleMs: IDLE_MS })
      await stream.close()
    })
    return { address: String(libp2p.getMultiaddrs()[0]) }
  },
  fetch: async (_dir, served, _name, bytes) => {
    const libp2p = await loopbackNode()
    const connection = await libp2p.dial(multiaddr(served.address))
    const watch = new Stopwatch()
    const stream = await connection.newStream(PROTOCOL)
    await new Promise<void>((resolve, reject) => {
      let read = 0
      stream.addEventListener('message', event => {
        watch.first()
        read += (event as StreamMessageEvent).data.byteLength
        if (read === bytes) resolve()
      })
      stream.addEventListener('close', event => event.error && reject(event.error))
    })
    return watch.done()
  },
}
