import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestAuthor } from '#test/support/author.ts'
import { adoptEverywhere, foundFederation } from '#test/support/charter.ts'
import { type SlowLink, slowLink } from '#test/support/slow-link.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { issue, openLine, publishFor, type Reachable } from '#test/support/value-stages.ts'

/** Payers' money and the line, in minor units: far more than a run spends. */
const PLENTY = 10_000_000n
/** A line between two cities. */
const BITS_PER_SECOND = 100e6

/** A stage in a process of its own, at the address by which the others know it. */
interface Townsman extends Reachable {
  readonly here: StageProcess
  readonly name: string
  readonly address: string
}

/** Five communities, of which four certify the log of each; the first pays a release of the second. */
export interface Town {
  readonly payer: Townsman
  readonly payee: Townsman
  readonly release: string
  /** Bytes that all five sent each other so far; 0 without a slow link. */
  wireBytes(): number
  /** Bytes on the disks of payer's and payee's stage. */
  diskBytes(): Promise<number>
  close(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  const sizes = await Promise.all(names.map(name => stat(join(folder, name)).catch(() => null)))
  return sizes.reduce((sum, info) => sum + (info?.isFile() ? info.size : 0), 0)
}

/** Every stage behind a link of its own, so that each connection pays the delay once each way, whoever dialled. */
async function startStage(folder: string, name: string, delayMs: number, links: SlowLink[]): Promise<Townsman> {
  const port = await freePort()
  const link = delayMs > 0 ? await slowLink({ port, bitsPerSecond: BITS_PER_SECOND, delayMs }) : null
  if (link !== null) links.push(link)
  const reached = `/ip4/127.0.0.1/tcp/${link?.port ?? port}`
  const announce = link === null ? [] : ['--announce', reached]
  const here = await StageProcess.start(join(folder, name), ['--name', name, '--tcp-port', String(port), ...announce])
  const { community, peerId } = await here.client.stage()
  return { here, name, community, address: `${reached}/p2p/${peerId}` }
}

/** Opens the town with this delay one way between any two stages. */
export async function openTown(delayMs: number, fans: readonly TestAuthor[], artist: TestAuthor): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-value-'))
  const links: SlowLink[] = []
  const stages: Townsman[] = []
  const close = async (): Promise<void> => {
    await Promise.all(stages.map(({ here }) => here.stop()))
    for (const link of links) await link.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const name of ['payer', 'payee', 'third', 'fourth', 'fifth'])
      stages.push(await startStage(folder, name, delayMs, links))
    const [payer, payee] = stages as [Townsman, Townsman]
    for (const from of stages)
      for (const to of stages)
        if (from !== to) await from.here.client.request('POST', '/follows', { address: to.address })
    const founders = stages.map(({ here, name, address }) => ({ name, address, data: here.data, client: here.client }))
    await adoptEverywhere(founders, await foundFederation(founders))
    for (const fan of fans) await issue(payer, fan, PLENTY)
    const release = await publishFor(payee, artist)
    await openLine(payee, payer, PLENTY * BigInt(fans.length), { alone: false })
    await eventually(async () => {
      const log = await payee.here.client.get<{ finality?: string; signedSize?: number }>('/log')
      return JSON.stringify(log).includes('"epoch":1')
    }, 'the committee certifies')
    const wireBytes = () => links.reduce((sum, link) => sum + link.bytes(), 0)
    const diskBytes = async () => (await sizeOf(payer.here.data)) + (await sizeOf(payee.here.data))
    return { payer, payee, release, wireBytes, diskBytes, close }
  } catch (cause) {
    await close()
    throw cause
  }
}
