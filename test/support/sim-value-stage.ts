import { readAnswer, readAsking } from '#src/ledger/machine/foreign-leaves.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { RECOURSE_MS } from '#src/ledger/transfer-times.ts'
import { roomToGiveUp } from '#src/value/line-policy.ts'
import { planRelay } from '#src/value/relay/plan.ts'
import type { Neighbour, PendingOut, RelayAct, Shown, Trust } from '#src/value/relay/view.ts'
import { simHasher } from './sim-ledger-crypto.ts'
import { leafOf, nameOf, type SimLog } from './sim-value-log.ts'
import type { ShownItem, ValueMessage, ValueWorld, WaitingLeaf } from './sim-value-messages.ts'
import { SimPlaces } from './sim-value-places.ts'
import { recklessly } from './sim-value-reckless.ts'

interface Memory {
  retryAt: number
  took: number
  askedAt: number
  /** Size of this log's head that the neighbour knows, as far as it said. */
  knows: number
}

const TIMES = { askEveryMs: 400, recourseMs: RECOURSE_MS }
const ASSET = 'EUR/2'
const RETRY_MS = 250
/** Who is told that it is behind tries again soon, and once. */
const SOON_MS = 20

/** A stage: a log that outlives it, and a relay that forgets everything in a crash. */
export class SimValueStage {
  readonly place: number
  readonly log: SimLog
  readonly skewMs: number
  /** Asks the machine to write whatever comes, without looking at it: what the machine must withstand. */
  readonly reckless: boolean
  readonly #world: ValueWorld
  up = true
  #memory = new Map<string, Memory>()
  #waiting: WaitingLeaf[] = []
  #places: SimPlaces

  constructor(world: ValueWorld, place: number, log: SimLog, { skewMs = 0, reckless = false } = {}) {
    this.#world = world
    this.place = place
    this.log = log
    this.#places = new SimPlaces(log)
    this.skewMs = skewMs
    this.reckless = reckless
  }

  get now(): number {
    return Math.floor(this.#world.clock.nowMs) + this.skewMs
  }

  crash(): void {
    this.up = false
  }

  restart(): void {
    this.up = true
    this.#memory = new Map()
    this.#waiting = []
    this.log.restart()
    this.#places = new SimPlaces(this.log)
    this.#places.readOn()
    // What was decided before is told to whoever asks.
    this.#places.decided = []
  }

  #of(community: string): Memory {
    const memory = this.#memory.get(community) ?? { retryAt: 0, took: 0, askedAt: 0, knows: 0 }
    this.#memory.set(community, memory)
    return memory
  }

