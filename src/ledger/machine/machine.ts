import type { Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import type { Entry, StreamEntry, Voucher } from '#protocols/ledger/v1/entry.ts'
import type {
  HeadEntry,
  NetEntry,
  SettleEntry,
  TransferEndEntry,
  TransferInEntry,
} from '#protocols/ledger/v1/entry-value.ts'
import type { Order } from '#protocols/ledger/v1/orders.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import type { RuleFault } from '../rule-fault.ts'
import type { DivisionLine, Fine, Rules } from '../rules.ts'
import type { Statement } from './statement.ts'
import type { Batch, Bought, Line, Out, Peer } from './value-records.ts'

export type { Batch, Bought, Line, Out, Peer } from './value-records.ts'

/** A signature that an entry stands on. Checked apart from execution, so that threads can share the work. */
export interface SignatureCheck {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** What somebody ordered, out of the envelope of an entry. */
export interface ReadOrder {
  /** Key that signed it. */
  readonly author: Uint8Array
  readonly seq: number
  readonly at: number
  readonly order: Order
}

/** An entry's bytes, read: what it says and the signatures it stands on. Needs no state. */
export interface ReadEntry {
  readonly entry: Entry
  readonly bytes: Uint8Array
  readonly leaf: Uint8Array
  readonly checks: readonly SignatureCheck[]
  /** Of an entry that carries one. */
  readonly order: ReadOrder | null
}

/** Debits and credits of one entry; per asset they sum to zero, and none is of zero. */
export interface Posting {
  readonly holder: string
  readonly asset: string
  readonly amount: Fine
  /** Why, in a word: that of the division's line, or the entry's kind. */
  readonly tag: string
  /** Empty when it is of no party. */
  readonly party: string
}

/** What an entry did. */
export interface Applied {
  readonly index: number
  readonly postings: readonly Posting[]
  /** Lines of a receipt or stream, in the order that its `split` hashes. Empty for others. */
  readonly lines: readonly DivisionLine[]
  /** Of a period-close: the statements under its root, in the order of its leaves. Empty for others. */
  readonly statements: readonly Statement[]
}

export interface AccountView {
  readonly account: Uint8Array
  /** The key that signs now. */
  readonly key: Uint8Array
  readonly seq: number
  /** Hash of the key that a rotation must show; null when none was set. */
  readonly next: Uint8Array | null
  readonly guardians: readonly Uint8Array[]
  readonly threshold: number
  readonly delayMs: number
}

export interface ChannelView {
  readonly channel: Uint8Array
  readonly payer: Uint8Array
  readonly asset: string
  readonly pool: 'direct' | 'user-centric' | 'pro-rata'
  /** Minor units. */
  readonly deposit: bigint
  readonly spent: bigint
  readonly expiry: number
  readonly open: boolean
}

export interface AgreementView {
  readonly hash: Uint8Array
  readonly terms: Uint8Array
  readonly subject: string | null
  readonly parties: readonly {
    readonly id: string
    readonly key: Uint8Array | null
    readonly standing: 'active' | 'unsigned' | 'disputed'
    /** Where a party without a key is paid, once the community settled it. */
    readonly account?: Uint8Array | null
  }[]
  /** Every party that has a key signed. */
  readonly active: boolean
}

export interface LineView extends Line {
  readonly community: Uint8Array
  readonly code: string
  readonly scale: number
}

export interface OutView extends Out {
  readonly next: Uint8Array
  readonly sequence: number
}

/** An entry of this log as it was appended, and its lines: what a refund shows of the receipt that it reverses. */
export interface ShownEntry {
  readonly entry: Uint8Array
  /** `encodeLines` of `protocols/ledger/v1`. */
  readonly lines: Uint8Array
}

/** State of a log after its first `size` entries. Mutable; one owner. */
export interface Machine {
  /** Entries applied, commits included. */
  readonly size: number
  readonly lastAt: number
  /** `YYYY-MM` of the open period, and how often it was closed within the month. */
  readonly period: string
  readonly part: number
  /** Size at the last commit leaf. */
  readonly committed: number
  readonly epoch: number
  /** Root of the state map as it is now; costs hashing of what changed since it was last asked. */
  stateRoot(): Uint8Array
  /** All or nothing. The signatures in `read.checks` are the caller's to verify, before. */
  apply(read: ReadEntry): Result<Applied, RuleFault>
  /** Undoes everything applied after `mark` was taken; marks nest. Used when the disk refuses, and to try a batch. */
  mark(): number
  rollback(mark: number): void
  /** Forgets how to undo what is before this point. */
  settle(): void

  /**
   * The entry that an order becomes at `at`: for receipts this executes the division to know its `split`. Nothing changes.
   * `show` reads this log's own entry at an index; only a refund asks for one.
   */
  fromOrder(envelope: Envelope, at: number, show?: (index: number) => ShownEntry | null): Result<Entry, RuleFault>
  fromVoucher(voucher: Voucher, signature: Uint8Array, at: number): Result<StreamEntry, RuleFault>
  /** The entries by which another log's head and leaves come in, with the outcome that executing them gives. Nothing changes. */
  head(shown: Omit<HeadEntry, 'kind' | 'at'>, at: number): Result<HeadEntry, RuleFault>
  /** What cannot be delivered or forwarded becomes a refusal with the rule's code; `refuse` declines for the caller's own reason. */
  transferIn(
    shown: Pick<TransferInEntry, 'source' | 'sequence' | 'index' | 'leaf' | 'path'>,
    at: number,
    refuse?: string,
  ): Result<TransferInEntry, RuleFault>
  transferEnd(
    shown: Pick<TransferEndEntry, 'next' | 'sequence' | 'index' | 'leaf' | 'path'>,
    at: number,
  ): Result<TransferEndEntry, RuleFault>
  /** A settlement note or a netting document that everybody signed. */
  settlement(note: Uint8Array, at: number): Result<SettleEntry, RuleFault>
  netting(document: Uint8Array, at: number): Result<NetEntry, RuleFault>
  /** The close of the open part, as it must be written now. */
  periodClose(at: number): Entry
  commit(at: number, epoch: number): Entry

  balance(holder: string, asset: string): Fine
  account(key: Uint8Array): AccountView
  channel(key: Uint8Array): ChannelView | null
  agreement(hash: Uint8Array): AgreementView | null
  /** Hash of the agreement in force for a release. */
  agreementOf(release: string): Uint8Array | null
  /** How this log stands with another community; null while it never had anything to do with it. */
  peer(community: Uint8Array): Peer | null
  peers(): Iterable<Uint8Array>
  /** Fine units: above zero this community owes the other, below zero the other owes it. */
  position(community: Uint8Array, code: string, scale: number): Fine
  line(community: Uint8Array, code: string, scale: number): Line | null
  /** Also those that were closed or have expired. */
  lines(): Iterable<LineView>
  /** A transfer that left toward `next` and has no end here. */
  out(next: Uint8Array, sequence: number): OutView | null
  /** All of them, or those toward one community. */
  outs(next?: Uint8Array): Iterable<OutView>
  /** A purchase that can still be taken back, by the index of its receipt. */
  bought(index: number): Bought | null
  purchases(): Iterable<Bought & { readonly index: number }>
  batch(id: Uint8Array): Batch | null
  /** Whether a netting document was entered: by SHA-256 of its `nettingMessage`. */
  netted(hash: Uint8Array): boolean
  /** All holders with a balance, ascending by holder, then by asset: for statements, exports and totals. */
  balances(): Iterable<{ readonly holder: string; readonly asset: string; readonly amount: Fine }>
  /** Everything needed to go on from here, ascending by key. */
  snapshot(): Iterable<readonly [key: string, value: Uint8Array]>
  /** Membership proof of one state key under `stateRoot()`: siblings from the top; null when it is absent. */
  prove(key: string): { readonly value: Uint8Array; readonly siblings: readonly Uint8Array[] } | null
}

export interface MachineInit {
  readonly hasher: Hasher
  readonly rules: Rules
  readonly community: Uint8Array
}
