/** What a bench hands back; printed as the last line, in this order of keys. */
export interface BenchResult {
  readonly bench: string
  /** Ours beside a peer or a floor measured in the same run. */
  readonly ratios: Readonly<Record<string, number>>
  /** Absolute values on this machine; the unit ends each name. */
  readonly figures: Readonly<Record<string, number>>
}
