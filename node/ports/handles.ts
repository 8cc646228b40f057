/** A claim that the community has not answered. */
export interface HandleClaim {
  /** Event id, 32 bytes. */
  readonly id: Uint8Array
  readonly author: Uint8Array
  readonly handle: string
}

/** Who bears which handle in a community, as its grants say. */
export interface Handles {
  /** Null: none. */
  of(community: Uint8Array, key: Uint8Array): string | null
  /** The key that bears this handle, or one that looks like it; null when it is free. */
  holder(community: Uint8Array, handle: string): Uint8Array | null
  /** What the key asked for last; null when never. */
  asked(community: Uint8Array, key: Uint8Array): string | null
  /** Whose claim it is; null when it is not here. */
  claimant(community: Uint8Array, claim: Uint8Array): Uint8Array | null
  /** The newest claim of each author that has no answer, in the order in which they came; of many the last. */
  open(community: Uint8Array): HandleClaim[]
}
