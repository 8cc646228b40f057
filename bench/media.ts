import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { slowLink } from '#test/support/slow-link.ts'
import type { Fetched, Served } from './media/contender.ts'

const MB = 1_000_000
const LARGE_MB = 600
const SMALL_MB = 100
const SLOW_MB = 16
const SLOW_BITS_PER_SECOND = 20_000_000
/** One way: 80 ms there and back. */
const SLOW_DELAY_MS = 40

const CONTENDERS = ['ours', 'bitswap', 'hyperdrive', 'raw-stream'] as const
type Name = (typeof CONTENDERS)[number]

interface Run extends Fetched {
  readonly mbps: number
  readonly rssMbFetching: number
  readonly rssMbServing: number
  readonly cpuMsServing: number
}

export interface MediaOptions {
  readonly rounds?: number
}

/** See the README's table of figures: moves a file between two processes, ours beside its peers, in turns. */
export async function run({ rounds = 3 }: MediaOptions = {}): Promise<{
  bench: string
  ratios: Record<string, number>
  figures: Record<string, number>
}> {
  installPeers()
  const small = await compare(SMALL_MB, rounds)
  const large = await compare(LARGE_MB, rounds)
  const slow = await slowRounds(rounds)
  const [ours, bitswap, hyperdrive, raw] = CONTENDERS.map(name => large[name]) as [Run, Run, Run, Run]
  return {
    bench: 'media',
    ratios: {
      mbps_vs_bitswap_600: round(ours.mbps / bitswap.mbps),
      mbps_vs_hyperdrive_600: round(ours.mbps / hyperdrive.mbps),
      mbps_vs_stream_600: round(ours.mbps / raw.mbps),
      slow_link_share: round((slow.mbps * 8 * MB) / SLOW_BITS_PER_SECOND),
    },
    figures: {
      rss_mb_serving: round(ours.rssMbServing),
      rss_mb_fetching: round(ours.rssMbFetching),
      ttfb_ms: round(ours.ttfbMs),
      ...labelled(small, 100),
      ...labelled(large, 600),
    },
  }
}

function labelled(runs: Record<Name, Run>, mb: number): Record<string, number> {
  const out: Record<string, number> = {}
  for (const name of CONTENDERS) {
    const label = name.replace('-', '_')
    out[`${label}_mbps_${mb}`] = round(runs[name].mbps)
    out[`${label}_ttfb_ms_${mb}`] = round(runs[name].ttfbMs)
    out[`${label}_rss_mb_serving_${mb}`] = round(runs[name].rssMbServing)
    out[`${label}_rss_mb_fetching_${mb}`] = round(runs[name].rssMbFetching)
    // Says more than speed does on a machine that is busy with other things.
    out[`${label}_cpu_ms_per_mb_serving_${mb}`] = round(runs[name].cpuMsServing / mb)
    out[`${label}_cpu_ms_per_mb_fetching_${mb}`] = round(runs[name].cpuMs / mb)
  }
  return out
}

/** Rounds interleave the contenders, so that a noisy minute on the machine touches all of them. */
async function compare(mb: number, rounds: number): Promise<Record<Name, Run>> {
  return withDir(async dir => {
    const refs = new Map<Name, string>()
    for (const name of CONTENDERS) refs.set(name, await publish(name, join(dir, name), mb * MB))
    const runs = Object.fromEntries(CONTENDERS.map(name => [name, [] as Run[]])) as Record<Name, Run[]>
    for (let i = 0; i < rounds; i++)
      for (const name of CONTENDERS) {
        const one = await transfer(name, join(dir, name), refs.get(name) ?? '', mb * MB)
        runs[name].push(one)
        console.error(
          `${mb} MB ${name}: ${one.mbps.toFixed(0)} MB/s, first byte ${one.ttfbMs.toFixed(0)} ms, ` +
            `RSS ${one.rssMbServing.toFixed(0)} MB serving, ${one.rssMbFetching.toFixed(0)} MB fetching, ` +
            `CPU ${(one.cpuMsServing / mb).toFixed(1)} + ${(one.cpuMs / mb).toFixed(1)} ms a MB`,
        )
      }
    return Object.fromEntries(CONTENDERS.map(name => [name, medians(runs[name])])) as Record<Name, Run>
  })
}

async function slowRounds(rounds: number): Promise<Run> {
  return withDir(async dir => {
    const store = join(dir, 'ours')
    const ref = await publish('ours', store, SLOW_MB * MB)
    const runs: Run[] = []
    for (let i = 0; i < rounds; i++) {
      const one = await transfer('ours', store, ref, SLOW_MB * MB, async port => {
        const link = await slowLink({ port, bitsPerSecond: SLOW_BITS_PER_SECOND, delayMs: SLOW_DELAY_MS })
        return { port: link.port, close: () => link.close() }
      })
      runs.push(one)
      console.error(`20 Mbit/s, 80 ms: ${(one.mbps * 8).toFixed(1)} Mbit/s, first byte ${one.ttfbMs.toFixed(0)} ms`)
    }
    return medians(runs)
  })
}

type Via = (port: number) => Promise<{ port: number; close: () => Promise<void> }>

async function transfer(name: Name, store: string, ref: string, bytes: number, via?: Via): Promise<Run> {
  return withDir(async dir => {
    const server = peer(name, 'serve', store, ref)
    try {
      const served = await next<Served>(server)
      const port = Number(/\/tcp\/(\d+)/.exec(served.address)?.[1])
      const link = await via?.(port)
      const address = link === undefined ? served.address : served.address.replace(`/tcp/${port}`, `/tcp/${link.port}`)
      const fetched = await next<Fetched & { rssMb: number }>(peer(name, 'fetch', dir, ref, String(bytes), address))
      await link?.close()
      server.send('rss')
      const cost = await next<{ rssMb: number; cpuMs: number }>(server)
      return {
        ...fetched,
        mbps: bytes / MB / fetched.seconds,
        rssMbFetching: fetched.rssMb,
        rssMbServing: cost.rssMb,
        cpuMsServing: cost.cpuMs,
      }
    } finally {
      server.disconnect()
    }
  })
}

async function publish(name: Name, dir: string, bytes: number): Promise<string> {
  const { ref } = await next<{ ref: string }>(peer(name, 'publish', dir, String(bytes)))
  return ref
}

function peer(name: Name, ...args: string[]): ChildProcess {
  const script = fileURLToPath(new URL('./media/peer.ts', import.meta.url))
  return fork(script, [name, ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** The child's next answer; rejects when it ends without one. */
function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a bench process ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', message => {
      child.off('exit', onExit)
      resolve(message as T)
    })
  })
}

async function withDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'bandstand-bench-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

function installPeers(): void {
  const folder = fileURLToPath(new URL('./peers', import.meta.url))
  if (existsSync(join(folder, 'node_modules', 'hyperdrive'))) return
  execFileSync('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

function medians(runs: readonly Run[]): Run {
  const of = (pick: (run: Run) => number): number => median(runs.map(pick))
  return {
    ttfbMs: of(run => run.ttfbMs),
    seconds: of(run => run.seconds),
    mbps: of(run => run.mbps),
    cpuMs: of(run => run.cpuMs),
    cpuMsServing: of(run => run.cpuMsServing),
    rssMbFetching: of(run => run.rssMbFetching),
    rssMbServing: of(run => run.rssMbServing),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

const round = (value: number): number => Math.round(value * 100) / 100
