/** A batch of printed codes, as the desk keeps it. The secrets are elsewhere (`CardVault`), and may be forgotten after printing. */
export interface CardBatch {
  /** 32 bytes. */
  readonly batch: Uint8Array
  /** For the operator: what they were printed for. */
  readonly label: string
  /** Leaf hashes by serial: enough to make a path to the root that stands in the log. */
  readonly leaves: readonly Uint8Array[]
  /** Minor units of each card. */
  readonly amount: bigint
  readonly code: string
  readonly scale: number
  /** Ms since the Unix epoch. */
  readonly expiry: number
  readonly at: number
  /** Entry of the own log that issued it; null until it is there. */
  readonly entry: number | null
}

/** The batches that were ever issued here. Every change is on the disk when the call returns. */
export interface CardBook {
  /** False when there is one of that name. */
  add(batch: CardBatch): boolean
  find(batch: Uint8Array): CardBatch | null
  /** Those whose name begins so: a card carries only the beginning. */
  startingWith(prefix: Uint8Array): CardBatch[]
  /** Newest first. */
  list(): CardBatch[]
  link(batch: Uint8Array, entry: number): void
  /** Notes that the operator takes these cards back, before the log is told. */
  revoke(batch: Uint8Array, serials: readonly number[]): void
  /** Serials that the operator took back, ascending. */
  revoked(batch: Uint8Array): number[]
}

/** Secrets of cards, readable by the stage's user alone. Whoever holds one can redeem its card. */
export interface CardVault {
  /** On the disk when it resolves. Never over a batch that is there. */
  keep(batch: Uint8Array, secrets: readonly Uint8Array[]): Promise<void>
  /** By serial; null when they were forgotten. */
  read(batch: Uint8Array): Promise<readonly Uint8Array[] | null>
  forget(batch: Uint8Array): Promise<boolean>
}
