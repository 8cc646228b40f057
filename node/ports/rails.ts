import type { Result } from '#protocols/codec/result.ts'

/** Why a rail did not do what it was asked. `unknown` outcomes are asked for again under the same key, never paid again. */
export type RailFaultCode =
  | 'rail-unavailable'
  | 'rail-timeout'
  | 'rail-refused'
  | 'rail-lied'
  | 'wrong-asset'
  | 'amount-too-small'
  | 'quote-expired'
  | 'key-reused'
  /** Genuine, and not final: ask again later. Nothing is decided by it. */
  | 'not-confirmed'
  | 'bad-receipt'

export interface RailFault {
  readonly code: RailFaultCode
  readonly message: string
}

/** What is to be paid, outside the log. Amounts are minor units of the asset: 10^-scale. */
export interface RailRequest {
  /** Idempotency key, 32 bytes: the same key pays once, however often it is asked. Another request under a used key is `key-reused`. */
  readonly key: Uint8Array
  /** Address of the payee as this rail writes it. */
  readonly to: string
  readonly amount: bigint
  readonly code: string
  readonly scale: number
  /** 32 bytes that the payment shall carry or name: the hash of what it is for. */
  readonly memo: Uint8Array
}

export interface RailQuote {
  /** What the rail itself takes, minor units. */
  readonly fee: bigint
  /** How long until it is confirmed, in the ordinary case, ms; null when people do it. */
  readonly takesMs: number | null
  /** ms since the Unix epoch. */
  readonly expiry: number
}

export interface RailPayment {
  readonly key: Uint8Array
  /** `unknown`: sent, and nobody can say yet whether it arrived. */
  readonly state: 'pending' | 'confirmed' | 'failed' | 'unknown'
  /** The rail's own evidence of a confirmed payment, at most 16 KiB; null before. */
  readonly receipt: Uint8Array | null
  /** A sentence for the operator. */
  readonly note: string
}

/** What a receipt proves, after it was checked against the rail. */
export interface RailReceipt {
  readonly to: string
  readonly amount: bigint
  readonly code: string
  readonly scale: number
  readonly memo: Uint8Array
  readonly at: number
}

/** How value enters or leaves a community outside its log. None is needed to start. Calls take an AbortSignal and never hang beyond it. */
export interface Rail {
  /** `cash`, `codes`, `evm:<chain id>`. */
  readonly id: string
  /** For people: what this rail is, in a sentence. */
  readonly about: string
  /** Where this community itself is paid, as this rail writes it: a receipt that names another payee is not for it. */
  readonly address: string
  quote(request: RailRequest, signal: AbortSignal): Promise<Result<RailQuote, RailFault>>
  pay(request: RailRequest, signal: AbortSignal): Promise<Result<RailPayment, RailFault>>
  /** Null when this key was never asked for. */
  status(key: Uint8Array, signal: AbortSignal): Promise<Result<RailPayment | null, RailFault>>
  /** Checked at the source (the chain, the desk's signed book), not by what the payer says. */
  verifyReceipt(receipt: Uint8Array, signal: AbortSignal): Promise<Result<RailReceipt, RailFault>>
}
