import type { Back } from '#protocols/ledger/v1/entry-value.ts'

/** A head of another log under which its leaves are proven here. */
export interface KnownHead {
  readonly generation: number
  readonly size: number
  readonly root: Uint8Array
  /** Time of the commit that ends it, ms. */
  readonly at: number
}

/** How this log stands with one other community, apart from money. */
export interface Peer {
  /** The last sequence that a transfer to it was given here; 0 before the first. */
  readonly sent: number
  /** The last sequence of a transfer from it that was answered here; 0 before the first. */
  readonly received: number
  readonly frozen: boolean
  /** Settlements that this community paid to it, and those that it paid to this one. */
  readonly settled: number
  readonly settledIn: number
  /** One for each generation of its log, the newest generation last. */
  readonly heads: readonly KnownHead[]
}

/** How much of another community's credit is accepted, in one code and scale. */
export interface Line {
  /** Minor units; 0 once the line was closed. */
  readonly limit: bigint
  /** Ten-thousandths. */
  readonly haircut: number
  readonly expiry: number
  /** Whether a log that nobody else certifies is accepted. */
  readonly alone: boolean
}

/** A transfer that left toward a next hop and has no end here. */
export interface Out {
  /** Leaf hash of the entry that made it: what the next hop was shown. */
  readonly leaf: Uint8Array
  /** Account that paid; null at an intermediate. */
  readonly payer: Uint8Array | null
  /** Whom an intermediate answers to; null in the payer's log. */
  readonly back: Back | null
  readonly asset: string
  /** Fine units: what is held here, and what the next hop is owed when it delivers. */
  readonly gross: bigint
  readonly net: bigint
  readonly expiry: number
  /** It was given up, and the money is back; only a late proof is still waited for. */
  readonly written: boolean
}

/** A purchase that can be disputed and taken back. */
export interface Bought {
  /** Leaf hash of its receipt. */
  readonly leaf: Uint8Array
  /** Account that paid. */
  readonly payer: Uint8Array
  /** Month in which it counts. */
  readonly period: string
  readonly disputed: boolean
}

/** Voucher codes that were issued together. */
export interface Batch {
  readonly root: Uint8Array
  readonly count: number
  /** Minor units, of each code. */
  readonly amount: bigint
  readonly asset: string
  readonly expiry: number
  /** One bit a code, the lowest of a byte first: redeemed or revoked. */
  readonly used: Uint8Array
}
