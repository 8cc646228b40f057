import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

export interface SlowLinkOptions {
  /** Where the real server listens, on loopback. */
  readonly port: number
  /** Each direction. */
  readonly bitsPerSecond: number
  /** One way. */
  readonly delayMs: number
}

export interface SlowLink {
  /** Where to connect instead. */
  readonly port: number
  /** Bytes that came in on either side so far. */
  bytes(): number
  /** Breaks every connection at once, as a line that is cut; new ones go through. */
  cut(): void
  close(): Promise<void>
}

/** What a router on the way would queue: a tenth of a second, beside what is in flight. */
const QUEUE_MS = 100

/** A userspace TCP proxy that forwards at a given rate and delay, with a bounded queue. */
export async function slowLink(options: SlowLinkOptions): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  const counted = { bytes: 0 }
  const server = createServer(near => {
    const far = createConnection({ host: '127.0.0.1', port: options.port })
    for (const socket of [near, far]) {
      socket.on('data', (data: Buffer) => {
        counted.bytes += data.length
      })
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    forward(near, far, options)
    forward(far, near, options)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => counted.bytes,
    cut,
    close: () => {
      cut()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function forward(from: Socket, to: Socket, { bitsPerSecond, delayMs }: SlowLinkOptions): void {
  const bytesPerMs = bitsPerSecond / 8_000
  const queueMax = bytesPerMs * (delayMs + QUEUE_MS)
  const queue: { at: number; chunk: Buffer | null }[] = []
  let queued = 0
  let lineFreeAt = 0
  let timer: NodeJS.Timeout | undefined

  const deliver = (): void => {
    timer = undefined
    const now = performance.now()
    while (queue[0] !== undefined && queue[0].at <= now) {
      const { chunk } = queue.shift() as (typeof queue)[0]
      if (chunk === null) to.end()
      else if (!to.destroyed) to.write(chunk)
      queued -= chunk?.length ?? 0
    }
    if (queued <= queueMax && from.isPaused()) from.resume()
    if (queue[0] !== undefined) timer = setTimeout(deliver, Math.max(1, queue[0].at - now))
  }

  const enqueue = (chunk: Buffer | null): void => {
    const now = performance.now()
    lineFreeAt = Math.max(lineFreeAt, now) + (chunk?.length ?? 0) / bytesPerMs
    queue.push({ at: lineFreeAt + delayMs, chunk })
    queued += chunk?.length ?? 0
    if (queued > queueMax) from.pause()
    timer ??= setTimeout(deliver, 1)
  }

  // Small pieces, so that the rate is even and a large read does not arrive as one lump after its last byte.
  from.on('data', (data: Buffer) => {
    for (let at = 0; at < data.length; at += 4096) enqueue(data.subarray(at, at + 4096))
  })
  from.on('end', () => enqueue(null))
  to.on('close', () => clearTimeout(timer))
}
