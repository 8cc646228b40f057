import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type TestAuthor, testAuthor } from '#test/support/author.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { Audience, type Report } from './fanout/audience.ts'
import { startBare } from './fanout/bare-server.ts'
import { cpuSecondsOf, rssMbOf } from './support/process-meter.ts'
import type { BenchResult } from './support/result.ts'
import { percentile, rounded } from './support/statistics.ts'

const VIEWERS = 10_000
const MESSAGES_PER_SECOND = 20
const SECONDS = 10
/** A person says less than a message a second. */
const TALKERS = 40

export interface FanoutOptions {
  readonly viewers?: number
  readonly seconds?: number
}

interface Room {
  readonly url: string
  readonly path: string
  readonly pid: number
  say(n: number, text: string): Promise<unknown>
}

interface Measured extends Report {
  readonly cpuSeconds: number
  readonly kbPerViewer: number
}

const now = (): number => performance.timeOrigin + performance.now()

async function measure(room: Room, viewers: number, seconds: number): Promise<Measured> {
  const audience = new Audience()
  try {
    const before = rssMbOf(room.pid)
    await audience.open(room.url, room.path, viewers)
    await sleep(1_000)
    const kbPerViewer = ((rssMbOf(room.pid) - before) * 1_024) / viewers
    await audience.reset()
    const cpu = cpuSecondsOf(room.pid)
    const messages = MESSAGES_PER_SECOND * seconds
    const started = performance.now()
    const saying: Promise<unknown>[] = []
    for (let n = 0; n < messages; n++) {
      await sleep(Math.max(0, started + (n * 1_000) / MESSAGES_PER_SECOND - performance.now()))
      saying.push(room.say(n, `t=${now().toFixed(0)}.`))
    }
    await Promise.all(saying)
    // What is still on its way after this was not live any more.
    for (let tries = 0; tries < 50; tries++) {
      if ((await audience.report()).received >= messages * viewers) break
      await sleep(200)
    }
    return { ...(await audience.report()), cpuSeconds: cpuSecondsOf(room.pid) - cpu, kbPerViewer }
  } finally {
    audience.leave()
  }
}

/** One chat room on a stage, as its operator starts it; every message is signed by a fan and goes through the one door. */
async function stageRoom(data: string): Promise<{ room: Room; stop(): Promise<unknown> }> {
  const stage = await StageProcess.start(data, [
    '--name',
    'Park Stage',
    '--live-pages',
    '20000',
    '--live-pages-per-address',
    '20000',
  ])
  const { community } = await stage.client.stage()
  const talkers: TestAuthor[] = Array.from({ length: TALKERS }, (_, n) => testAuthor(n))
  const say = (n: number, text: string) => stage.client.chat(talkers[n % TALKERS] as TestAuthor, community, text)
  return { room: { url: stage.client.url, path: '/api/v1/live', pid: stage.pid, say }, stop: () => stage.stop() }
}

/** Live fan-out: so many viewers of one room, 20 messages a second, beside a bare `node:http` broadcaster. */
export async function run({ viewers = VIEWERS, seconds = SECONDS }: FanoutOptions = {}): Promise<BenchResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bandstand-bench-fanout-'))
  try {
    const bare = await startBare()
    const floor = await measure(bare, viewers, seconds).finally(() => bare.stop())
    const { room, stop } = await stageRoom(join(dir, 'stage'))
    const ours = await measure(room, viewers, seconds).finally(stop)
    const all = viewers * seconds * MESSAGES_PER_SECOND
    return {
      bench: 'fanout',
      ratios: {
        cpu_vs_bare_sse: rounded(ours.cpuSeconds / floor.cpuSeconds),
        p99_vs_bare_sse: rounded(percentile(ours.latencies, 0.99) / percentile(floor.latencies, 0.99)),
      },
      figures: {
        viewers,
        p50_ms: rounded(percentile(ours.latencies, 0.5)),
        p99_ms: rounded(percentile(ours.latencies, 0.99)),
        kb_per_viewer: rounded(ours.kbPerViewer),
        cpu_s: rounded(ours.cpuSeconds),
        missed: all - ours.received,
        bare_p50_ms: rounded(percentile(floor.latencies, 0.5)),
        bare_p99_ms: rounded(percentile(floor.latencies, 0.99)),
        bare_kb_per_viewer: rounded(floor.kbPerViewer),
        bare_cpu_s: rounded(floor.cpuSeconds),
        bare_missed: all - floor.received,
      },
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
