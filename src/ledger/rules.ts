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

/** One line of a division. `tag` says in a word why: share, recoup, reserve, tax, fee, cost, withholding. */
export interface DivisionLine {
  /** Whose balance grows: `acct:<hex>`, `susp:...`, `rsrv:...`, `tax:...`, `fee:...`. */
  readonly holder: string
  readonly party: string
  readonly amount: Fine
  readonly tag: string
}

/** Counters that an agreement keeps between receipts (tiers reached, advances recouped, caps); part of the state root. */
export interface Memory {
  get(key: string): bigint
  set(key: string, value: bigint): void
}

export interface DivideRequest {
  readonly amount: Fine
  /** `code/scale/issuer hex`. */
  readonly asset: string
  readonly use: string
  readonly at: number
  /** `YYYY-MM` in UTC. */
  readonly period: string
  /** Whether a party's part is paid or waits: `unsigned` and `disputed` go to suspense. */
  readonly standing: (agreement: Uint8Array, party: string) => 'active' | 'unsigned' | 'disputed'
  /** Where a party that has no account yet is paid once the community settled it; null keeps it in suspense. */
  readonly memory: Memory
  /** A nested agreement, or null when the log does not know it. */
  readonly nested: (hash: Uint8Array) => CompiledAgreement | null
}

/** An agreement's terms, read once. Dividing is deterministic: same terms, memory and request, same lines. */
export interface CompiledAgreement {
  /** SHA-256 of the terms. */
  readonly hash: Uint8Array
  /** What it pays for: a release id of 32 hex digits; null for one that is only nested in others. */
  readonly subject: string | null
  readonly previous: Uint8Array | null
  /** Period from which it is in force, or null for at once. */
  readonly from: string | null
  readonly parties: readonly PartyFacts[]
  readonly nested: readonly Uint8Array[]
  /** The lines total exactly `amount`; the machine refuses the entry otherwise. */
  divide(request: DivideRequest): Result<readonly DivisionLine[], RuleFault>
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
  readonly balance: (holder: string) => Fine
  readonly standing: DivideRequest['standing']
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
  /** What moves when a part of a period ends, for one agreement in force. */
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
