import type { NoteSignature } from '#protocols/ledger/v1/checkpoint.ts'
import { collectCosignatures, collectVotes } from '#src/ledger/committee/collect.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import type { Block, SimChains } from './sim-ledger-chain.ts'
import { simHasher, simVerifier } from './sim-ledger-crypto.ts'
import { SIM_COMMUNITY } from './sim-ledger-orders.ts'
import type { SimSeat } from './sim-ledger-seat.ts'
import { epochOf } from './sim-ledger-watch.ts'

const PORTS = { hasher: simHasher, verifier: simVerifier }

type Lines = Map<SimSeat, NoteSignature>

/** The lines that a sequencer was sent for its heads. */
export class SimLines {
  readonly #chains: SimChains
  readonly #committees: readonly Committee[]
  readonly #cosignatures = new Map<Block, Lines>()
  readonly #votes = new Map<Block, Lines>()

  constructor(chains: SimChains, committees: readonly Committee[]) {
    this.#chains = chains
    this.#committees = committees
  }

  clear(): void {
    this.#cosignatures.clear()
    this.#votes.clear()
  }

  cosigned(head: Block, seat: SimSeat): boolean {
    return this.#cosignatures.get(head)?.has(seat) ?? false
  }

  voted(head: Block, seat: SimSeat): boolean {
    return this.#votes.get(head)?.has(seat) ?? false
  }

  #add(kept: Map<Block, Lines>, head: Block, seat: SimSeat, line: NoteSignature): NoteSignature[] {
    const lines = kept.get(head) ?? new Map<SimSeat, NoteSignature>()
    kept.set(head, lines.set(seat, line))
    return [...lines.values()]
  }

  /** Cheap first look, so that lines are verified once they can be enough. */
  #enough(lines: Lines | undefined, committee: Committee): boolean {
    const keys = new Set([...(lines?.keys() ?? [])].map(({ key }) => key))
    return committee.seats.reduce((sum, seat) => sum + (keys.has(seat.key) ? seat.weight : 0), 0) >= committee.quorum
  }

  /** Whether with this cosignature the head has a certificate that verifies. */
  certifies(head: Block, seat: SimSeat, line: NoteSignature): boolean {
    const lines = this.#add(this.#cosignatures, head, seat, line)
    const committee = this.#committees[epochOf(head)]
    if (committee === undefined || !this.#enough(this.#cosignatures.get(head), committee)) return false
    const collected = collectCosignatures(PORTS, committee, this.#chains.sign(head), lines)
    const log = { origin: head.origin, community: SIM_COMMUNITY }
    const certificate = verifyCertificate(PORTS, committee, log, collected.note)
    return certificate.ok && certificate.value.quorum
  }

  /** The handover note, once this vote makes the old committee's quorum. */
  handsOver(head: Block, seat: SimSeat, line: NoteSignature): string | null {
    const lines = this.#add(this.#votes, head, seat, line)
    const committee = this.#committees[epochOf(head) - 1]
    if (committee === undefined || !this.#enough(this.#votes.get(head), committee)) return null
    const collected = collectVotes(PORTS, committee, this.#chains.sign(head), lines)
    return collected.quorum ? collected.note : null
  }
}
