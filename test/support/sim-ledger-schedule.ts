import type { Charter, Member } from '#protocols/ledger/v1/charter.ts'
import { committeeFor, selfCertified } from '#src/ledger/committee/committee-for.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { SimChains } from './sim-ledger-chain.ts'
import { simKey } from './sim-ledger-crypto.ts'
import { SimLiar } from './sim-ledger-liar.ts'
import { SIM_COMMUNITY, SIM_START_MS } from './sim-ledger-orders.ts'
import { type Mutation, SimSeat } from './sim-ledger-seat.ts'
import { type SequencerWorld, SimSequencer } from './sim-ledger-sequencer.ts'
import { nameOf, SimWatch } from './sim-ledger-watch.ts'
import { SimClock, SimNetwork, SimRandom } from './sim-network.ts'

const CHAOS_MS = 4_000
const HEALED_MS = 5_000
/** Longer, for a sequencer that waits before it asks. */
const RESTORED_MS = 13_000
const TICK_MS = 500

/** What a schedule came to. */
export interface LedgerOutcome {
  /** The first thing that must never happen and did; null when none. */
  readonly violation: string | null
  /** Whether everything that was promised became final once the network healed; null when nothing was promised. */
  readonly live: boolean | null
  readonly sequencer: 'honest' | 'restored' | 'lying'
  readonly total: number
  /** Stages that hold them, in either epoch. */
  readonly seats: number
  readonly liars: number
  /** Seats that stop during the schedule and never come back. */
  readonly gone: number
  readonly certificates: number
  /** Of those, in the second epoch. */
  readonly handedOver: number
  readonly acked: number
  readonly successions: number
  readonly epochs: number
}

/** Members beyond the seats, so that an epoch changes who sits where. */
function charterOf(random: SimRandom, epoch: number, seats: number): Charter {
  const count = seats < 21 ? seats + random.int(0, 2) : random.int(10, 22)
  const shift = epoch === 1 ? 0 : random.pick([0, 1, 2, seats < 13 ? seats : 3])
  const members = Array.from({ length: count }, (_, n): Member => {
    const stake = random.int(1, 5)
    return { community: simKey(10 + n + shift), name: `m${n}`, operator: `o${n + shift}`, stake, address: null }
  })
  const self = { community: SIM_COMMUNITY, name: 'self', operator: 'self', stake: 1, address: null }
  return { network: 'bandstand', epoch, previous: null, seats, members: [self, ...members], startsAt: SIM_START_MS }
}

const weightOf = (committee: Committee, names: ReadonlySet<string>): number =>
  committee.seats.reduce((sum, seat) => sum + (names.has(nameOf(seat.key)) ? seat.weight : 0), 0)

/** As many as the random order and the committees' bounds allow. */
function choose(
  random: SimRandom,
  keys: readonly Uint8Array[],
  committees: readonly Committee[],
  bound: (committee: Committee) => number,
): Set<string> {
  const chosen = new Set<string>()
  const order = keys.map(key => ({ key, rank: random.next() })).sort((a, b) => a.rank - b.rank)
  for (const { key } of order) {
    chosen.add(nameOf(key))
    if (committees.some(committee => weightOf(committee, chosen) > bound(committee))) chosen.delete(nameOf(key))
  }
  return chosen
}

interface World extends SequencerWorld {
  readonly seats: SimSeat[]
}

/** Liars fit the safety bound. Where they and those who are gone leave a quorum, the schedule must be live. */
function build(random: SimRandom, mutation: Mutation) {
  const total = random.pick([4, 4, 4, 7, 7, 13, 21])
  const committees = [selfCertified(0), 1, 2].map(epoch =>
    typeof epoch === 'number' ? committeeFor(charterOf(random, epoch, total), SIM_COMMUNITY) : epoch,
  )
  const real = committees.slice(1)
  const keys = [...new Map(real.flatMap(({ seats }) => seats).map(seat => [seat.name, seat.key])).values()]
  const shared = keys.map(key => key)
  // One object for one key, so that seats are found by identity.
  for (const committee of real)
    for (const seat of committee.seats)
      Object.assign(seat, { key: shared.find(key => nameOf(key) === nameOf(seat.key)) })
  const wild = random.chance(0.5)
  const liars = choose(random, keys, real, ({ total: n, quorum }) =>
    wild ? 2 * quorum - n - 1 : Math.min(n - quorum, random.int(0, 2)),
  )
  // What is left below the liveness bound is down for good, in some schedules all of it.
  const tolerable = real.every(one => weightOf(one, liars) <= one.total - one.quorum)
  const honest = keys.filter(key => !liars.has(nameOf(key)))
  const share = tolerable ? random.pick([0, 0.5, 1]) : 0
  const gone = choose(random, honest, real, one => (one.total - one.quorum - weightOf(one, liars)) * share)
  const clock = new SimClock()
  const chains = new SimChains()
  const watch = new SimWatch(chains, committees, liars)
  const network = new SimNetwork(clock, random)
  const seats: SimSeat[] = []
  const world: World = { clock, random, chains, watch, committees, mutation, network, seats }
  for (const key of keys) seats.push(new SimSeat(world, key, liars.has(nameOf(key))))
  for (const seat of seats) if (gone.has(nameOf(seat.key))) clock.after(random.next() * CHAOS_MS, () => seat.leave())
  network.partition(() => 0, seats.length + 1)
  return { world, liars, gone, total, tolerable }
}

