import type { StageErrorCode } from '#node/errors.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'
import type { CloseStatement } from '#protocols/ledger/v1/close.ts'
import type { Committee, SeatAnswer, SeatHead, Submission } from '#src/ledger/committee/types.ts'
import type { AgreementView, ChannelView, Machine } from '#src/ledger/machine/machine.ts'
import type { DivisionLine } from '#src/ledger/rules.ts'
import type { Crossings } from './crossing.ts'

/** Why the ledger refused: nothing was appended. */
export interface LedgerFault {
  readonly code: StageErrorCode
  readonly message: string
}

/** How far an entry has come: accepted (durable, acked), signed (under a checkpoint), final (certified by a quorum, or self-certified). */
export type Finality = 'accepted' | 'signed' | 'final'

/** An entry as people see it, read back from the log. */
export interface LogRecord {
  readonly community: Uint8Array
  readonly index: number
  readonly at: number
  readonly kind:
    | 'issue'
    | 'redeem'
    | 'tip'
    | 'purchase'
    | 'stream'
    | 'download'
    | 'account'
    | 'channel-open'
    | 'channel-close'
    | 'agreement'
    | 'genesis'
    | 'period-close'
    | 'commit'
    | 'transfer-out'
    | 'transfer-in'
    | 'transfer-end'
    | 'head'
    | 'line'
    | 'write-off'
    | 'give'
    | 'gift'
    | 'dispute'
    | 'refund'
    | 'settle'
    | 'net'
  /** Account that paid, ordered, or was credited. */
  readonly account: Uint8Array | null
  readonly release: string | null
  readonly agreement: Uint8Array | null
  /** Minor units that moved; 0 for entries that move nothing. */
  readonly amount: bigint
  readonly asset: { readonly code: string; readonly scale: number; readonly issuer: Uint8Array } | null
  /** The other community, of what crosses between two logs. */
  readonly peer: Uint8Array | null
  /** Who got what, in fine units; checked against the entry's `split`. */
  readonly lines: readonly DivisionLine[]
  readonly leafHash: Uint8Array
  /** Canonical entry bytes. */
  readonly entry: Uint8Array
  readonly finality: Finality
}

export interface ProvenRecord extends LogRecord {
  /** Signed note with every cosignature that is held. */
  readonly checkpoint: string
  readonly proof: readonly Uint8Array[]
}

/** The community's promise, signed: this order is entry `index`. Sent only after it is on the disk. */
export interface Accepted {
  readonly record: LogRecord
  /** `protocols/ledger/v1/ack`. */
  readonly ack: Uint8Array
  /** The order had been executed before: nothing was appended now. */
  readonly known: boolean
}

/** How the own log stands with other communities, and what of it can be taken back. As it is now, committed or not. */
export type ValueViews = Pick<
  Machine,
  'peer' | 'peers' | 'position' | 'line' | 'lines' | 'out' | 'outs' | 'bought' | 'purchases' | 'batch' | 'netted'
>

/** This community's own log. One writer; orders that wait together share one durable write. */
export interface OwnLog extends Crossings, ValueViews {
  /** Any order of `protocols/ledger/v1`: issue, redeem, tip, account/*, channel-*, agreement/*. The caller verified the envelope's signature. */
  order(envelope: Envelope, id: Uint8Array): Promise<Result<Accepted, LedgerFault>>
  /** A signed voucher; its signature is verified here. */
  voucher(bytes: Uint8Array): Promise<Result<Accepted, LedgerFault>>
  /** Ends the open part of the period now. */
  closePeriod(): Promise<Result<LogRecord, LedgerFault>>
  size(): number
  /** Size and root under the newest signed checkpoint, for the handshake. */
  signedSize(): number
  root(): Uint8Array
  /** Newest signed note, with its cosignatures. */
  checkpoint(): string
  /** Newest note that is final: certified, or self-signed while the community stands alone. */
  certified(): string
  balance(account: Uint8Array): bigint
  /** Fine units. */
  holding(holder: string): bigint
  /** Of any asset, `code/scale/issuer hex`. Fine units. */
  holdingOf(holder: string, asset: string): bigint
  account(key: Uint8Array): import('#src/ledger/machine/machine.ts').AccountView
  channel(key: Uint8Array): ChannelView | null
  agreement(hash: Uint8Array): AgreementView | null
  agreementOf(release: string): Uint8Array | null
  record(index: number): LogRecord | null
  /** Newest first; commits and genesis left out. */
  recent(limit: number): LogRecord[]
  prove(index: number): ProvenRecord | null
  entries(start: number, limit: number): Uint8Array[]
  consistencyProof(from: number, to: number): Uint8Array[]
  /** A machine of its own, from the newest snapshot at or below `atMost` entries: for whoever reads the log again from there. */
  replica(atMost: number): import('#src/ledger/machine/machine.ts').Machine
  /** Audit path of any leaf in the tree of the first `size` entries. */
  inclusion(index: number, size: number): Uint8Array[]
  /** C2SP tlog-tiles: hash tile or entry bundle; null when the tree does not reach it. */
  tile(level: number, index: number, width: number): Uint8Array | null
  bundle(index: number, width: number): Uint8Array | null
  /** `halted`: a higher head of this log is known elsewhere than this disk holds; nothing is signed until it is closed. */
  state(): { readonly kind: 'running' | 'halted'; readonly reason: string | null }
}

