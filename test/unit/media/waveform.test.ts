import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaveformBuilder } from '#node/media/waveform.ts'

const bytesOf = (samples: readonly number[]): Uint8Array => new Uint8Array(Int16Array.from(samples).buffer)

const waveform = (samples: readonly number[]): Uint8Array => {
  const builder = new WaveformBuilder()
  builder.push(bytesOf(samples))
  return builder.finish()
}

const sample = fc.integer({ min: -32_768, max: 32_767 })

describe('a waveform', () => {
  it('is empty for no sound and has at most 200 peaks for any length', () => {
    expect(waveform([])).toHaveLength(0)
    for (const length of [1, 199, 200, 201, 3_199, 3_200, 3_201, 70_000])
      expect(waveform(new Array(length).fill(100))).toHaveLength(Math.min(200, length))
  })

  it('does not depend on how the stream is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 5_000 }), fc.array(fc.nat(700), { maxLength: 30 }), (samples, cuts) => {
        const builder = new WaveformBuilder()
        let rest = bytesOf(samples)
        for (const cut of cuts) {
          builder.push(rest.subarray(0, cut))
          rest = rest.subarray(cut)
        }
        builder.push(rest)
        expect(builder.finish()).toEqual(waveform(samples))
        expect(builder.samples).toBe(samples.length)
      }),
    )
  })

  it('never loses the highest peak', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 10_000 }), samples => {
        const highest = samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0)
        expect(Math.max(...waveform(samples))).toBe(Math.round((highest * 255) / 32_768))
      }),
    )
  })

  it('shows a loud second half as such', () => {
    const peaks = waveform([...new Array(40_000).fill(0), ...new Array(40_000).fill(-32_768)])
    expect(peaks.subarray(0, 98).every(peak => peak === 0)).toBe(true)
    expect(peaks.subarray(102).every(peak => peak === 255)).toBe(true)
  })
})
