import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { TRANSFER_USES } from '#protocols/ledger/v1/orders-value.ts'
import { termsFromSplits } from '#src/royalties/terms-from-splits.ts'
import { findRoute } from '#src/value/route.ts'
import { simKey } from './sim-ledger-crypto.ts'
import { SIM_START_MS } from './sim-ledger-orders.ts'
import { SimClock, SimNetwork, SimRandom } from './sim-network.ts'
import { type Machinery, nameOf, SimLog } from './sim-value-log.ts'
import type { ValueMessage, ValueWorld } from './sim-value-messages.ts'
import { CENT, SimPapers } from './sim-value-papers.ts'
import { SimValueStage } from './sim-value-stage.ts'
import { ValueWatch } from './sim-value-watch.ts'

const FANS = 2
export const RELEASE = '0b'.repeat(16)
export const fanOf = (place: number, fan: number): Uint8Array => simKey(900 + place * FANS + (fan % FANS))
export const artistOf = (place: number): Uint8Array => simKey(950 + place)
/** What each fan holds at first, in minor units. */
const GIVEN = 100_000n

interface Sent {
  readonly from: string
  readonly to: string
  readonly message: ValueMessage
}

/** Two to five communities with their logs, stages, lines and people; what they do is the schedule's. */
export class SimValueWorld implements ValueWorld {
  readonly clock = new SimClock()
  readonly random: SimRandom
  readonly network: SimNetwork
  readonly watch = new ValueWatch()
  readonly stages: SimValueStage[] = []
  readonly communities: readonly Uint8Array[]
  /** Everything that was ever sent, for whoever wants to send it again. */
  readonly overheard: Sent[] = []
  readonly #certified = new Map<string, { size: number; root: Uint8Array; community: string }>()
  readonly papers = new SimPapers(this)
  crashChance = 0.003
  crashes = 0
  /** The other history of a log that keeps two. */
  twin: SimLog | null = null

  constructor(seed: number, machinery: Machinery) {
    this.random = new SimRandom(seed)
    this.clock.nowMs = SIM_START_MS
    this.network = new SimNetwork(this.clock, this.random)
    const count = this.random.int(2, 5)
    this.communities = Array.from({ length: count }, (_, place) => simKey(place + 1))
    for (let place = 0; place < count; place++) {
      const log = new SimLog(place + 1, machinery, this.watch)
      const skewMs = this.random.int(-2_000, 2_000)
      this.stages.push(new SimValueStage(this, place, log, { skewMs, reckless: this.random.chance(0.35) }))
    }
    this.network.partition(() => 0, count)
  }

  get logs(): SimLog[] {
    return this.stages.map(({ log }) => log)
  }

  /** A stage stops where it is; its log is what it was. It starts again, sooner or later. */
  crashed(stage: SimValueStage): void {
    if (!stage.up) return
    this.crashes++
    stage.crash()
    this.clock.after(this.random.next() * 3_000, () => {
      if (!stage.up) stage.restart()
    })
  }

  stageOf(community: string): SimValueStage | undefined {
    return this.stages.find(({ log }) => log.hex === community)
  }

  send(from: SimValueStage, to: string, message: ValueMessage): void {
    const target = this.stageOf(to)
    if (target === undefined) return
    if (message.t === 'leaves' && this.overheard.length < 400) this.overheard.push({ from: from.log.hex, to, message })
    this.network.datagram(from.place, target.place, () => target.take(from.log.hex, message))
  }

  /** The committee's word for a head; of a log that keeps two histories it is the log's own word alone. */
  certify(log: SimLog): void {
    const head = log.signed
    if (head === null || (log.certified !== null && head.size <= log.certified.size)) return
    log.certified = head
    this.#certified.set(head.note, { size: head.size, root: head.root, community: log.hex })
  }

  isCertified(community: string, note: string) {
    const found = this.#certified.get(note)
    return found?.community === community ? found : null
  }

  believed(log: SimLog, community: string, size: number): void {
    const head = log.machine.peer(this.keyOf(community))?.heads.at(-1)
    const histories = this.logs.filter(({ hex }) => hex === community)
    if (this.twin?.hex === community) histories.push(this.twin)
    if (head !== undefined) this.watch.believed(log, community, size, head.root, histories)
  }