function disturb({ clock, random, network, seats }: World): void {
  for (let count = random.int(0, 5); count > 0; count--)
    clock.after(random.next() * CHAOS_MS, () => {
      if (random.chance(0.6) && seats.length > 0) {
        const seat = random.pick(seats)
        seat.crash()
        clock.after(random.next() * 1_500, () => {
          seat.start()
        })
      } else {
        network.partition(() => random.int(0, 1), seats.length + 1)
        clock.after(random.next() * 1_500, () => {
          network.partition(() => 0, seats.length + 1)
        })
      }
    })
}

/** The registry tells everybody of epoch 2 at a time of their own. */
function changeEpoch({ clock, random, seats }: World, sequencer: SimSequencer | null): void {
  for (const seat of seats)
    clock.after(random.next() * CHAOS_MS, () => {
      seat.epoch = 2
    })
  if (sequencer !== null)
    clock.after(random.next() * CHAOS_MS, () => {
      sequencer.epoch = 2
    })
}

function runLiar(world: World): void {
  const { clock, random } = world
  const liar = new SimLiar(world)
  for (let at = 50; at < CHAOS_MS + 1_500; at += random.int(200, 700)) {
    clock.after(at, () => {
      if (random.chance(0.8)) liar.write()
      liar.show()
    })
  }
  clock.runUntil(CHAOS_MS + 2_500)
}

function runHonest(world: World, sequencer: SimSequencer, restored: 'no' | 'in chaos' | 'healed'): void {
  const { clock, random, network, seats } = world
  const endMs = CHAOS_MS + (restored === 'no' ? HEALED_MS : RESTORED_MS)
  const orders = (count: number, from: number, within: number): void => {
    for (let n = 0; n < count; n++)
      clock.after(from + random.next() * within, () => {
        sequencer.order()
      })
  }
  orders(random.int(2, 7), 0, CHAOS_MS)
  for (let at = TICK_MS; at < endMs; at += TICK_MS)
    clock.after(at, () => {
      sequencer.tick()
    })
  const stop = (atMs: number, old: boolean): void => {
    let backup: ReturnType<SimSequencer['backup']> | null = null
    if (old)
      clock.after(random.next() * atMs, () => {
        backup = sequencer.backup()
      })
    clock.after(atMs, () => {
      sequencer.crash()
      clock.after(random.next() * 500, () => {
        sequencer.restart(backup)
      })
    })
  }
  if (random.chance(0.4)) stop(random.next() * CHAOS_MS, false)
  if (restored === 'in chaos') stop(random.next() * CHAOS_MS, true)
  if (restored === 'healed') stop(CHAOS_MS + 100, true)
  clock.runUntil(CHAOS_MS)
  network.partition(() => 0, seats.length + 1)
  network.faults = { loss: 0, duplicate: 0, reset: 0, latencyMsMax: 30 }
  for (const seat of seats) seat.start()
  // Two more batches, so that the newest epoch is entered too.
  orders(1, endMs - CHAOS_MS - 3_500, 100)
  orders(1, endMs - CHAOS_MS - 2_500, 100)
  clock.runUntil(endMs)
  if (restored === 'no') world.watch.checkAcked(sequencer.backup().tip)
}

/** Runs one schedule. The same seed gives the same outcome, event by event. */
export function runLedgerSchedule(seed: number, mutation: Mutation = 'none'): LedgerOutcome {
  const random = new SimRandom(seed)
  const { world, liars, gone, total, tolerable } = build(random, mutation)
  const { network, watch, seats } = world
  network.faults = {
    loss: random.next() * 0.3,
    duplicate: random.next() * 0.2,
    reset: 0,
    latencyMsMax: random.int(5, 300),
  }
  disturb(world)
  const kind = random.pick(['honest', 'restored', 'lying', 'lying'] as const)
  const sequencer = kind === 'lying' ? null : new SimSequencer(world)
  const twoEpochs = random.chance(0.4)
  if (twoEpochs) changeEpoch(world, sequencer)
  let live: boolean | null = null
  const outcome = { sequencer: kind, total, liars: liars.size, gone: gone.size, epochs: twoEpochs ? 2 : 1 }
  if (sequencer === null) runLiar(world)
  else {
    const restored = kind === 'honest' ? 'no' : random.pick(['in chaos', 'healed'] as const)
    runHonest(world, sequencer, restored)
    if (tolerable && restored !== 'in chaos') live = sequencer.settled
  }
  const { violation, certificates, handedOver, acked } = watch
  const successions = sequencer?.successions ?? 0
  return {
    violation,
    live,
    certificates,
    handedOver,
    acked: acked.length,
    successions,
    seats: seats.length,
    ...outcome,
  }
}
