import { WAVEFORM_BUCKETS } from '#protocols/catalog/v1/constants.ts'

/** Fine buckets held while the length is unknown: enough that the final ones are even to within 6 %. */
const FINE_BUCKETS = WAVEFORM_BUCKETS * 16
const FULL_SCALE = 32_768

/** Peaks of a stream of unknown length in constant memory: when the fine buckets are full, neighbours merge. */
export class WaveformBuilder {
  readonly #peaks = new Uint16Array(FINE_BUCKETS)
  #filled = 0
  #samplesPerBucket = 1
  #samplesInBucket = 0
  #peak = 0
  #samples = 0
  /** Low byte of a sample whose high byte has not arrived. */
  #half = -1

  get samples(): number {
    return this.#samples
  }

  /** Takes signed 16-bit little-endian mono samples, cut anywhere. */
  push(chunk: Uint8Array): void {
    let at = 0
    if (this.#half >= 0 && chunk.length > 0) {
      this.#sample(this.#half, chunk[at++] as number)
      this.#half = -1
    }
    for (; at + 1 < chunk.length; at += 2) this.#sample(chunk[at] as number, chunk[at + 1] as number)
    if (at < chunk.length) this.#half = chunk[at] as number
  }

  /** At most WAVEFORM_BUCKETS peaks, 0 to 255 linear; empty when there were no samples. */
  finish(): Uint8Array {
    if (this.#samplesInBucket > 0) this.#close()
    const count = Math.min(WAVEFORM_BUCKETS, this.#filled)
    const out = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const from = Math.floor((i * this.#filled) / count)
      const to = Math.floor(((i + 1) * this.#filled) / count)
      let peak = 0
      for (let j = from; j < to; j++) peak = Math.max(peak, this.#peaks[j] as number)
      out[i] = Math.round((peak * 255) / FULL_SCALE)
    }
    return out
  }

  #sample(low: number, high: number): void {
    const value = (((high << 8) | low) << 16) >> 16
    const size = value < 0 ? -value : value
    if (size > this.#peak) this.#peak = size
    this.#samples++
    if (++this.#samplesInBucket === this.#samplesPerBucket) this.#close()
  }

  #close(): void {
    this.#peaks[this.#filled++] = this.#peak
    this.#peak = 0
    this.#samplesInBucket = 0
    if (this.#filled < FINE_BUCKETS) return
    for (let i = 0; i < FINE_BUCKETS / 2; i++)
      this.#peaks[i] = Math.max(this.#peaks[2 * i] as number, this.#peaks[2 * i + 1] as number)
    this.#filled = FINE_BUCKETS / 2
    this.#samplesPerBucket *= 2
  }
}
