import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The floor: one page with one `<audio>` that starts by itself, and the file with ranges. Nothing else. */
export async function startPlain(file: string, mediaType: string) {
  const { size } = statSync(file)
  const server = createServer((request, response) => {
    if (request.url !== '/song') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end('<!doctype html><title>Song</title><h1>Song</h1><audio src="/song" controls autoplay></audio>')
      return
    }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)]
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      'content-type': mediaType,
      'accept-ranges': 'bytes',
      'content-length': end - start + 1,
      'content-range': `bytes ${start}-${end}/${size}`,
    })
    createReadStream(file, { start, end }).pipe(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