  keyOf(hex: string): Uint8Array {
    return this.communities.find(community => nameOf(community) === hex) as Uint8Array
  }

  /** Members, agreements and lines, before anything goes wrong. */
  open(): void {
    for (const { log, place, now } of this.stages) {
      log.genesis(now)
      const asset = { code: 'EUR', scale: 2, issuer: log.community }
      for (let fan = 0; fan < FANS; fan++)
        log.order(log.community, 'value/issue', now, {
          account: fanOf(place, fan),
          amount: GIVEN,
          asset,
          reference: null,
        })
      const splits = [
        { party: 'Ada', shares: 6_000 },
        { party: 'Bo', shares: 4_000 },
      ]
      const keys = new Map([['Ada', artistOf(place)]])
      const terms = encodeTerms(termsFromSplits(RELEASE, 'Low Tide', splits, keys))
      log.order(log.community, 'agreement/propose', now, { terms })
      for (const other of this.communities)
        if (other !== this.communities[place] && this.random.chance(0.85)) this.line(place, other)
      log.commit(now)
      this.certify(log)
    }
  }

  /** What a log's fans hold less than they were given. */
  spent(log: SimLog): bigint {
    const place = this.logs.indexOf(log)
    let left = 0n
    for (let fan = 0; fan < FANS; fan++)
      left += log.machine.balance(`acct:${nameOf(fanOf(place, fan))}`, `EUR/2/${log.hex}`)
    return BigInt(FANS) * GIVEN * CENT - left
  }

  line(place: number, community: Uint8Array): void {
    const { log, now } = this.stages[place] as SimValueStage
    const limit = BigInt(this.random.pick([0, 500, 3_000, 10_000, 100_000]))
    const haircut = this.random.pick([0, 0, 7, 150, 5_000])
    const expiry = now + this.random.pick([5_000, 10 * 86_400_000, 10 * 86_400_000])
    log.order(log.community, 'value/line', now, {
      community,
      code: 'EUR',
      scale: 2,
      limit,
      haircut,
      expiry,
      alone: true,
    })
  }

  freeze(place: number): void {
    const { log, now } = this.stages[place] as SimValueStage
    const community = this.random.pick(this.communities.filter((_, at) => at !== place))
    const frozen = !(log.machine.peer(community)?.frozen ?? false)
    log.order(log.community, 'value/freeze', now, { community, frozen, reason: null })
  }

  /** Communities in between: a good route as often as any that comes to mind. */
  #via(from: SimLog, to: SimLog): Uint8Array[] {
    const lines = this.logs.flatMap(log =>
      [...log.machine.lines()].map(({ community, haircut, limit }) => ({
        from: nameOf(community),
        by: log.hex,
        haircut,
        headroom: limit * CENT,
      })),
    )
    const route = this.random.chance(0.6) ? findRoute(lines, { from: from.hex, to: to.hex }, CENT) : null
    if (route !== null) return route.path.slice(0, -1).map(hex => this.keyOf(hex))
    const between = this.communities.filter(key => nameOf(key) !== from.hex && nameOf(key) !== to.hex)
    return between.filter(() => this.random.chance(0.4)).slice(0, 3)
  }

  /** A fan pays somebody elsewhere. Refusals are fine: nothing has moved. */
  pay(log: SimLog, place: number, now: number): void {
    const target = this.random.pick(this.stages.filter(stage => stage.place !== place))
    const amount = BigInt(this.random.pick([1, 7, 99, 400, 2_500, 9_000]))
    const payee = this.random.chance(0.4) ? `release/${RELEASE}` : `acct/${nameOf(artistOf(target.place))}`
    log.order(fanOf(place, this.random.int(0, 9)), 'value/transfer', now, {
      amount,
      asset: { code: 'EUR', scale: 2, issuer: log.community },
      to: target.log.community,
      via: this.#via(log, target.log),
      payee,
      minimum: this.random.chance(0.8) ? 0n : amount,
      expiry: log.at(now) + this.random.int(300, 6_000),
      use: this.random.pick(TRANSFER_USES),
      reference: null,
      quote: null,
    })
  }

  /** An operator gives up whatever the rules allow, and tries what they do not. */
  giveUp({ log, now }: SimValueStage): void {
    for (const { next, sequence } of log.machine.outs())
      log.order(log.community, 'value/write-off', now, { community: next, sequence })
  }
}
