import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The floor: `node:http` that writes each message to every open response, and does nothing else. */
const readers = new Set<ServerResponse>()

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.end()
      const text = `event: chat\ndata: ${Buffer.concat(chunks).toString()}\n\n`
      for (const reader of readers) reader.write(text)
    })
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': hello\n\n')
  readers.add(response)
  response.once('close', () => readers.delete(response))
})
server.listen(0, '127.0.0.1', 65_535, () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, path: '/live' }),
)
process.on('message', () => process.exit(0))
