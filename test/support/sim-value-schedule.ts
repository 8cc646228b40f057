import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { attack } from './sim-value-attacker.ts'
import type { Machinery } from './sim-value-log.ts'
import { SimValueStage } from './sim-value-stage.ts'
import { SimValueWorld } from './sim-value-world.ts'

/** Virtual time with faults, then time in which whatever can still come comes. */
const CHAOS_MS = 8_000
const TURN_MS = 120
/** Seconds in which everybody can speak to everybody. */
const HEAL_ROUNDS = 15

export const PRODUCTION: Machinery = { createMachine, readEntry }

export interface ValueOutcome {
  readonly violation: string | null
  readonly kind: (typeof KINDS)[number]
  readonly logs: number
  readonly crashes: number
  readonly counts: Readonly<Record<string, number>>
}

/** quiet: everybody comes back in time. silence: two sides part for longer than the recourse. gone: one never returns. fork: one log keeps two histories. */
const KINDS = ['quiet', 'quiet', 'silence', 'gone', 'fork'] as const

function every(
  world: SimValueWorld,
  fromMs: number,
  untilMs: number,
  stepMs: number,
  run: (stage: SimValueStage) => void,
): void {
  for (const stage of world.stages)
    for (let at = fromMs; at < untilMs; at += stepMs)
      world.clock.after(at + world.random.next() * stepMs, () => run(stage))
}

/** Commits, certificates a little later, papers, and turns of the relay. */
function run(world: SimValueWorld, forMs: number): void {
  every(world, 0, forMs, TURN_MS, stage => {
    if (!stage.up) return
    world.papers.enter(stage)
    if (stage.log.commit(stage.now) !== null)
      world.clock.after(10 + world.random.next() * 150, () => world.certify(stage.log))
    stage.turn()
  })
  world.clock.runUntil(world.clock.nowMs + forMs)
}

function live(world: SimValueWorld): void {
  const { random, clock, network, stages } = world
  const someTime = (): number => random.next() * CHAOS_MS
  for (let n = random.int(4, 24); n > 0; n--) {
    const { log, place } = random.pick(stages)
    clock.after(someTime(), () => {
      const stage = stages[place] as SimValueStage
      if (stage.up) world.pay(log, place, stage.now)
    })
  }
  const acts: readonly (() => void)[] = [
    () => world.papers.settle(),
    () => world.papers.net(),
    () => world.papers.net(),
    () => world.papers.net(),
    () => world.giveUp(random.pick(stages)),
    () => world.line(random.int(0, stages.length - 1), random.pick(world.communities)),
    () => world.freeze(random.int(0, stages.length - 1)),
  ]
  for (let n = random.int(0, 10); n > 0; n--) clock.after(someTime(), () => random.pick(acts)())
  for (let n = random.int(0, 40); n > 0; n--) clock.after(someTime(), () => attack(world))
  for (let n = random.int(0, 20); n > 0; n--) clock.after(someTime(), () => random.pick(stages).outOfTurn())
  for (let n = random.int(0, 4); n > 0; n--)
    clock.after(someTime(), () => {
      network.partition(() => random.int(0, 1), stages.length)
      clock.after(random.next() * 6_000, () => network.partition(() => 0, stages.length))
    })
}

/** Stages stop at any time, and start again. */
function crashes(world: SimValueWorld): void {
  const { random, clock, stages } = world
  for (let n = random.int(0, 3); n > 0; n--)
    clock.after(random.next() * CHAOS_MS, () => world.crashed(random.pick(stages)))
}

function restart(stage: SimValueStage): void {
  if (!stage.up) stage.restart()
}

/** One log goes on in two ways, and shows whichever it likes to whomever it likes. */
function fork(world: SimValueWorld): void {
  const { random, clock, stages, watch } = world
  const liar = random.pick(stages)
  watch.liars.add(liar.log.hex)
  clock.after(random.next() * CHAOS_MS * 0.6, () => {
    const twin = liar.log.fork(watch)
    world.twin = twin
    const shadow = new SimValueStage(world, liar.place, twin)
    for (let n = 1; n <= 30; n++)
      clock.after(n * 200, () => {
        if (random.chance(0.3)) world.pay(twin, liar.place, shadow.now)
        if (twin.commit(shadow.now) !== null) world.certify(twin)
        shadow.turn()
      })
  })
}

/** Runs one schedule. The same seed gives the same outcome, entry by entry. */
export function runValueSchedule(seed: number, machinery: Machinery = PRODUCTION): ValueOutcome {
  const world = new SimValueWorld(seed, machinery)
  const { random, clock, network, stages, watch } = world
  const kind = random.pick(KINDS)
  if (kind === 'fork') fork(world)
  world.open()
  network.faults = {
    loss: random.next() * 0.35,
    duplicate: random.next() * 0.25,
    reset: 0,
    latencyMsMax: random.int(5, 300),
  }
  live(world)
  crashes(world)
  const gone = new Set<string>()
  if (kind === 'gone') {
    const lost = random.pick(stages)
    gone.add(lost.log.hex)
    clock.after(random.next() * CHAOS_MS, () => {
      lost.crash()
      lost.restart = () => {}
    })
  }
  if (kind === 'silence')
    clock.after(random.next() * CHAOS_MS, () => {
      network.partition(place => (place === 0 ? 0 : 1), stages.length)
      network.partition = () => {}
    })
  const { stackTraceLimit } = Error
  // Refusals are thrown by the thousand; nobody reads where.
  Error.stackTraceLimit = 0
  try {
    run(world, CHAOS_MS)
    if (kind === 'silence') passTime(world, RECOURSE_MS + 60_000)
    heal(world)
    if (kind === 'gone' || kind === 'fork') passTime(world, RECOURSE_MS + 60_000)
    const there = world.logs.filter(({ hex }) => !gone.has(hex))
    watch.atRest(there, gone, log => world.spent(log))
  } catch (cause) {
    watch.broken(`the simulator could not go on: ${(cause as Error).message}`)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return { violation: watch.violation, kind, logs: stages.length, crashes: world.crashes, counts: watch.counts }
}

/** Much later: what is waited for is given up, where nobody answered. */
function passTime(world: SimValueWorld, ms: number): void {
  for (const stage of world.stages) restart(stage)
  world.clock.runUntil(world.clock.nowMs + ms)
  run(world, 2_000)
  // What is beyond the lines waits for people, and they decide.
  for (const stage of world.stages) world.giveUp(stage)
  run(world, 2_000)
}

const open = ({ logs, papers }: SimValueWorld): boolean =>
  logs.some(({ machine }) => [...machine.outs()].length > 0) || papers.open

/** Everybody who will ever be there meets. */
function heal(world: SimValueWorld): void {
  const { network, stages } = world
  Reflect.deleteProperty(network, 'partition')
  network.partition(() => 0, stages.length)
  network.faults = { loss: 0, duplicate: 0, reset: 0, latencyMsMax: 30 }
  world.crashChance = 0
  for (const stage of stages) restart(stage)
  for (let rounds = HEAL_ROUNDS; rounds > 0 && (rounds > HEAL_ROUNDS - 2 || open(world)); rounds--) run(world, 1_000)
}
