import { DEPTH_MAX, DEPTH_MIN, DEPTH_START, DEPTH_TARGET_MS } from './limits.ts'

/** Share of what was measured that remains after each block: the last five or so decide. */
const KEEP = 0.8
/** Assumed of a holder not measured yet, in bytes per ms: it gets its turn, but a known fast one goes first. */
const UNKNOWN_BYTES_PER_MS = 1_000
const UNKNOWN_BLOCK_BYTES = 256 * 1024

/** Measures how fast a holder answers while it has something to do, and from that how much to ask of it at once. */
export class Pace {
  #bytes = 0
  #ms = 0
  #blocks = 0
  #since = 0

  /** The first request after a pause. */
  begin(now: number): void {
    this.#since = now
  }

  answered(bytes: number, now: number): void {
    this.#bytes = this.#bytes * KEEP + bytes
    this.#ms = this.#ms * KEEP + Math.max(now - this.#since, 0.01)
    this.#blocks = this.#blocks * KEEP + 1
    this.#since = now
  }

  get bytesPerMs(): number {
    return this.#blocks === 0 ? UNKNOWN_BYTES_PER_MS : this.#bytes / this.#ms
  }

  get blockBytes(): number {
    return this.#blocks === 0 ? UNKNOWN_BLOCK_BYTES : Math.max(this.#bytes / this.#blocks, 1)
  }

  /** Requests to keep in flight. */
  get depth(): number {
    if (this.#blocks === 0) return DEPTH_START
    const wanted = Math.ceil((this.bytesPerMs * DEPTH_TARGET_MS) / this.blockBytes)
    return Math.min(DEPTH_MAX, Math.max(DEPTH_MIN, wanted))
  }

  /** Expected time until a further block has arrived behind `pending` others, in ms. */
  etaMs(pending: number): number {
    return ((pending + 1) * this.blockBytes) / Math.max(this.bytesPerMs, 0.001)
  }
}
