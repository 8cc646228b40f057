import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLossless, plainBitrate, rungsFor } from '#node/media/ladder.ts'

describe('the bitrate ladder', () => {
  it('is whole for lossless sources', () => {
    expect(rungsFor({ codec: 'flac', lossless: true, bitsPerSecond: 30_000 })).toEqual([48_000, 96_000, 160_000])
    expect(['flac', 'alac', 'pcm_s16le', 'wavpack'].every(isLossless)).toBe(true)
    expect(['mp3', 'vorbis', 'opus', 'aac', ''].some(isLossless)).toBe(false)
  })

  it('never spends more than a lossy source has, but always offers something', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), bitsPerSecond => {
        const [lowest, ...higher] = rungsFor({ codec: 'mp3', lossless: false, bitsPerSecond })
        expect(lowest).toBe(48_000)
        expect(higher.every(rung => rung <= bitsPerSecond)).toBe(true)
      }),
    )
    expect(rungsFor({ codec: 'vorbis', lossless: false, bitsPerSecond: 112_000 })).toEqual([48_000, 96_000])
  })

  it('gives the plain file the bitrate of the source, between 64 and 192 kbit/s', () => {
    expect(plainBitrate({ codec: 'flac', lossless: true, bitsPerSecond: 900_000 })).toBe(192_000)
    expect(plainBitrate({ codec: 'vorbis', lossless: false, bitsPerSecond: 500_000 })).toBe(192_000)
    expect(plainBitrate({ codec: 'vorbis', lossless: false, bitsPerSecond: 100_001 })).toBe(112_000)
    expect(plainBitrate({ codec: 'opus', lossless: false, bitsPerSecond: 12_000 })).toBe(64_000)
  })
})
