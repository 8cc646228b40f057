import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { CloseStatement } from '#protocols/ledger/v1/close.ts'
import { closeWeight } from '#src/ledger/committee/closing.ts'
import { TIME_TOLERANCE_MS } from '#src/ledger/committee/judge.ts'
import type { Submission } from '#src/ledger/committee/types.ts'
import type { Block } from './sim-ledger-chain.ts'
import { simVerifier } from './sim-ledger-crypto.ts'
import { SimLines } from './sim-ledger-lines.ts'
import { ISSUES, REDEEMS, SIM_START_MS } from './sim-ledger-orders.ts'
import type { Intent, Reply, SeatWorld, SimSeat } from './sim-ledger-seat.ts'
import { epochOf } from './sim-ledger-watch.ts'
import { writeClosing, writeCommit, writeGenesis, writeOrder } from './sim-ledger-writer.ts'
import type { SimNetwork } from './sim-network.ts'

export interface SequencerWorld extends SeatWorld {
  readonly network: SimNetwork
  /** Seat n is place n + 1 of the network; the sequencer is place 0. */
  readonly seats: readonly SimSeat[]
}

const WRITE_MS_MAX = 20
/**
 * What an earlier life sent may still arrive. After the tolerance of a commit's time, and what clocks differ, no seat takes
 * it any more: only then do the seats' answers stay true.
 */
const SETTLE_MS = TIME_TOLERANCE_MS + 1_000
/** How long it waits for their answers. */
const ASK_MS = 1_200

/** What survives a crash, and what a backup is a copy of. */
interface Disk {
  readonly tip: Block
  readonly signed: Block | null
  readonly handovers: readonly string[]
  readonly closing: Uint8Array | null
}

/** A sequencer that keeps the rules; crashes, and being restored from an old backup, happen to it. */
export class SimSequencer {
  readonly #world: SequencerWorld
  #disk: Disk
  #life = 0
  #orders = 0
  up = true
  epoch = 1
  #state: 'running' | 'asking' | 'closing' = 'running'
  #closeAt: Block | null = null
  readonly #statements = new Map<SimSeat, CloseStatement>()
  readonly #lines: SimLines
  readonly #sizes = new Map<SimSeat, number>()
  /** Newest head whose certificate verifies. */
  certified: Block | null = null
  successions = 0

