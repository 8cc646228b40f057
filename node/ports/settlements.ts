/**
 * How far a debt came that a rail shall pay. Of the debtor: `paying` (the rail was asked, or is about to be), `paid` (the rail
 * proved it, and this community signed), `settled` (both signed, and it is in the own log), `failed` (the rail said for good
 * that it did not pay). Of the creditor: `asked` (the other side says that it paid, the rail does not yet), `signed`, `settled`.
 */
export type SettlementState = 'paying' | 'paid' | 'asked' | 'signed' | 'settled' | 'failed'

export interface SettlementRow {
  /** Hash of what is settled; also the rail's idempotency key and memo, so that one payment settles one debt once. */
  readonly id: Uint8Array
  readonly debtor: Uint8Array
  readonly creditor: Uint8Array
  readonly code: string
  readonly scale: number
  /** Minor units. */
  readonly amount: bigint
  /** Consecutive for the pair and the debtor, from 1. */
  readonly number: number
  readonly rail: string
  /** Address of the creditor as the rail writes it. */
  readonly payee: string
  readonly state: SettlementState
  /** The rail's own evidence. */
  readonly receipt: Uint8Array | null
  /** `protocols/value/v1/settlement.ts`, with the signatures there are. */
  readonly note: Uint8Array | null
  /** What happened last, in a sentence. */
  readonly said: string
  readonly at: number
  /** Entry of the own log. */
  readonly entry: number | null
}

/** Every change is on the disk when the call returns. */
export interface SettlementBook {
  /** False when there is one of that id. */
  add(row: SettlementRow): boolean
  find(id: Uint8Array): SettlementRow | null
  update(id: Uint8Array, change: Partial<Pick<SettlementRow, 'state' | 'receipt' | 'note' | 'said' | 'entry'>>): void
  /** Newest first. */
  list(limit: number): SettlementRow[]
  /** Neither settled nor failed. */
  open(): SettlementRow[]
}

/**
 * `asked`: others want to know whether this community agrees. `signed`: it agreed, and not everybody did yet. `entered`: all
 * agreed, and it is in the own log. `refused` here or elsewhere, or `expired`: nothing moves, ever.
 */
export type NettingState = 'asked' | 'signed' | 'entered' | 'refused' | 'expired'

export interface NettingRow {
  readonly id: Uint8Array
  /** `protocols/value/v1/netting.ts`, with the signatures there are. */
  readonly document: Uint8Array
  readonly expiry: number
  readonly state: NettingState
  readonly said: string
  readonly at: number
  readonly entry: number | null
  /** Communities that are known to hold all signatures; 32 bytes each. */
  readonly told: readonly Uint8Array[]
}

/** Every change is on the disk when the call returns. */
export interface NettingBook {
  add(row: NettingRow): boolean
  find(id: Uint8Array): NettingRow | null
  update(id: Uint8Array, change: Partial<Pick<NettingRow, 'document' | 'state' | 'said' | 'entry' | 'told'>>): void
  /** Newest first. */
  list(limit: number): NettingRow[]
}
