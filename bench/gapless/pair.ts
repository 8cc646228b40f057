import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const PAGE = `<!doctype html><title>Two songs</title><button>Play</button><script>
  const audio = new Audio('/0')
  audio.addEventListener('ended', () => { if (audio.src.endsWith('/0')) { audio.src = '/1'; audio.play() } })
  document.querySelector('button').addEventListener('click', () => audio.play())
</script>`

/** The floor: one `<audio>` that is given the next file when the last one has ended. Nothing else. */
export async function startPair(files: readonly Uint8Array[]) {
  const server = createServer((request, response) => {
    const file = files[Number(request.url?.slice(1) || Number.NaN)]
    if (file === undefined) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE)
    else response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': file.length }).end(file)
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
