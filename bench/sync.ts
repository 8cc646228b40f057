import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchResult } from './support/result.ts'
import { median } from './support/statistics.ts'
import { type Lack, MISSING, prepare } from './sync/fixture.ts'
import { ORBITDB_HISTORY, orbitdb } from './sync/orbitdb.ts'
import { type Cost, everything, ours, withStages } from './sync/stages.ts'

const ROUNDS = 3

export interface SyncBenchOptions {
  readonly rounds?: number
}

const of = (costs: readonly Cost[], key: keyof Cost): number => median(costs.map(cost => cost[key]))

/**
 * Two stages with 100,000 events, one of which lacks 1,000: a sync session beside the same two stages sending
 * everything. `holes` are scattered over the whole history, the hardest case, and give the ratios; `tail` are the latest,
 * as after an absence. @orbitdb/core catches up with the latest 1,000 entries of a shorter history, beside `tail`.
 */
export async function run({ rounds = ROUNDS }: SyncBenchOptions = {}): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bandstand-bench-sync-'))
  try {
    const fixture = await prepare(folder)
    const costs: Record<Lack | 'full' | 'equal', Cost[]> = { holes: [], tail: [], full: [], equal: [] }
    for (let round = 0; round < rounds; round++) {
      for (const lack of ['holes', 'tail'] as const) {
        await withStages(fixture, lack, async stages => {
          costs[lack].push(await ours(stages))
          if (stages.received() !== MISSING) throw new Error(`${stages.received()} events arrived, not ${MISSING}`)
          if (lack === 'holes') costs.equal.push(await ours(stages))
        })
      }
      await withStages(fixture, 'holes', async stages => {
        costs.full.push(await everything(stages))
      })
    }
    return withOrbitdb(report(costs), costs.tail, await tryOrbitdb(folder, rounds))
  } finally {
    await rm(folder, { recursive: true })
  }
}

type PeerCost = Pick<Cost, 'seconds' | 'bytes'>

/** The comparison is left out, with a line that says why, where the peer cannot be installed or does not finish. */
async function tryOrbitdb(folder: string, rounds: number): Promise<readonly PeerCost[]> {
  try {
    return await orbitdb(folder, rounds)
  } catch (cause) {
    console.error(`@orbitdb/core is left out: ${cause instanceof Error ? cause.message : cause}`)
    return []
  }
}

function withOrbitdb(ours: BenchResult, tail: readonly Cost[], theirs: readonly PeerCost[]): BenchResult {
  if (theirs.length === 0) return ours
  const [seconds, bytes] = [median(theirs.map(cost => cost.seconds)), median(theirs.map(cost => cost.bytes))]
  return {
    bench: ours.bench,
    ratios: {
      ...ours.ratios,
      seconds_vs_orbitdb: of(tail, 'seconds') / seconds,
      bytes_vs_orbitdb: of(tail, 'bytes') / bytes,
    },
    figures: {
      ...ours.figures,
      orbitdb_seconds: seconds,
      orbitdb_bytes: bytes,
      orbitdb_history_events: ORBITDB_HISTORY,
    },
  }
}

function report(costs: Record<Lack | 'full' | 'equal', readonly Cost[]>): BenchResult {
  const { holes, tail, full, equal } = costs
  return {
    bench: 'sync',
    ratios: {
      bytes_vs_full: of(holes, 'bytes') / of(full, 'bytes'),
      seconds_vs_full: of(holes, 'seconds') / of(full, 'seconds'),
      bytes_vs_full_tail: of(tail, 'bytes') / of(full, 'bytes'),
      seconds_vs_full_tail: of(tail, 'seconds') / of(full, 'seconds'),
    },
    figures: {
      bytes: of(holes, 'bytes'),
      round_trips: of(holes, 'rounds'),
      seconds: of(holes, 'seconds'),
      cpu_seconds: of(holes, 'cpuSeconds'),
      tail_bytes: of(tail, 'bytes'),
      tail_round_trips: of(tail, 'rounds'),
      tail_seconds: of(tail, 'seconds'),
      tail_cpu_seconds: of(tail, 'cpuSeconds'),
      full_bytes: of(full, 'bytes'),
      full_round_trips: of(full, 'rounds'),
      full_seconds: of(full, 'seconds'),
      full_cpu_seconds: of(full, 'cpuSeconds'),
      equal_bytes: of(equal, 'bytes'),
      equal_seconds: of(equal, 'seconds'),
    },
  }
}
