/** One listener's session: the newest of what was signed in it, and how far it is written down. */
export interface HeldStream {
  /** `chan:<key, hex>` or `acct:<account, hex>`. */
  readonly id: string
  readonly kind: 'voucher' | 'transfer'
  /** Sequence of a transfer, which all of a session share; 0 for a voucher. */
  readonly seq: number
  /** What it is for: a recording, or the payee of a transfer. */
  readonly what: string
  /** Minor units signed for in all. */
  readonly amount: bigint
  /** Signed voucher or envelope. */
  readonly bytes: Uint8Array
  /** When the listener was last heard, ms. */
  readonly heardAt: number
  /** `bytes` are an entry of the log already, or are worth nothing more than one that is. */
  readonly written: boolean
}

/** Sessions that are under way. What was kept here survives a power cut. */
export interface StreamBox {
  keep(held: HeldStream): void
  find(id: string): HeldStream | null
  all(): HeldStream[]
  drop(id: string): void
  close(): void
}
