import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

/**
 * The audience, in its own process: opens `count` connections to an address, counts the messages that each gets, and takes the time
 * of every message at every hundredth viewer. Messages carry `t=<ms since the epoch>` and end with `.`.
 */
const MARK = Buffer.from('t=')
const SAMPLED = 100
/** Connections that are opened in a turn, so that no listen queue overflows. */
const AT_ONCE = 100

const now = (): number => performance.timeOrigin + performance.now()

let received = 0
let latencies: number[] = []
const sockets: Socket[] = []

function open(host: string, port: number, path: string, sampled: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\naccept: text/event-stream\r\n\r\n`),
    )
    sockets.push(socket)
    socket.once('error', reject)
    // A message is split between two reads now and then: what is left of it waits.
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      resolve()
      const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let from = 0
      let at = data.indexOf(MARK)
      for (; at >= 0; at = data.indexOf(MARK, from)) {
        const end = data.indexOf('.', at)
        if (end < 0) break
        received += 1
        if (sampled) latencies.push(now() - Number(data.toString('latin1', at + 2, end)))
        from = end
      }
      rest = at >= 0 ? data.subarray(at) : data.subarray(Math.max(from, data.length - 1))
    })
  })
}

interface Ask {
  readonly open?: { readonly host: string; readonly port: number; readonly path: string; readonly count: number }
  readonly reset?: true
  readonly report?: true
}

process.on('message', async (ask: Ask) => {
  if (ask.open !== undefined) {
    const { host, port, path, count } = ask.open
    for (let from = 0; from < count; from += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) =>
          open(host, port, path, (from + n) % SAMPLED === 0),
        ),
      )
    process.send?.({ opened: count })
  } else if (ask.reset === true) {
    received = 0
    latencies = []
    process.send?.({ reset: true })
  } else {
    process.send?.({ received, latencies, alive: sockets.filter(socket => !socket.destroyed).length })
  }
})
