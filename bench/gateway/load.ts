import { connect, type Socket } from 'node:net'

export interface Target {
  readonly port: number
  readonly path: string
}

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Reads `requests` ranges over `connections` kept-alive connections, each asking for its next range when it has the last
 * byte of the one before. A bare client, so that both cores are left to the server. Resolves to bytes of bodies read;
 * rejects on any answer but a 206 of the length asked for.
 */
export async function load(
  target: Target,
  work: { readonly connections: number; readonly requests: number; range(): readonly [from: number, to: number] },
): Promise<number> {
  let left = work.requests
  let bytes = 0
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(target.port, '127.0.0.1')
      let body = 0
      let head: Buffer = Buffer.alloc(0)
      const next = () => {
        if (left === 0) return void socket.end(resolve)
        left -= 1
        body = ask(socket, target.path, work.range())
        bytes += body
      }
      socket.once('connect', next)
      socket.on('error', reject)
      socket.on('data', (chunk: Buffer) => {
        let rest = chunk
        if (head !== DONE) {
          const seen = head.length === 0 ? chunk : Buffer.concat([head, chunk])
          const end = seen.indexOf(HEAD_END)
          if (end < 0) {
            head = seen
            return
          }
          const text = seen.toString('latin1', 0, end)
          if (!text.startsWith('HTTP/1.1 206') || Number(/content-length: (\d+)/i.exec(text)?.[1]) !== body) {
            return void socket.destroy(new Error(`unexpected answer: ${text.slice(0, 300)}`))
          }
          head = DONE
          rest = seen.subarray(end + 4)
        }
        body -= rest.length
        if (body > 0) return
        head = Buffer.alloc(0)
        next()
      })
    })
  await Promise.all(Array.from({ length: work.connections }, one))
  return bytes
}

/** Marks that the headers of the current answer have been read. */
const DONE = Buffer.alloc(1)

function ask(socket: Socket, path: string, [from, to]: readonly [number, number]): number {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=${from}-${to}\r\n\r\n`)
  return to - from + 1
}
