import type { PushKind } from '#protocols/identity/v1/push.ts'

/** One browser that wants to be told what concerns a key. */
export interface PushSubscription {
  readonly endpoint: string
  readonly key: Uint8Array
  readonly p256dh: Uint8Array
  readonly auth: Uint8Array
  readonly kinds: readonly PushKind[]
  /** As claimed. */
  readonly name: string
  /** Address of the page where it was made. */
  readonly origin: string
  readonly at: number
}

export interface PushSubscriptions {
  /** Replaces one with the same endpoint. */
  put(subscription: PushSubscription): void
  find(endpoint: string): PushSubscription | null
  of(key: Uint8Array): PushSubscription[]
  /** Keys with a subscription, each once. */
  keys(): Uint8Array[]
  /** Keys that may be called by one of these words (`src/engagement/mention`). */
  called(words: readonly string[]): Uint8Array[]
  has(key: Uint8Array): boolean
  count(): number
  remove(endpoint: string): void
  /** Whether a browser was told of it. */
  wasTold(endpoint: string, notice: string): boolean
  told(endpoint: string, notices: readonly string[], at: number): void
}

/** Every method throws `StageError` for a refusal. */
export interface PushApi {
  /** What browsers subscribe to: uncompressed P-256 point, base64url. */
  readonly publicKey: string
  /** A signed `push/subscribe` from a page at this address. */
  subscribe(proof: Uint8Array, origin: string): void
  /** A signed `push/unsubscribe`. */
  unsubscribe(proof: Uint8Array): void
}
