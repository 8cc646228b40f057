import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../support/statistics.ts'
import { commonMs, type Order, type Report } from './node.ts'

const NODES = 10
/** gossipsub grafts its mesh at heartbeats, one a second. */
const MESH_MS = 4_000
const WARM_UP_EVENTS = 500
/** How long stragglers are waited for, since the last one arrived. */
const QUIET_MS = 10_000

export interface Measured {
  readonly deliveriesPerCpuSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly deliveredShare: number
}

export interface Network {
  /** Spreads `count` events, `perSecond` over all nodes together, published in turn by every node. */
  measure(count: number, perSecond: number): Promise<Measured>
  stop(): Promise<void>
}

async function ask<T>(child: ChildProcess, order?: Order): Promise<T> {
  const answered = once(child, 'message')
  if (order !== undefined) child.send(order)
  const [message] = (await answered) as [{ answer: T; error?: string }]
  if (message.error !== undefined) throw new Error(message.error)
  return message.answer
}

/** Ten processes, each connected to all the others. */
export async function startNetwork(kind: string): Promise<Network> {
  const root = await mkdtemp(join(tmpdir(), `bench-gossip-${kind}-`))
  const children: ChildProcess[] = []
  const addresses: string[] = []
  const stop = async (): Promise<void> => {
    const gone = children.filter(child => child.exitCode === null).map(child => once(child, 'exit'))
    for (const child of children) child.disconnect()
    await Promise.all(gone)
    await rm(root, { recursive: true, force: true })
  }
  try {
    for (let at = 0; at < NODES; at++) {
      const child = fork(join(import.meta.dirname, 'node.ts'), [kind, join(root, String(at)), ...addresses])
      children.push(child)
      addresses.push(...(await ask<string[]>(child)).slice(0, 1))
    }
    await sleep(MESH_MS)
    const network = { measure: createMeasure(children), stop }
    await network.measure(WARM_UP_EVENTS, WARM_UP_EVENTS)
    return network
  } catch (cause) {
    await stop()
    throw cause
  }
}

function createMeasure(children: readonly ChildProcess[]): Network['measure'] {
  let used = 0
  return async (count, perSecond) => {
    const all = Array.from({ length: count }, (_, at) => used + at)
    used += count
    const shares = children.map((_, turn) => all.filter((__, at) => at % children.length === turn))
    await Promise.all(children.map((child, at) => ask(child, { do: 'prepare', indices: shares[at] ?? [] })))
    const each = perSecond / children.length
    const atMs = commonMs() + 100
    await Promise.all(
      children.map((child, at) =>
        ask(child, { do: 'publish', indices: shares[at] ?? [], perSecond: each, atMs: atMs + at * (1000 / perSecond) }),
      ),
    )
    await settled(children, count * (children.length - 1))
    return judge(await Promise.all(children.map(child => ask<Report>(child, { do: 'report' }))), count)
  }
}

async function settled(children: readonly ChildProcess[], expected: number): Promise<void> {
  for (let last = -1, sinceMs = commonMs(); ; ) {
    const counts = await Promise.all(children.map(child => ask<number>(child, { do: 'count' })))
    const total = counts.reduce((sum, count) => sum + count, 0)
    if (total >= expected) return
    if (total !== last) sinceMs = commonMs()
    else if (commonMs() - sinceMs > QUIET_MS) return
    last = total
    await sleep(100)
  }
}

function judge(reports: readonly Report[], count: number): Measured {
  const sentMs = new Map(reports.flatMap(({ sent }) => sent))
  const delays = reports.flatMap(({ received }) =>
    received.flatMap(([index, ms]) => (sentMs.has(index) ? [ms - (sentMs.get(index) ?? 0)] : [])),
  )
  return {
    deliveriesPerCpuSecond: delays.length / reports.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    p50Ms: percentile(delays, 0.5),
    p99Ms: percentile(delays, 0.99),
    deliveredShare: delays.length / (count * (reports.length - 1)),
  }
}