  #view() {
    this.#places.readOn()
    const pending = [...this.log.machine.outs()].map(({ next, sequence, expiry, written, net }): PendingOut => {
      const hex = nameOf(next)
      const index = this.#places.ask(hex, sequence)
      return { next: hex, sequence, index, expiry, written, asset: ASSET, net }
    })
    const neighbours = this.#world.communities
      .filter(community => nameOf(community) !== this.log.hex)
      .map((community): Neighbour => {
        const hex = nameOf(community)
        const { retryAt, took, askedAt } = this.#of(hex)
        const received = this.log.machine.peer(community)?.received ?? 0
        return { community: hex, connected: true, retryAt, took, askedAt, received }
      })
    const certified = this.log.certified?.size ?? 0
    return {
      certified,
      pending,
      decided: this.#places.decided,
      waiting: this.#waiting,
      neighbours,
      trust: this.#trust(pending),
    }
  }

  /** Asked only when something is due: nothing else is decided by it. */
  #trust(pending: readonly PendingOut[]): Trust[] {
    const { machine } = this.log
    if (!pending.some(({ written, expiry }) => !written && this.now >= expiry + RECOURSE_MS)) return []
    return [...machine.lines()].map(line => {
      const hex = nameOf(line.community)
      const given = pending.reduce((sum, { next, written, net }) => (written && next === hex ? sum + net : sum), 0n)
      const position = machine.position(line.community, line.code, line.scale)
      const frozen = machine.peer(line.community)?.frozen ?? false
      return { community: hex, asset: ASSET, room: roomToGiveUp(line, { position, frozen }, given, this.now) }
    })
  }

  /** One turn of the relay; it may die between any two acts. */
  turn(): void {
    if (!this.up) return
    for (const act of planRelay(this.#view(), this.now, TIMES)) {
      if (this.#world.random.chance(this.#world.crashChance)) this.#world.crashed(this)
      if (!this.up) return
      this.#do(act)
    }
  }

  #do(act: RelayAct): void {
    if (act.act === 'take') this.#take(this.#waitingFor('ask', act.source, act.sequence))
    else if (act.act === 'end') this.#end(this.#waitingFor('result', act.next, act.sequence))
    else if (act.act === 'write-off') this.#writeOff(act.next, act.sequence)
    else if (act.act === 'ask') {
      this.#of(act.from).askedAt = this.now
      this.#world.send(this, act.from, { t: 'results', size: this.#known(act.from), sequences: act.sequences })
    } else {
      if (act.act === 'send') this.#of(act.to).retryAt = this.now + RETRY_MS
      else this.#places.decided = this.#places.decided.filter(one => !act.items.includes(one))
      this.#show(act.to, act.items)
    }
  }

  #waitingFor(what: WaitingLeaf['what'], from: string, sequence: number): WaitingLeaf | undefined {
    return this.#waiting.find(one => one.what === what && one.from === from && one.sequence === sequence)
  }

  #keyOf(hex: string): Uint8Array {
    return this.#world.communities.find(community => nameOf(community) === hex) as Uint8Array
  }

  #known(community: string): number {
    return this.log.machine.peer(this.#keyOf(community))?.heads.at(-1)?.size ?? 0
  }

  #take(item: WaitingLeaf | undefined): void {
    if (item === undefined) return
    this.#waiting = this.#waiting.filter(one => one !== item)
    const { from, sequence, index, leaf, path } = item
    const entry = this.log.machine.transferIn(
      { source: this.#keyOf(from), sequence, index, leaf, path },
      this.log.at(this.now),
    )
    if (entry.ok) this.log.append(entry.value)
  }

  #end(item: WaitingLeaf | undefined): void {
    if (item === undefined) return
    this.#waiting = this.#waiting.filter(one => one !== item)
    const { from, sequence, index, leaf, path } = item
    const entry = this.log.machine.transferEnd(
      { next: this.#keyOf(from), sequence, index, leaf, path },
      this.log.at(this.now),
    )
    if (entry.ok) this.log.append(entry.value)
  }

  #writeOff(next: string, sequence: number): void {
    const { community } = this.log
    const body = { community: this.#keyOf(next), sequence }
    this.log.order(community, 'value/write-off', this.now, body)
  }

  /** Shows one thing that is under way, whosever turn it is. */
  outOfTurn(): void {
    const { pending, certified } = this.#view()
    const shown = pending.filter((out): out is Shown => out.index !== null && out.index < certified)
    if (!this.up || shown.length === 0) return
    const out = this.#world.random.pick(shown)
    this.#show(out.next, [out])
  }

  /** Shows leaves under the newest certified head. */
  #show(to: string, items: readonly { readonly index: number }[]): void {
    const head = this.log.certified
    if (head === null) return
    const base = Math.min(this.#of(to).knows, head.size)
    this.#world.send(this, to, {
      t: 'leaves',
      note: head.note,
      commit: this.log.entries[head.size - 1] as Uint8Array,
      commitPath: this.log.prove(head.size - 1, head.size),
      base,
      consistency: base === head.size ? [] : this.log.consistency(base, head.size),
      items: items.map(({ index }) => ({
        index,
        leaf: this.log.entries[index] as Uint8Array,
        path: this.log.prove(index, head.size),
      })),
    })
  }

  take(from: string, message: ValueMessage): void {
    if (!this.up) return
    if (message.t === 'leaves') this.#leaves(from, message)
    else if (message.t === 'results') this.#results(from, message)
    else {
      const memory = this.#of(from)
      memory.took = message.received
      memory.knows = message.size
      if (message.t === 'behind') memory.retryAt = Math.min(memory.retryAt, this.now + SOON_MS)
    }
    this.turn()
  }

  #results(from: string, { size, sequences }: Extract<ValueMessage, { t: 'results' }>): void {
    this.#places.readOn()
    this.#of(from).knows = size
    const certified = this.log.certified?.size ?? 0
    const found = sequences.flatMap(sequence => {
      const index = this.#places.answer(from, sequence)
      return index === undefined || index >= certified ? [] : [{ index }]
    })
    if (found.length > 0) this.#show(from, found)
    else this.#tell(from, 'taken')
  }

  #tell(to: string, t: 'taken' | 'behind'): void {
    const received = this.log.machine.peer(this.#keyOf(to))?.received ?? 0
    this.#world.send(this, to, { t, size: this.#known(to), received })
  }

  #leaves(from: string, message: Extract<ValueMessage, { t: 'leaves' }>): void {
    const certified = this.#world.isCertified(from, message.note)
    if (certified === null && !this.reckless) return
    const known = this.#known(from)
    const size = certified?.size ?? known
    if (size < known || (size > known && known > 0 && message.base !== known)) {
      this.#tell(from, 'behind')
      return
    }
    const items = message.items.flatMap(item => this.#look(from, item, size, certified?.root ?? null))
    if (items.length > 0 && size > known && !this.#believe(from, message)) return
    this.#waiting = [...this.#waiting.filter(one => one.from !== from || one.size === size), ...items]
    if (this.reckless) recklessly(this.#world.random, this, this.#keyOf(from), items)
    this.#tell(from, 'taken')
  }

  /** The other log's head becomes an entry of this one. */
  #believe(
    from: string,
    { note, commit, commitPath: path, consistency }: Extract<ValueMessage, { t: 'leaves' }>,
  ): boolean {
    const entry = this.log.machine.head({ note, commit, path, consistency }, this.log.at(this.now))
    if (!entry.ok || this.log.append(entry.value) !== null) return false
    this.#world.believed(this.log, from, this.#known(from))
    return true
  }

  /** What a leaf is to this log: a transfer to answer, an answer to one of its own, or nothing. */
  #look(from: string, item: ShownItem, size: number, root: Uint8Array | null): WaitingLeaf[] {
    const { index, leaf, path: proof } = item
    if (
      !this.reckless &&
      (root === null || !verifyInclusion(simHasher, { index, size, leaf: leafOf(leaf), root, proof }))
    )
      return []
    const asked = readAsking(leaf)
    const answer = asked === null ? readAnswer(leaf) : null
    if (asked !== null) {
      const late = asked.sequence <= (this.log.machine.peer(this.#keyOf(from))?.received ?? 0)
      if (nameOf(asked.stops[asked.here] as Uint8Array) !== this.log.hex || (late && !this.reckless)) return []
      return [{ from, what: 'ask', sequence: asked.sequence, ...item, size }]
    }
    if (answer === null || nameOf(answer.source) !== this.log.hex) return []
    const open = this.log.machine.out(this.#keyOf(from), answer.sequence) !== null
    return open || this.reckless ? [{ from, what: 'result', sequence: answer.sequence, ...item, size }] : []
  }
}
