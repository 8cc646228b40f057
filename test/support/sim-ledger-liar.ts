import { type NoteSignature, parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { CloseStatement } from '#protocols/ledger/v1/close.ts'
import { collectVotes } from '#src/ledger/committee/collect.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import type { Block } from './sim-ledger-chain.ts'
import { simHasher, simVerifier } from './sim-ledger-crypto.ts'
import { ISSUES, REDEEMS, SIM_START_MS } from './sim-ledger-orders.ts'
import type { Reply, SimSeat } from './sim-ledger-seat.ts'
import type { SequencerWorld } from './sim-ledger-sequencer.ts'
import { epochOf } from './sim-ledger-watch.ts'
import { writeClosing, writeCommit, writeGenesis, writeNonsense, writeOrder } from './sim-ledger-writer.ts'

const PORTS = { hasher: simHasher, verifier: simVerifier }

/**
 * A sequencer that lies as well as it can: it signs histories that part anywhere, even in nothing but the time of a commit,
 * histories that are not valid, and epochs that begin where they like; shows every seat whatever that seat might take;
 * and turns every vote and statement that it gets into handovers, closings and successors.
 */
export class SimLiar {
  readonly #world: SequencerWorld
  /** Signed heads, valid or not. */
  readonly #heads: Block[] = []
  readonly #votes = new Map<Block, NoteSignature[]>()
  readonly #statements = new Map<Block, Map<SimSeat, CloseStatement>>()
  #handoverNotes: readonly string[] | null = null
  readonly #closings = new Map<Block, Uint8Array>()

  constructor(world: SequencerWorld) {
    this.#world = world
    this.#begin(null)
    if (world.random.chance(0.3)) this.#begin(null)
  }

  get #nowMs(): number {
    return SIM_START_MS + Math.floor(this.#world.clock.nowMs)
  }

  #keep(block: Block): void {
    this.#world.chains.sign(block)
    this.#heads.push(block)
  }

  #epoch(least: number): number {
    return this.#world.random.chance(0.3) ? 2 : Math.max(1, least)
  }

  #begin(closed: Block | null): void {
    const { chains } = this.#world
    const genesis = writeGenesis(chains, this.#nowMs, closed)
    if (chains.fault(genesis) === null) this.#keep(writeCommit(chains, genesis, this.#nowMs, this.#epoch(1)))
  }

  /** Writes a batch on some signed head: on the newest most of the time. */
  write(): void {
    const { chains, random } = this.#world
    const base = random.chance(0.6) ? (this.#heads.at(-1) as Block) : random.pick(this.#heads)
    if (chains.fault(base) !== null) return
    const [now, epoch] = [this.#nowMs, this.#epoch(epochOf(base))]
    const first = this.#order(base, now)
    if (first === null) return
    if (random.chance(0.15)) this.#keep(writeNonsense(chains, first, now, epoch, random.chance(0.5)))
    else {
      this.#keep(writeCommit(chains, first, now, epoch))
      // The same entries under another time: two histories with one state.
      if (random.chance(0.4)) this.#keep(writeCommit(chains, first, now + 1, epoch))
    }
  }

  #order(base: Block, now: number): Block | null {
    const { chains, random } = this.#world
    // Sequences rise along a history, so an index that grows with it is never refused as a replay.
    const n = Math.min(ISSUES.length - 1, base.size + random.int(0, 1))
    const envelope = (random.chance(0.7) ? ISSUES : REDEEMS)[n]
    return envelope === undefined ? null : writeOrder(chains, base, envelope, now)
  }

  /** Shows seats up to two heads at once, each with proofs that fit what the seat holds: often one head to all of them. */
  show(): void {
    const { random, seats } = this.#world
    const recent = random.chance(0.7) ? this.#heads.slice(-4) : this.#heads
    const focus = random.chance(0.5) ? random.pick(recent) : null
    for (const seat of seats)
      for (let count = random.int(focus === null ? 0 : 1, 2); count > 0; count--)
        this.#send(seat, focus ?? random.pick(recent), random.chance(0.08) ? 'close' : 'cosign')
  }

  #send(seat: SimSeat, head: Block, intent: 'cosign' | 'close'): void {
    const { chains, network, seats } = this.#world
    const place = seats.indexOf(seat) + 1
    network.datagram(0, place, () => {
      const from = Math.min(seat.heads.get(head.origin)?.size ?? 0, head.size)
      const genesis = chains.at(head, 1)?.entry
      const closed = genesis?.kind === 'genesis' && genesis.predecessor !== null ? genesis.predecessor : null
      const closing = closed === null ? null : (this.#closingOf(closed.size, closed.root) ?? null)
      const submission = { ...chains.submission(head, from), handovers: this.#handovers(head), closing }
      seat.receive(submission, intent, reply =>
        network.datagram(place, 0, () => {
          this.#receive(seat, head, reply)
        }),
      )
    })
  }

  #closingOf(size: number, root: Uint8Array): Uint8Array | undefined {
    for (const [block, closing] of this.#closings)
      if (block.size === size && Buffer.compare(this.#world.chains.rootOf(block), root) === 0) return closing
    return undefined
  }

  /** The two notes with the most votes, a quorum or not, of this history or another. */
  #handovers(head: Block): readonly string[] {
    if (epochOf(head) < 2) return []
    if (this.#handoverNotes === null) {
      const committee = this.#world.committees[1] as Committee
      const most = [...this.#votes].sort(([, a], [, b]) => b.length - a.length).slice(0, 2)
      this.#handoverNotes = most.map(
        ([block, lines]) => collectVotes(PORTS, committee, this.#world.chains.sign(block), lines).note,
      )
    }
    return this.#handoverNotes
  }

  #receive(seat: SimSeat, head: Block, { line, kind, statement }: Reply): void {
    if (kind === 'vote' && line !== null) {
      const lines = this.#votes.get(head) ?? []
      if (!lines.some(({ name }) => name === line.name)) {
        this.#votes.set(head, [...lines, line])
        this.#handoverNotes = null
      }
    }
    if (statement === null) return
    const statements = this.#statements.get(head) ?? new Map<SimSeat, CloseStatement>()
    this.#statements.set(head, statements.set(seat, statement))
    const parsed = parseCheckpoint(this.#world.chains.sign(head))
    if (!parsed.ok || this.#world.chains.fault(head) !== null || head.entry?.kind !== 'commit') return
    this.#closings.set(head, writeClosing(this.#world.chains, head, [...statements.values()]))
    if (head.origin === this.#world.chains.origin(1).origin && this.#world.random.chance(0.3)) this.#begin(head)
  }
}
