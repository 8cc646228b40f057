import { toString as toText } from 'uint8arrays/to-string'
import type { Committee } from '#src/ledger/committee/types.ts'
import type { Block, SimChains } from './sim-ledger-chain.ts'

export const epochOf = (block: Block): number => (block.entry?.kind === 'commit' ? block.entry.epoch : 0)

const names = new WeakMap<Uint8Array, string>()

/** Keys are few and asked for often. */
export function nameOf(key: Uint8Array): string {
  let name = names.get(key)
  if (name === undefined) {
    name = toText(key, 'base16')
    names.set(key, name)
  }
  return name
}

/**
 * Sees everything, and judges by what is safe rather than by the rules: each signature when it is made, delivered or not,
 * with every liar's added to each. Keeps the first violation.
 */
export class SimWatch {
  readonly #chains: SimChains
  readonly #committees: readonly Committee[]
  readonly #liars: ReadonlySet<string>
  readonly #signers = new Map<Block, Set<string>>()
  readonly #held = new Map<string, Block>()
  /** Highest certified head of each log. */
  readonly certified = new Map<string, Block>()
  /** What honest sequencers promised. */
  readonly acked: Block[] = []
  certificates = 0
  /** Of those, in the second epoch. */
  handedOver = 0
  violation: string | null = null

  constructor(chains: SimChains, committees: readonly Committee[], liars: ReadonlySet<string>) {
    this.#chains = chains
    this.#committees = committees
    this.#liars = liars
  }

  #broken(what: string): void {
    this.violation ??= what
  }

  /** An honest seat is about to sign a head, as its auditor or to hand it over. */
  signed(seat: Uint8Array, block: Block, kind: 'cosign' | 'vote' | 'close'): void {
    const name = nameOf(seat)
    const place = `${name}/${block.origin}`
    const held = this.#held.get(place)
    if (held !== undefined && !this.#chains.begins(block, held))
      this.#broken(`an honest seat signed two histories, at ${held.size} and ${block.size}`)
    this.#held.set(place, block)
    if (kind !== 'cosign') return
    const signers = this.#signers.get(block) ?? new Set()
    this.#signers.set(block, signers.add(name))
    this.#weigh(block, signers)
  }

  #weigh(block: Block, signers: ReadonlySet<string>): void {
    const committee = this.#committees[epochOf(block)]
    if (committee === undefined || this.certified.get(block.origin) === block) return
    let weight = 0
    for (const seat of committee.seats) {
      const name = nameOf(seat.key)
      if (signers.has(name) || this.#liars.has(name)) weight += seat.weight
    }
    if (weight >= committee.quorum) this.#certify(block)
  }

  #certify(block: Block): void {
    const before = this.certified.get(block.origin)
    if (before !== undefined && this.#chains.begins(before, block)) return
    this.certificates++
    if (epochOf(block) === 2) this.handedOver++
    if (before !== undefined && !this.#chains.begins(block, before))
      this.#broken(`two histories are certified, at ${before.size} and ${block.size}`)
    this.certified.set(block.origin, block)
    const fault = this.#chains.fault(block)
    if (fault !== null) this.#broken(`a history that is not valid is certified: ${fault.code}`)
    else this.#count(block)
    this.#checkGenerations()
  }

  /** What all hold together with what the desk owes is nothing, and what they hold is what was issued less redeemed. */
  #count(block: Block): void {
    let [all, owed] = [0n, 0n]
    for (const { holder, amount } of this.#chains.machine(block).balances()) {
      all += amount
      if (holder === 'desk') owed += amount
      else if (amount < 0n) this.#broken(`${holder} holds less than nothing`)
    }
    if (all !== 0n || owed > 0n) this.#broken('units were created or lost')
  }

  #checkGenerations(): void {
    for (const block of this.certified.values()) {
      const genesis = this.#chains.at(block, 1)?.entry
      if (genesis?.kind !== 'genesis' || genesis.predecessor === null) continue
      const { origin, size } = genesis.predecessor
      const old = this.certified.get(origin)
      if (old === undefined) continue
      const root = toText(genesis.predecessor.root, 'base64pad')
      const closed = [...this.#chains.heads.values()].find(
        head => head.origin === origin && head.size === size && toText(this.#chains.rootOf(head), 'base64pad') === root,
      )
      if (closed === undefined || !this.#chains.begins(closed, old))
        this.#broken(`a head beside or beyond the one that the log was closed at is certified: ${old.size}, ${size}`)
    }
  }

  /** The sequencer's own history must still hold what it acked. */
  checkAcked(tip: Block): void {
    for (const block of this.acked)
      if (block.origin === tip.origin && !this.#chains.begins(tip, block))
        this.#broken(`entry ${block.size - 1} was acked and is gone`)
  }
}
