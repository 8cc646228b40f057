/** Bounds that a decoder enforces before it allocates anything for the value. */
export interface DecodeLimits {
  /** Longest input, in bytes. */
  readonly bytesMax: number
  /** Deepest nesting of arrays and maps; a scalar at the top has depth 0. */
  readonly depthMax: number
  /** Most data items (scalars, containers, map keys) in the whole input. */
  readonly itemsMax: number
}
