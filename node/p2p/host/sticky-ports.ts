import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { z } from 'zod'
import type { Settings } from '#node/config/settings.ts'
import type { StageHost } from './host.ts'

const portsSchema = z.object({ tcp: z.number().int().min(0).max(65_535), ws: z.number().int().min(0).max(65_535) })
type Ports = z.infer<typeof portsSchema>

/**
 * Where others dialled this stage last time is where they look for it again. When the settings leave a port to the
 * system, the one it gave last time is taken if it is free.
 */
export async function withStickyPorts(file: string, p2p: Settings['p2p']): Promise<Settings['p2p']> {
  const last = await readPorts(file)
  const choose = async (wanted: number, lastTime: number): Promise<number> =>
    wanted === 0 && lastTime !== 0 && (await isFree(p2p.host, lastTime)) ? lastTime : wanted
  return { ...p2p, tcpPort: await choose(p2p.tcpPort, last.tcp), wsPort: await choose(p2p.wsPort, last.ws) }
}

/** Remembers the ports that a started host listens on. */
export async function rememberPorts(file: string, host: StageHost): Promise<void> {
  const portOf = (pattern: RegExp): number => {
    const found = host.getMultiaddrs().flatMap(address => pattern.exec(address.toString())?.[1] ?? [])
    return Number(found[0] ?? 0)
  }
  const ports: Ports = { tcp: portOf(/\/tcp\/(\d+)(?!.*\/ws)/), ws: portOf(/\/tcp\/(\d+)\/ws/) }
  await writeFile(`${file}.new`, JSON.stringify(ports), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

async function readPorts(file: string): Promise<Ports> {
  try {
    return portsSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    // Missing or unreadable: the system chooses, as at the first start.
    return { tcp: 0, ws: 0 }
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