/** What a check of a ledger's folder found. */
export interface LogReport {
  readonly origin: string
  readonly entries: number
  readonly signedSize: number
  readonly finalSize: number
  /** What was read again and held, one sentence each. */
  readonly checked: readonly string[]
  /** What is not wrong, and yet worth knowing. */
  readonly notices: readonly string[]
  /** The first thing that is wrong, in a sentence; null when everything holds. */
  readonly fault: string | null
}

/** What the sequencer needs of the own log; the loop that uses it lives in `node/stage/sequencer.ts`. */
export interface Sequencing {
  /**
   * Appends the commit leaf and signs the head over it; null when nothing waits for a commit. A size is signed once, whatever
   * happens. With `renew`, an old head gets a commit of today even when nothing waits: seats cosign no other.
   */
  commit(epoch: number, renew?: boolean): Result<{ readonly size: number; readonly note: string } | null, LedgerFault>
  /** Everything after `from`, up to the newest signed head. */
  submission(from: number): Submission
  /** Keeps verified cosignature lines; answers the note with all of them. */
  certify(size: number, lines: readonly string[]): string
  /** A head that somebody else holds, signed by this community: above our own it halts the log. */
  seen(note: string): void
}

/** Verified copies of other communities' logs: followed ones, and those that this stage audits. Re-executed entry by entry. */
export interface LogCopies {
  /**
   * A message from the receipts topic: a batch, or evidence. `gap`: entries before it are missing, fetch the log from
   * `contiguous`. `news`: it says something that was not known here, and should go on to others.
   */
  accept(
    community: Uint8Array,
    message: Uint8Array,
  ): Promise<Result<{ added: number; gap: boolean; size: number; news: boolean }, LedgerFault>>
  contiguous(community: Uint8Array): number
  extend(
    community: Uint8Array,
    start: number,
    entries: readonly Uint8Array[],
    checkpoint: string,
    consistency: readonly Uint8Array[],
  ): Promise<Result<LogRecord[], LedgerFault>>
  record(community: Uint8Array, index: number): LogRecord | null
  recent(community: Uint8Array, limit: number): LogRecord[]
  prove(community: Uint8Array, index: number): ProvenRecord | null
  /** Fine units. */
  holding(community: Uint8Array, holder: string): bigint
  agreement(community: Uint8Array, hash: Uint8Array): AgreementView | null
  agreementOf(community: Uint8Array, release: string): Uint8Array | null
  /** Highest note held of a log, with its cosignatures; null when none. */
  checkpoint(community: Uint8Array): string | null
  entries(community: Uint8Array, start: number, limit: number): Uint8Array[]
  /** Proof that the tree of `to` leaves begins with that of `from`; empty when there is nothing to prove. */
  consistencyProof(community: Uint8Array, from: number, to: number): Uint8Array[]
  evidence(community: Uint8Array | null): Uint8Array[]
}

/** A seat's answer, with what it signed: a line of the note, or a close. */
export type Judged = SeatAnswer & { readonly line?: string; readonly statement?: CloseStatement }

/** The auditor's side: holds seats for other communities' logs. Persists its head before a signature leaves. */
export interface Auditor {
  /** Re-executes a batch; on `cosign` and `vote` the new head is durable, and `line` is the signature over the note. */
  judge(community: Uint8Array, submission: Submission): Promise<Judged>
  /** The same as a request to close the log at the submission's head; on `close` there is the seat's `statement`. */
  close(community: Uint8Array, submission: Submission): Promise<Judged>
  /** What this seat signed of a log; of the newest generation when `origin` is null. */
  head(community: Uint8Array, origin: string | null): SeatHead | null
}

/** Who certifies whom. Adapters: the static charter of a federation, a memory for tests; a contract on a chain fits too. */
export interface Registry {
  /** 0 while there is no federation. */
  epoch(): number
  /** First epoch that counts a community among its members, also one that has not begun yet; null when none does. */
  joined(community: Uint8Array): number | null
  /** The committee of one community's log in an epoch; total 1 when it stands alone. */
  committee(community: Uint8Array, epoch: number): Committee
  /** Epochs that have been, oldest first, with what proves them (signed charters). */
  history(): readonly { readonly epoch: number; readonly proof: Uint8Array }[]
  /** A next epoch with its proof; refused when it does not follow. */
  adopt(proof: Uint8Array): Promise<Result<number, LedgerFault>>
  /** A seat that evidence convicts counts for nothing from then on. Idempotent. */
  eject(seat: Uint8Array, evidence: Uint8Array): Promise<void>
  ejected(seat: Uint8Array): boolean
  onChange(listener: () => void): () => void
}
