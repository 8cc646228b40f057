import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inject } from 'vitest'

interface Call {
  readonly id: number
  readonly method: string
  readonly params?: readonly unknown[]
}

/** What becomes of one call: `null` lets it through; `hang` never answers; anything else is the answer. */
export type Meddle = (call: Call) => null | 'hang' | 'drop' | { readonly result: unknown } | { readonly after: unknown }

/**
 * A node between the rail and the chain that does what it likes with each call: hangs, drops the connection, answers something
 * else, or lets the call through and then answers something else (`after`).
 */
export async function openRogueRpc() {
  let meddle: Meddle = () => null
  const seen: string[] = []
  const pass = async (body: string): Promise<{ id: number; result?: unknown }> => {
    const response = await fetch(inject('rpc'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return (await response.json()) as { id: number; result?: unknown }
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', async () => {
      const body = Buffer.concat(parts).toString('utf8')
      const call = JSON.parse(body) as Call
      seen.push(call.method)
      const what = meddle(call)
      if (what === 'hang') return
      if (what === 'drop') return void request.socket.destroy()
      const answer =
        what === null
          ? await pass(body)
          : 'after' in what
            ? await pass(body).then(() => ({ jsonrpc: '2.0', id: call.id, result: what.after }))
            : { jsonrpc: '2.0', id: call.id, result: what.result }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    meddle: (next: Meddle): void => {
      meddle = next
    },
    close: (): Promise<void> => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
