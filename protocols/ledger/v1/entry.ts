import type { ValueEntry } from './entry-value.ts'

/** What a log counts from: leaf 0. A successor names the certified head at which its predecessor was closed. */
export interface GenesisEntry {
  readonly kind: 'genesis'
  readonly at: number
  readonly network: string
  readonly community: Uint8Array
  /** 1 for a community's first log, one more for each successor. */
  readonly generation: number
  readonly predecessor: Predecessor | null
  /** Hash that names the rules of division. */
  readonly rules: Uint8Array
}

export interface Predecessor {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly stateRoot: Uint8Array
}

/** A signed order that becomes an entry as it is: the whole envelope, so that anybody can verify who asked. */
export interface OrderEntry {
  readonly kind:
    | 'issue'
    | 'redeem'
    | 'account'
    | 'channel-open'
    | 'channel-close'
    | 'agreement'
    | 'line'
    | 'give'
    | 'dispute'
  readonly at: number
  readonly order: Uint8Array
}

/** A one-off payment divided among the parties of an agreement. */
export interface ReceiptEntry {
  readonly kind: 'receipt'
  readonly at: number
  /** Hash of the agreement version that divided it. */
  readonly agreement: Uint8Array
  /** SHA-256 of the canonical lines: who got what. */
  readonly split: Uint8Array
  readonly order: Uint8Array
}

export const STREAM_USES = ['stream', 'download'] as const

/** What the holder of a channel key signs: so much in all, and what the newest part of it was for. */
export interface Voucher {
  /** Ed25519 key of the channel, 32 bytes: its name, and what verifies its vouchers. */
  readonly channel: Uint8Array
  /** Total spent in the channel so far, in units of 10^-scale of its asset; grows with each voucher. */
  readonly cumulative: bigint
  readonly use: (typeof STREAM_USES)[number]
  /** `<release id>/<track number>`. */
  readonly recording: string
  readonly agreement: Uint8Array
  /** Salted commitment to an erasable text, or null. */
  readonly reference: Uint8Array | null
}

/** A voucher that was turned into a receipt. */
export interface StreamEntry extends Voucher {
  readonly kind: 'stream'
  readonly at: number
  readonly split: Uint8Array
  /** By the channel key over `voucherBytes`. */
  readonly signature: Uint8Array
}

/** Ends a part of a period: what each holder's statement says is fixed from here on. */
export interface PeriodCloseEntry {
  readonly kind: 'period-close'
  readonly at: number
  /** `YYYY-MM` in UTC. */
  readonly period: string
  /** 0 for the first close within a month. */
  readonly part: number
  /** Index of the first entry that belongs to it. */
  readonly from: number
  /** RFC 6962 root over the statements, ascending by the bytes of the holder, then of the asset. */
  readonly statements: Uint8Array
  readonly count: number
  /** What was earned by all holders together, in fine units, ascending by asset key. */
  readonly totals: readonly (readonly [asset: string, fine: bigint])[]
}

/** Last leaf of a batch: fixes the state after every entry before it. */
export interface CommitEntry {
  readonly kind: 'commit'
  readonly at: number
  /** Tree size at the commit before; 0 at the first. */
  readonly previous: number
  readonly stateRoot: Uint8Array
  readonly rules: Uint8Array
  /** Of the registry whose committee certifies it; 0 while the community stands alone. */
  readonly epoch: number
}

export type Entry = GenesisEntry | OrderEntry | ReceiptEntry | StreamEntry | PeriodCloseEntry | CommitEntry | ValueEntry
