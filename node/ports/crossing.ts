import type { Result } from '#protocols/codec/result.ts'
import type { LedgerFault, LogRecord } from './ledger.ts'

/** `out`: sent by this log. `in`: taken from another one. */
export type CrossingWay = 'out' | 'in'

/** A transfer as this log knows it: by which entries it was sent or taken, and ended. */
export interface CrossingRow {
  readonly way: CrossingWay
  /** The next hop of `out`, the source of `in`. */
  readonly peer: Uint8Array
  readonly sequence: number
  /** Entry that asks the next hop, or that took it. */
  readonly index: number
  /** Id of the payer's order. */
  readonly order: Uint8Array
  /** Account that paid; null at an intermediate and at the destination. */
  readonly payer: Uint8Array | null
  /** Entry that shows the outcome: a `transfer-end`; of `in` also the `transfer-in` itself, or a write-off. Null while it is open. */
  readonly ended: number | null
  /** Of an `out` that was delivered: what the community has to have paid to the next hop, ever, until this is settled. Fine units. */
  readonly settledAt: bigint | null
  /** Write-off of an `out` whose next hop never answered; it still ends when a late proof comes. */
  readonly written: number | null
}

/** Of what is open toward one community: not given up, after or up to a sequence; or what was given up. */
export type OpenWhich = { readonly after: number } | { readonly upTo: number } | { readonly written: true }

/** A leaf of another log, with its place there and its audit path under the head that this log knows of it. */
export interface ForeignLeaf {
  readonly sequence: number
  readonly index: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
}

/** What other logs prove to this one. The machine decides what becomes of it. */
export type CrossingStep =
  | {
      readonly step: 'head'
      readonly community: Uint8Array
      readonly note: string
      readonly commit: Uint8Array
      readonly path: readonly Uint8Array[]
      readonly consistency: readonly Uint8Array[]
    }
  /** `refusal`: this stage declines for a reason of its own, which the log then writes down. */
  | ({ readonly step: 'take'; readonly source: Uint8Array; readonly refusal?: string | undefined } & ForeignLeaf)
  | ({ readonly step: 'end'; readonly next: Uint8Array } & ForeignLeaf)
  | { readonly step: 'settle'; readonly note: Uint8Array }
  | { readonly step: 'net'; readonly document: Uint8Array }

export interface Crossed {
  readonly record: LogRecord
  /** It was in the log before: nothing was appended now. */
  readonly known: boolean
}

/** The own log's side of value between communities. */
export interface Crossings {
  /**
   * Appends what other logs prove, in this order and in the same durable writes as orders. One answer for each step. All
   * signatures that the entries stand on are verified; who had to certify a head is the caller's to check.
   */
  cross(steps: readonly CrossingStep[]): Promise<readonly Result<Crossed, LedgerFault>[]>
  crossing(way: CrossingWay, peer: Uint8Array, sequence: number): CrossingRow | null
  /** A settlement note, or a netting document: what was entered before is answered with its first entry. */
  settle(note: Uint8Array): Promise<Result<Crossed, LedgerFault>>
  net(document: Uint8Array): Promise<Result<Crossed, LedgerFault>>
  /** Entries before `index` that made heads of another community's log known, newest first. */
  headsBefore(community: Uint8Array, index: number, limit: number): number[]
  /** By how much the debt to another community was ever reduced: by rails, nettings and payments the other way. Fine units. */
  reduced(community: Uint8Array, asset: string): bigint
  /** What was given up toward another community, and was delivered all the same or may yet be. Fine units. */
  given(community: Uint8Array, asset: string): bigint
  /** Sent to one community, and without an end here; by sequence. */
  openCrossings(community: Uint8Array, which: OpenWhich, limit: number): CrossingRow[]
  /** Without an end, not given up, of orders that ended by `expiry` (ms); the oldest order first. */
  dueCrossings(expiry: number, limit: number): CrossingRow[]
  crossingOf(order: Uint8Array): CrossingRow | null
  /** What members paid to other communities, newest first; everybody's when `account` is null. */
  crossingsSent(account: Uint8Array | null, limit: number): CrossingRow[]
}
