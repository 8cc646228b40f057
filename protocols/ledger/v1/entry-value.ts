/** A payment on its way to another community: final for the payer, held for the next hop until that log answers. */
export interface TransferOutEntry {
  readonly kind: 'transfer-out'
  readonly at: number
  /** Community of the log that is asked next. */
  readonly next: Uint8Array
  /** Consecutive for each pair of this log and `next`, from 1. */
  readonly sequence: number
  /** The payer's `value/transfer`. */
  readonly order: Uint8Array
}

/** A head that another log signed: from here on, its leaves are proven under this root. */
export interface HeadEntry {
  readonly kind: 'head'
  readonly at: number
  /** The signed note; its text names the log. Cosignatures may stand in it and are not executed. */
  readonly note: string
  /** Last leaf under the head, a commit entry. */
  readonly commit: Uint8Array
  /** RFC 6962 audit path of that leaf. */
  readonly path: readonly Uint8Array[]
  /** RFC 9162 consistency proof from the head known before; empty for the first of a generation. */
  readonly consistency: readonly Uint8Array[]
}

/** What another log's leaf asked of this one, and how this log answered: `delivered`, `forwarded` or a refusal's code. */
export interface TransferInEntry {
  readonly kind: 'transfer-in'
  readonly at: number
  /** Community of the log that asks. */
  readonly source: Uint8Array
  /** The source's sequence toward this log. */
  readonly sequence: number
  /** Where `leaf` stands in the source's log. */
  readonly index: number
  /** The source's `transfer-out`, or its `transfer-in` that forwards. */
  readonly leaf: Uint8Array
  /** RFC 6962 audit path of the leaf under the source's head that this log knows. */
  readonly path: readonly Uint8Array[]
  readonly outcome: string
  /** Fine units delivered or forwarded, net of this log's haircut; 0 when refused. */
  readonly amount: bigint
  /** This log's own sequence toward the next hop; null unless forwarded. */
  readonly onward: number | null
  /** SHA-256 of the lines, as in a receipt; that of the empty list when nothing was divided. */
  readonly split: Uint8Array
}

/** Where an intermediate log answers to: the log that asked, and that log's sequence. */
export interface Back {
  readonly source: Uint8Array
  readonly sequence: number
}

/** The end of a transfer here, by proof of what the next hop's log decided. */
export interface TransferEndEntry {
  readonly kind: 'transfer-end'
  readonly at: number
  readonly next: Uint8Array
  readonly sequence: number
  /** Where `leaf` stands in the next hop's log. */
  readonly index: number
  /** The next hop's `transfer-in`, or its own `transfer-end` or `write-off`. */
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
  /** `delivered`, or the code of the refusal. */
  readonly outcome: string
  /** Of an intermediate; null in the payer's log. */
  readonly back: Back | null
}

/** The community gives up on a next hop that never answered: the payer's money returns at the community's own risk. */
export interface WriteOffEntry {
  readonly kind: 'write-off'
  readonly at: number
  /** Of an intermediate, which shows this entry to its source as a refusal; null in the payer's log. */
  readonly back: Back | null
  readonly order: Uint8Array
}

/** Takes a purchase back, line by line. */
export interface RefundEntry {
  readonly kind: 'refund'
  readonly at: number
  /** The entry that is reversed, whole. */
  readonly receipt: Uint8Array
  /** Its lines as they were hashed. */
  readonly lines: Uint8Array
  readonly order: Uint8Array
}

/** A debt between two communities that a rail paid, as both signed it. */
export interface SettleEntry {
  readonly kind: 'settle'
  readonly at: number
  /** `encodeSettlement` of protocols/value/v1. */
  readonly note: Uint8Array
}

/** Debts among several communities that cancel each other, as all of them signed it. */
export interface NetEntry {
  readonly kind: 'net'
  readonly at: number
  /** `encodeNetting` of protocols/value/v1. */
  readonly document: Uint8Array
}

/** Entries of value that crosses from one log to another, or is reversed. */
export type ValueEntry =
  | TransferOutEntry
  | HeadEntry
  | TransferInEntry
  | TransferEndEntry
  | WriteOffEntry
  | RefundEntry
  | SettleEntry
  | NetEntry
