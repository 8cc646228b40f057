import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { pipeline } from 'node:stream'

/** The floor for Node: `node:http` streaming one file from disk by range. argv: file. */
const file = process.argv[2]!
const { size } = statSync(file)
const server = createServer((request, response) => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? ['', '0', String(size - 1)]
  const [start, end] = [Number(from), Number(to)]
  response.writeHead(206, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${size}`,
  })
  pipeline(createReadStream(file, { start, end }), response, () => undefined)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port, path: '/' }))
process.once('message', () => process.exit(0))
