import type { POOL_KINDS } from '#protocols/ledger/v1/orders.ts'

/** Which log this is, and which part of which month is open. */
export interface Meta {
  readonly generation: number
  readonly period: string
  readonly part: number
  /** Parts closed since the first genesis: tells whether a holding's counts are of the open part. */
  readonly ordinal: number
  /** Index of the first entry of the open part. */
  readonly from: number
}

/** What the newest commit leaf says, and when the newest entry was. */
export interface Head {
  readonly committed: number
  readonly lastAt: number
  readonly epoch: number
}

/** A holder's balance of one asset, with what the part `ordinal` has done to it so far. Fine units. */
export interface Holding {
  readonly amount: bigint
  readonly ordinal: number
  readonly count: number
  readonly opening: bigint
  readonly earned: bigint
  readonly spent: bigint
  readonly digest: Uint8Array
}

/** A key that guardians want an account to have. */
export interface Successor {
  readonly key: Uint8Array
  readonly next: Uint8Array | null
}

export interface Account {
  readonly key: Uint8Array
  readonly seq: number
  readonly next: Uint8Array | null
  /** Whether `account/open` has set the policy. */
  readonly opened: boolean
  readonly guardians: readonly Uint8Array[]
  readonly threshold: number
  readonly delayMs: number
  /** One vote a guardian: the newest. */
  readonly votes: readonly (Successor & { readonly guardian: Uint8Array })[]
  /** What enough guardians agreed on, and from when it holds. */
  readonly pending: (Successor & { readonly from: number }) | null
}

export interface Channel {
  readonly payer: Uint8Array
  readonly asset: string
  readonly pool: (typeof POOL_KINDS)[number]
  readonly deposit: bigint
  readonly spent: bigint
  readonly expiry: number
  readonly open: boolean
}

export interface Agreement {
  readonly terms: Uint8Array
  /** Whether the community stands by it for its release. */
  readonly adopted: boolean
  /** Parties that signed, ascending. */
  readonly signed: readonly string[]
}

export interface Family {
  /** Ascending. */
  readonly disputed: readonly string[]
  /** Accounts of parties whose terms name no key, ascending by party. */
  readonly settled: readonly (readonly [party: string, account: Uint8Array])[]
}

/** Versions that bind a release, each from a period ('' for at once); the last whose period has come is in force. */
export type Release = readonly { readonly from: string; readonly agreement: Uint8Array }[]