  constructor(world: SequencerWorld) {
    this.#world = world
    this.#lines = new SimLines(world.chains, world.committees)
    this.#disk = { tip: writeGenesis(world.chains, this.#nowMs, null), signed: null, handovers: [], closing: null }
    world.chains.fault(this.#disk.tip)
  }

  get #nowMs(): number {
    return SIM_START_MS + Math.floor(this.#world.clock.nowMs)
  }

  /** Everything is final, in the newest epoch. */
  get settled(): boolean {
    const { tip, signed } = this.#disk
    return this.#state === 'running' && signed === tip && this.certified === tip && epochOf(tip) === this.epoch
  }

  /** What a backup keeps. */
  backup(): Disk {
    return this.#disk
  }

  /** Accepts an order: durable first, then the ack. */
  order(): void {
    const { clock, random, watch } = this.#world
    if (!this.up || this.#state !== 'running') return
    const life = this.#life
    clock.after(random.next() * WRITE_MS_MAX, () => {
      const crashed = life !== this.#life
      if (this.#state !== 'running' || (crashed && random.chance(0.5))) return
      const next = this.#next()
      if (next === null) return
      this.#disk = { ...this.#disk, tip: next }
      if (!crashed) watch.acked.push(next)
    })
  }

  #next(): Block | null {
    const n = this.#orders++
    const envelope = n % 3 === 2 ? REDEEMS[n % REDEEMS.length] : ISSUES[n % ISSUES.length]
    return envelope === undefined ? null : writeOrder(this.#world.chains, this.#disk.tip, envelope, this.#nowMs)
  }

  crash(): void {
    this.#life++
    this.up = false
    this.#lines.clear()
    this.#sizes.clear()
  }

  /** Starts, perhaps from an old backup: asks the seats first, and never signs below what they hold. */
  restart(backup: Disk | null): void {
    this.up = true
    if (backup === null) return
    const { clock } = this.#world
    this.#disk = backup
    this.certified = null
    this.#state = 'asking'
    clock.after(SETTLE_MS, () => this.#ask())
    clock.after(SETTLE_MS + ASK_MS, () => {
      if (this.#state === 'asking') this.#state = this.#closeAt === null ? 'running' : 'closing'
    })
  }

  #ask(): void {
    const { network, seats } = this.#world
    for (const [n, seat] of seats.entries())
      network.datagram(0, n + 1, () => {
        const held = seat.up && !seat.lies ? seat.held(this.#disk.tip.origin) : null
        network.datagram(n + 1, 0, () => this.#heard(held))
      })
  }

  /** A head that somebody holds and that this log signed: above our own, or beside it, our disk is not the newest. */
  #heard(note: string | null): void {
    const parsed = note === null ? null : parseCheckpoint(note)
    if (parsed === null || !parsed.ok) return
    const block = this.#world.chains.heads.get(parsed.value.text)
    const { tip } = this.#disk
    if (block === undefined || block.origin !== tip.origin || this.#world.chains.begins(tip, block)) return
    if (this.#closeAt === null || block.size > this.#closeAt.size) {
      this.#closeAt = block
      this.#statements.clear()
    }
    if (this.#state === 'running') this.#state = 'closing'
  }

  /** Once a second. */
  tick(): void {
    if (!this.up || this.#state === 'asking') return
    const { tip, signed } = this.#disk
    if (this.#state === 'closing') this.#close()
    else if (tip !== signed && tip.entry?.kind !== 'commit') this.#commit(tip)
    else if (signed !== null && this.certified !== signed) this.#submit(signed)
  }

  #commit(tip: Block): void {
    const { chains, clock, random } = this.#world
    // The log enters where its community joined, and rises one by one.
    const epoch = Math.min(chains.machine(tip).epoch + 1, this.epoch)
    const head = writeCommit(chains, tip, this.#nowMs, epoch)
    if (chains.fault(head) !== null) throw new Error('an honest sequencer commits to what it computed')
    this.#disk = { ...this.#disk, tip: head, signed: head }
    const life = this.#life
    clock.after(random.next() * WRITE_MS_MAX, () => {
      if (life === this.#life) this.#submit(head)
    })
  }

  #holds(seat: SimSeat, epoch: number): boolean {
    return this.#world.committees[epoch]?.seats.some(({ key }) => key === seat.key) ?? false
  }

  #submit(head: Block): void {
    const epoch = epochOf(head)
    const handing = this.#disk.handovers.length < epoch - 1
    for (const seat of this.#world.seats) {
      const asked = this.#holds(seat, epoch) && !this.#lines.cosigned(head, seat)
      const votes = handing && this.#holds(seat, epoch - 1) && !this.#lines.voted(head, seat)
      if (asked || votes) this.#send(seat, head, 'cosign')
    }
  }

  #send(seat: SimSeat, head: Block, intent: Intent): void {
    const { chains, network, seats } = this.#world
    const from = Math.min(this.#sizes.get(seat) ?? 0, head.size)
    const { handovers, closing } = this.#disk
    const submission: Submission = { ...chains.submission(head, from), handovers, closing: from === 0 ? closing : null }
    const place = seats.indexOf(seat) + 1
    network.datagram(0, place, () => {
      seat.receive(submission, intent, reply =>
        network.datagram(place, 0, () => this.#receive(seat, head, intent, reply)),
      )
    })
  }

  #receive(seat: SimSeat, head: Block, intent: Intent, reply: Reply): void {
    if (!this.up || head.origin !== this.#disk.tip.origin) return
    this.#heard(reply.held)
    if (reply.kind === 'behind' && reply.size !== this.#sizes.get(seat) && reply.size < head.size) {
      this.#sizes.set(seat, reply.size)
      this.#send(seat, head, intent)
    }
    if (reply.kind === 'cosign' || reply.kind === 'vote') this.#keep(seat, head, reply)
    if (reply.kind === 'close' && reply.statement !== null && head === this.#closeAt) {
      this.#statements.set(seat, reply.statement)
      this.#succeed(head)
    }
  }

  #keep(seat: SimSeat, head: Block, { kind, line }: Reply): void {
    if (line === null) return
    if (!seat.lies) this.#sizes.set(seat, Math.max(head.size, this.#sizes.get(seat) ?? 0))
    if (kind === 'vote') {
      const note = this.#lines.handsOver(head, seat, line)
      if (note === null || this.#disk.handovers.length > 0) return
      this.#disk = { ...this.#disk, handovers: [note] }
      if (this.#disk.signed !== null) this.#submit(this.#disk.signed)
    } else if (this.#lines.certifies(head, seat, line)) {
      const { certified } = this
      if (certified === null || head.size > certified.size || head.origin !== certified.origin) this.certified = head
    }
  }

  /** Asks every seat to close at the highest head that was heard of; the head is not changed again. */
  #close(): void {
    const target = this.#closeAt
    if (target === null) return
    const epoch = epochOf(target)
    const handing = this.#disk.handovers.length < epoch - 1
    for (const seat of this.#world.seats) {
      const asked = this.#holds(seat, epoch) && !this.#statements.has(seat)
      // A head that the old committee did not hand over yet cannot be closed by the new one: its votes come first.
      const votes = handing && this.#holds(seat, epoch - 1) && !this.#lines.voted(target, seat)
      if (asked || votes) this.#send(seat, target, this.#statements.has(seat) ? 'cosign' : 'close')
    }
  }

  #succeed(target: Block): void {
    const { chains } = this.#world
    const committee = this.#world.committees[epochOf(target)]
    if (committee === undefined || this.#state !== 'closing') return
    const statements = [...this.#statements.values()]
    const head = { origin: target.origin, size: target.size, root: chains.rootOf(target) }
    if (closeWeight(simVerifier, committee, head, statements) < committee.quorum) return
    const tip = writeGenesis(chains, this.#nowMs, target)
    if (chains.fault(tip) !== null) throw new Error('the successor does not begin')
    this.#disk = { tip, signed: null, handovers: [], closing: writeClosing(chains, target, statements) }
    this.#sizes.clear()
    this.certified = null
    this.#state = 'running'
    this.successions++
  }
}
