import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseSettings } from '#node/config/parse.ts'
import { withStickyPorts } from '#node/p2p/host/sticky-ports.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandstand-ports-'))
})
afterEach(() => rm(folder, { recursive: true }))

const wanted = (tcpPort: number, wsPort: number) => ({
  ...parseSettings({ flags: {}, env: { HOME: folder }, cwd: folder }).p2p,
  tcpPort,
  wsPort,
})

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}
const close = (server: Server): Promise<unknown> => new Promise(resolve => server.close(resolve))

describe('the ports of last time', () => {
  it('are taken again where the settings name none and they are free', async () => {
    const [free, busy] = [await listening(), await listening()]
    await close(free.server)
    const file = join(folder, 'ports.json')
    await writeFile(file, JSON.stringify({ tcp: free.port, ws: busy.port }))
    try {
      expect(await withStickyPorts(file, wanted(0, 0))).toMatchObject({ tcpPort: free.port, wsPort: 0 })
      expect(await withStickyPorts(file, wanted(4_748, 4_749))).toMatchObject({ tcpPort: 4_748, wsPort: 4_749 })
    } finally {
      await close(busy.server)
    }
  })

  it('do not matter when nothing readable was remembered', async () => {
    const file = join(folder, 'ports.json')
    expect(await withStickyPorts(file, wanted(0, 0))).toMatchObject({ tcpPort: 0, wsPort: 0 })
    for (const text of ['', 'null', '{"tcp":70000,"ws":0}', '{"tcp":-1,"ws":1}']) {
      await writeFile(file, text)
      expect(await withStickyPorts(file, wanted(0, 0))).toMatchObject({ tcpPort: 0, wsPort: 0 })
    }
  })
})
