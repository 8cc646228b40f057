import type { StageErrorCode } from '#node/errors.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Envelope } from '#protocols/envelope/v1/codec.ts'

/** Where an envelope came from. Rates apply to `local` and `gossip`; `sync` brings history and is bounded by its own protocol. */
export type Source =
  /** `work`: a nonce for a flooded room (`src/engagement/work.ts`). */
  | { readonly kind: 'local'; readonly work?: number | undefined }
  /** `community` is the topic's: an envelope for another community does not belong there. */
  | { readonly kind: 'gossip'; readonly peer: string; readonly community: Uint8Array }
  | { readonly kind: 'sync'; readonly peer: string }

export interface Accepted {
  /** Event id, 32 bytes. */
  readonly id: Uint8Array
  /** `known` when the same event was already held: nothing was appended. */
  readonly status: 'accepted' | 'known'
  /** Log index, when the event became a ledger entry. */
  readonly receipt: number | null
  /** Then also the community's signed promise (`protocols/ledger/v1/ack`). */
  readonly ack: Uint8Array | null
}

/** What an order or voucher became in the ledger. */
export interface Executed {
  /** Id of the order or voucher, 32 bytes. */
  readonly id: Uint8Array
  readonly index: number
  readonly ack: Uint8Array
  /** It had been executed before: nothing was appended now. */
  readonly known: boolean
}

export interface Rejection {
  readonly code: StageErrorCode
  readonly message: string
  /** What gossip does with it: REJECT counts against the peer, IGNORE does not. */
  readonly gossip: 'reject' | 'ignore'
  /** Work asked for, with `work-needed`. */
  readonly bits?: number
}

/** A verified envelope with its id: what the rules accepted and the store keeps. */
export interface AcceptedEvent {
  readonly id: Uint8Array
  readonly envelope: Envelope
}

/**
 * The one door. Resolves only after the event is durable; then it has been projected, and listeners told.
 * Never throws for bad input.
 */
export interface Intake {
  submit(bytes: Uint8Array, source: Source): Promise<Result<Accepted, Rejection>>
  /** A signed voucher (`protocols/ledger/v1/voucher`), handed in here. */
  voucher(bytes: Uint8Array): Promise<Result<Accepted, Rejection>>
}
