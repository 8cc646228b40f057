import type { Result } from '#protocols/codec/result.ts'
import type { RuleFault } from './rule-fault.ts'

/** Fine units: 10^-9 of the asset's unit, whatever its scale. */
export type Fine = bigint

/** A party as the ledger must know it: who may sign for it. */
export interface PartyFacts {
  readonly id: string
  /** Ed25519 account key; null while the party has none, so that its part waits in suspense. */
  readonly key: Uint8Array | null
}

/**
 * One line of a division; `amount` is above zero. `tag` says in a word why: tax, rail-fee, distribution-fee, cost, share,
 * escalator, recoup, reserve, cap, withholding.
 */
export interface DivisionLine {
  /** Whose balance grows: `acct:<hex>`, `susp:...`, `rsrv:...`, `held:...`, `tax:...`, `fee:...`. */
  readonly holder: string
  /** Party id within the agreement; empty for a tax or fee that no party receives. */
  readonly party: string
  readonly amount: Fine
  readonly tag: string
}

/**
 * Counters that agreements keep between receipts (tiers reached, advances recouped, caps); part of the state root. One for
 * the whole log: a key names its agreement, asset and party itself, so that all versions of an agreement and all that nest
 * it share its counters. An absent key reads as 0n, and setting 0n removes it. Keys are ASCII of at most 250 characters.
 */
export interface Memory {
  get(key: string): bigint
  set(key: string, value: bigint): void
}

/** Whether a party's part is paid or waits: `unsigned` and `disputed` go to suspense. */
export type Standing = (agreement: Uint8Array, party: string) => 'active' | 'unsigned' | 'disputed'

/**
 * Account of a party whose terms name no key, once the community settled it; null keeps its part in suspense. Asked only
 * for parties without a key.
 */
export type SettledAccount = (agreement: Uint8Array, party: string) => Uint8Array | null

/** Where one party's money is while it waits. The same for every version of an agreement. */
export interface PartyHolders {
  /** `susp:<first version, hex>/<party>`: waits for a signature, an account, or the end of a dispute. */
  readonly suspense: string
  /** `rsrv:...`: held back against returns. */
  readonly reserve: string
  /** `held:...`: payable, and below the payout threshold. */
  readonly held: string
}

/** What waited in suspense and may now be paid: on a signature, a settled account, or the end of a dispute. */
export type ReleaseRequest = Omit<DivideRequest, 'nested' | 'use'> & { readonly party: string }

export interface DivideRequest {
  readonly amount: Fine
  /** `code/scale/issuer hex`. */
  readonly asset: string
  readonly use: string
  readonly at: number
  /** `YYYY-MM` in UTC. */
  readonly period: string
  readonly standing: Standing
  readonly account: SettledAccount
  readonly memory: Memory
  /** A nested agreement, or null when the log does not know it. */
  readonly nested: (hash: Uint8Array) => CompiledAgreement | null
  /** Told of every step as it is taken, in order; for people who want to see why. Changes nothing. */
  readonly explain?: (step: DivisionStep) => void
}

/** One step of a division: what was taken from what, and where it went. */
export interface DivisionStep {
  /** Title of the agreement at work. */
  readonly agreement: string
  /** 0 for the agreement that was asked, one more for each nested below it. */
  readonly depth: number
  /** A line's tag; `divide` opens an agreement, `shares` says what is left to share, `nested` passes a share on. */
  readonly kind: string
  /** What the step is taken from. */
  readonly of: Fine
  readonly amount: Fine
  /** Hundredths of a percent of `of`, where the terms name a rate; hundredths of it once more for a share. */
  readonly rate: number | null
  /** Name of the party as people know it, or of the fee. */
  readonly who: string
  /** The other party of the clause, such as the one who advanced. */
  readonly whose: string
  /** The line it wrote; null for a step that only passes on. */
  readonly line: DivisionLine | null
}

/** An agreement's terms, read once. Dividing is deterministic: same terms, memory and request, same lines. */
export interface CompiledAgreement {
  /** SHA-256 of the terms. */
  readonly hash: Uint8Array
  /** What it pays for: a release id of 32 hex digits; null for one that is only nested in others. */
  readonly subject: string | null
  readonly previous: Uint8Array | null
  /** Hash of the first version: names the agreement through all its amendments. Its own hash when it is the first. */
  readonly first: Uint8Array
  /** Period from which it is in force, or null for at once. */
  readonly from: string | null
  readonly parties: readonly PartyFacts[]
  readonly nested: readonly Uint8Array[]
  /** The lines total exactly `amount`; the machine refuses the entry otherwise. On a fault the memory is untouched. */
  divide(request: DivideRequest): Result<readonly DivisionLine[], RuleFault>
  /** For a party of this agreement. */
  holders(party: string): PartyHolders
  /**
   * Lines for `amount` taken out of the party's suspense: what its share would have given had it been active. They total
   * `amount`. The party must be active in `standing`; otherwise the one line leads back into suspense.
   */
  release(request: ReleaseRequest): readonly DivisionLine[]
}

/** Moves at the end of a period: reserves that fall due, guarantees. Positive and negative sum to zero per asset. */
export interface PeriodMove {
  readonly from: string
  readonly to: string
  readonly party: string
  readonly amount: Fine
  readonly tag: string
}

export interface PeriodEnd {
  readonly asset: string
  readonly period: string
  readonly memory: Memory
  /** Whether the month itself is over: false when the community closes a part of it early. */
  readonly ended: boolean
  /** As it is after the moves of agreements that came before. */
  readonly balance: (holder: string) => Fine
  readonly standing: Standing
  readonly account: SettledAccount
}

/** One payer's use of one agreement within a pool and period. */
export interface PoolUse {
  readonly payer: string
  readonly agreement: Uint8Array
  /** Fine units that this use stood for. */
  readonly weight: Fine
}

/** The rules of division, as the ledger sees them: it executes them without knowing what is sold. */
export interface Rules {
  /** SHA-256 that names these rules and their version; written in every commit. */
  readonly hash: Uint8Array
  /** Reads terms of at most 16 KiB; refuses what does not total 100 %, is cyclic with itself or cannot be executed. */
  compile(terms: Uint8Array): Result<CompiledAgreement, RuleFault>
  /** Deepest nesting and cycles over agreements that are known: called when one is proposed. */
  checkNesting(
    agreement: CompiledAgreement,
    known: (hash: Uint8Array) => CompiledAgreement | null,
  ): Result<null, RuleFault>
  /**
   * Whether `next` may follow `previous`: it names it and its first version, keeps its subject and its parties, and starts
   * at a period. Answers the parties that must sign it: whose shares or terms change, and who is new.
   */
  checkAmendment(previous: CompiledAgreement, next: CompiledAgreement): Result<readonly string[], RuleFault>
  /** What moves when a part of a period ends, for one agreement in force. No move takes more than `balance` shows. */
  endPeriod(agreement: CompiledAgreement, request: PeriodEnd): readonly PeriodMove[]
  /**
   * Divides a pool among agreements: what each payer paid in over what that payer used (user-centric), or all over all
   * (pro-rata). The parts total what was paid in, minus what no use claims, which stays in the pool.
   */
  dividePool(
    kind: 'user-centric' | 'pro-rata',
    paid: ReadonlyMap<string, Fine>,
    uses: readonly PoolUse[],
  ): readonly { readonly agreement: Uint8Array; readonly amount: Fine }[]
}
