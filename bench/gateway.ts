import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { load } from './gateway/load.ts'
import { type Contender, startNginx, startNode } from './gateway/servers.ts'

const MB = 1_000_000
const FILE_BYTES = 100 * MB
const CONNECTIONS = 50
/** What a player asks for at a time. */
const RANGE_BYTES = 1024 * 1024
const REQUESTS = 1_500

export interface GatewayOptions {
  readonly rounds?: number
}

interface Round {
  readonly mbps: number
  /** CPU milliseconds of the server for 100 MB served. */
  readonly cpuMs: number
}

/** Random 1 MiB ranges of one 100 MB file, 50 connections: the stage's gateway, nginx and `node:http`, in turns. */
export async function run({ rounds = 3 }: GatewayOptions = {}): Promise<{
  bench: string
  ratios: Record<string, number>
  figures: Record<string, number>
}> {
  const dir = await mkdtemp(join(tmpdir(), 'bandstand-bench-gateway-'))
  const contenders: Contender[] = []
  try {
    const file = join(dir, 'song.bin')
    await writeRandom(file)
    const ours = await startNode('stage.ts', [join(dir, 'stage'), file])
    contenders.push(ours)
    const bare = await startNode('bare.ts', [file])
    contenders.push(bare)
    const nginx = await startNginx(join(dir, 'nginx'), file)
    if (nginx !== null) contenders.push(nginx)
    const measured = new Map<Contender, Round[]>(contenders.map(contender => [contender, []]))
    for (const contender of contenders) await measure(contender, REQUESTS / 5)
    for (let n = 0; n < rounds; n += 1) {
      for (const contender of contenders) measured.get(contender)!.push(await measure(contender, REQUESTS))
    }
    const middle = (contender: Contender) => medians(measured.get(contender)!)
    return report(middle(ours), middle(bare), nginx === null ? null : middle(nginx), ours.rssMb())
  } finally {
    await Promise.allSettled(contenders.map(contender => contender.stop()))
    await rm(dir, { recursive: true, force: true })
  }
}

async function writeRandom(file: string): Promise<void> {
  await using handle = await open(file, 'w')
  for (let written = 0; written < FILE_BYTES; written += MB) await handle.write(randomBytes(MB))
}

async function measure(contender: Contender, requests: number): Promise<Round> {
  const range = () => {
    const from = Math.floor(Math.random() * (FILE_BYTES - RANGE_BYTES))
    return [from, from + RANGE_BYTES - 1] as const
  }
  const [cpu, start] = [contender.cpu(), performance.now()]
  const bytes = await load(contender, { connections: CONNECTIONS, requests, range })
  const seconds = (performance.now() - start) / 1000
  return { mbps: bytes / MB / seconds, cpuMs: ((contender.cpu() - cpu) * 1000) / (bytes / (100 * MB)) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function medians(all: readonly Round[]): Round {
  return { mbps: median(all.map(({ mbps }) => mbps)), cpuMs: median(all.map(({ cpuMs }) => cpuMs)) }
}

const rounded = (value: number): number => Number(value.toFixed(2))

function report(ours: Round, bare: Round, nginx: Round | null, rssMb: number) {
  const figures: Record<string, number> = {
    mbps: rounded(ours.mbps),
    mbps_node_http: rounded(bare.mbps),
    cpu_ms_per_100mb: rounded(ours.cpuMs),
    cpu_ms_per_100mb_node_http: rounded(bare.cpuMs),
    rss_mb: rounded(rssMb),
  }
  const ratios: Record<string, number> = { mbps_vs_node_http: rounded(ours.mbps / bare.mbps) }
  if (nginx !== null) {
    ratios.mbps_vs_nginx = rounded(ours.mbps / nginx.mbps)
    figures.mbps_nginx = rounded(nginx.mbps)
    figures.cpu_ms_per_100mb_nginx = rounded(nginx.cpuMs)
  }
  return { bench: 'gateway', ratios, figures }
}
