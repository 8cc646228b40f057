import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchResult } from './support/result.ts'
import { median } from './support/statistics.ts'

const ROUNDS = 5
/** Long enough for start-up garbage to be collected and timers to settle. */
const IDLE_MS = 5_000
const ROOT = join(import.meta.dirname, '..')

interface Boot {
  /** From the start of the process to the first byte of the page. */
  readonly firstByteMs: number
  readonly idleRssMb: number
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/[^\s]+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('the process ended before it said where its page is')
}

async function rssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

async function boot(args: readonly string[]): Promise<Boot> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.once('exit', resolve))
  try {
    const response = await fetch(await addressOf(child))
    await response.body?.getReader().read()
    const firstByteMs = performance.now() - startedMs
    await sleep(IDLE_MS)
    return { firstByteMs, idleRssMb: await rssMb(child.pid ?? 0) }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

/** Time to the page's first byte and idle memory of a stage, beside a bare libp2p and Helia process. */
export async function run(): Promise<BenchResult> {
  const stages: Boot[] = []
  const bare: Boot[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const data = await mkdtemp(join(tmpdir(), 'bandstand-boot-'))
    // The second start is the one that people wait for: the first also makes keys and tables.
    await boot(['node/main.ts', 'start', '--data', data, '--port', '0', '--log-level', 'error'])
    stages.push(await boot(['node/main.ts', 'start', '--data', data, '--port', '0', '--log-level', 'error']))
    bare.push(await boot(['bench/boot/bare-node.ts']))
    await rm(data, { recursive: true, force: true })
  }
  const of = (boots: readonly Boot[], key: keyof Boot) => median(boots.map(b => b[key]))
  const figures = {
    stage_first_byte_ms: of(stages, 'firstByteMs'),
    bare_first_byte_ms: of(bare, 'firstByteMs'),
    stage_idle_rss_mb: of(stages, 'idleRssMb'),
    bare_idle_rss_mb: of(bare, 'idleRssMb'),
  }
  return {
    bench: 'boot',
    ratios: {
      startup_vs_bare: figures.stage_first_byte_ms / figures.bare_first_byte_ms,
      rss_vs_bare: figures.stage_idle_rss_mb / figures.bare_idle_rss_mb,
    },
    figures,
  }
}
