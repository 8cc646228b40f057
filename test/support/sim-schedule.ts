import { SimClock, SimNetwork, SimRandom } from './sim-network.ts'
import { simEvent } from './sim-set.ts'
import { SimStage, type SimWorld } from './sim-stage.ts'

/** Virtual time with faults, then without. */
const CHAOS_MS = 1_500
const SYNC_EVERY_MS = 120
/** After healing: enough rounds for news to cross the largest world many times over. */
const HEALING_ROUNDS_MAX = 40

export interface Outcome {
  readonly converged: boolean
  /** Every event that was durable anywhere when the faults ended is everywhere. */
  readonly nothingLost: boolean
  readonly stages: number
  readonly events: number
  readonly crashes: number
  readonly partitions: number
  readonly rounds: number
}

interface Author {
  readonly number: number
  seq: number
}

/** Runs one schedule. The same seed gives the same outcome, event by event. */
export function runSchedule(seed: number, options: { skipReconciliation?: boolean } = {}): Outcome {
  const random = new SimRandom(seed)
  const clock = new SimClock()
  const network = new SimNetwork(clock, random)
  const stages: SimStage[] = []
  const world: SimWorld = { clock, random, network, stages, skipReconciliation: options.skipReconciliation ?? false }
  const size = random.int(2, 5)
  for (let index = 0; index < size; index++) stages.push(new SimStage(index, world))
  network.partition(() => 0, size)
  network.faults = {
    loss: random.next() * 0.6,
    duplicate: random.next() * 0.3,
    reset: random.next() * 0.2,
    latencyMsMax: random.int(5, 150),
  }
  const counts = { crashes: 0, partitions: 0 }
  write(world, random.int(10, 80))
  const disturb = disturbance(world, counts)
  for (let count = random.int(2, 12); count > 0; count--) clock.after(random.next() * CHAOS_MS, disturb)
  for (let atMs = SYNC_EVERY_MS; atMs < CHAOS_MS; atMs += SYNC_EVERY_MS) {
    for (const stage of stages)
      clock.after(atMs + random.next() * SYNC_EVERY_MS, () => stage.syncWith(random.pick(stages)))
  }
  clock.runUntil(CHAOS_MS + 500)

  network.partition(() => 0, size)
  network.faults = { loss: 1, duplicate: 0, reset: 0, latencyMsMax: 20 }
  for (const stage of stages) stage.restart()
  const before = new Set(stages.flatMap(stage => stage.durable.ids()))
  const rounds = heal(world)
  const all = stages.map(stage => stage.durable.ids())
  const first = all[0] as string[]
  return {
    converged: all.every(ids => ids.length === first.length && ids.every((id, at) => id === first[at])),
    nothingLost: all.every(ids => ids.length >= before.size && new Set([...before, ...ids]).size === ids.length),
    stages: size,
    events: first.length,
    rounds,
    ...counts,
  }
}

/** Gossip stays lost from here on: whatever is missing has to come by sync. Answers the rounds that it took. */
function heal({ stages, clock, random }: SimWorld): number {
  for (let round = 0; round < HEALING_ROUNDS_MAX; round++) {
    const snapshots = stages.map(stage => stage.durable.snapshot()).map(s => Buffer.from(s.fingerprint(0, s.size)))
    if (snapshots.every(print => print.equals(snapshots[0] as Buffer))) return round
    for (const stage of stages) {
      const others = stages.filter(peer => peer !== stage)
      clock.after(random.next() * 50, () => stage.syncWith(random.pick(others)))
    }
    clock.runUntil(clock.nowMs + 5_000)
  }
  return HEALING_ROUNDS_MAX
}

/** Authors who write at changing stages, skip sequences, and now and then give one sequence to two events. */
function write({ stages, clock, random }: SimWorld, count: number): void {
  const authors: Author[] = Array.from({ length: random.int(1, 6) }, (_, number) => ({ number: number + 1, seq: 0 }))
  for (let n = 0; n < count; n++) {
    clock.after(random.next() * CHAOS_MS, () => {
      const author = random.pick(authors)
      author.seq += random.chance(0.1) ? random.int(2, 4) : 1
      // Few distinct times, so that ids decide the order as well.
      const at = Math.floor(clock.nowMs / 50)
      random.pick(stages).take(simEvent(author.number, author.seq, at))
      if (random.chance(0.1))
        random.pick(stages).take(simEvent(author.number, author.seq, at, 1), () => random.chance(0.5))
    })
  }
}

function disturbance({ stages, clock, random, network }: SimWorld, counts: { crashes: number; partitions: number }) {
  return (): void => {
    if (random.chance(0.5)) {
      counts.crashes++
      const stage = random.pick(stages)
      stage.crash()
      clock.after(random.next() * 400, () => stage.restart())
    } else {
      counts.partitions++
      network.partition(() => random.int(0, 1), stages.length)
      clock.after(random.next() * 500, () => network.partition(() => 0, stages.length))
    }
  }
}
