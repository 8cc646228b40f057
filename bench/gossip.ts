import { type Measured, startNetwork } from './gossip/network.ts'
import type { BenchResult } from './support/result.ts'
import { median, rounded } from './support/statistics.ts'

const ROUNDS = 3
/** Long enough that start-up, heartbeats and garbage average out. */
const SECONDS = 6
const RATES = [100, 1_000] as const
const KINDS = ['ours', 'bare', 'bare-fast'] as const
type Kind = (typeof KINDS)[number]

export interface GossipOptions {
  readonly rounds?: number
}

type Runs = Map<string, Measured[]>

/**
 * Ten processes gossip events of 256 bytes. Ours verifies, stores and projects every event; bare gossipsub under
 * StrictSign verifies its own signature and drops the message. Rounds take turns, so that a noisy minute of the
 * machine touches every contender.
 */
export async function run({ rounds = ROUNDS }: GossipOptions = {}): Promise<BenchResult> {
  const runs: Runs = new Map()
  for (let round = 0; round < rounds; round++) for (const kind of KINDS) await measureOnce(kind, runs)
  const of = (kind: Kind, rate: number, key: keyof Measured): number =>
    rounded(median((runs.get(`${kind} ${rate}`) ?? []).map(measured => measured[key])))
  const cost = (kind: Kind, rate: number): number =>
    rounded(of(kind, rate, 'deliveriesPerCpuSecond') / of('ours', rate, 'deliveriesPerCpuSecond'))
  const figures: Record<string, number> = {
    p99_ms_100: of('ours', 100, 'p99Ms'),
    p99_ms_1000: of('ours', 1_000, 'p99Ms'),
    delivered_share: Math.min(of('ours', 100, 'deliveredShare'), of('ours', 1_000, 'deliveredShare')),
  }
  for (const kind of KINDS)
    for (const rate of RATES) {
      const label = `${kind.replace('-', '_')}_${rate}`
      figures[`deliveries_per_cpu_s_${label}`] = of(kind, rate, 'deliveriesPerCpuSecond')
      figures[`p50_ms_${label}`] = of(kind, rate, 'p50Ms')
      if (kind !== 'ours') figures[`p99_ms_${label}`] = of(kind, rate, 'p99Ms')
      if (kind !== 'ours') figures[`delivered_share_${label}`] = of(kind, rate, 'deliveredShare')
    }
  return {
    bench: 'gossip',
    ratios: {
      cost_vs_bare: cost('bare', 1_000),
      cost_vs_bare_100: cost('bare', 100),
      cost_vs_bare_fast: cost('bare-fast', 1_000),
    },
    figures,
  }
}

async function measureOnce(kind: Kind, runs: Runs): Promise<void> {
  const network = await startNetwork(kind)
  try {
    for (const rate of RATES) {
      const measured = await network.measure(rate * SECONDS, rate)
      runs.set(`${kind} ${rate}`, [...(runs.get(`${kind} ${rate}`) ?? []), measured])
      process.stderr.write(`${kind} at ${rate}/s: ${JSON.stringify(measured)}\n`)
    }
  } finally {
    await network.stop()
  }
}
