import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closeSegment, preSkipSeconds, readOpening } from '#web/player/cmaf.ts'

type Bytes = Uint8Array<ArrayBuffer>

const u32 = (...values: number[]): number[] =>
  values.flatMap(value => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])
const zeros = (count: number): number[] => Array<number>(count).fill(0)
const box = (type: string, ...payload: (number[] | Bytes)[]): number[] => {
  const inner = payload.flatMap(part => [...part])
  return [...u32(inner.length + 8), ...[...type].map(char => char.charCodeAt(0)), ...inner]
}

/** What ffmpeg writes for Opus: media header, sample description, pre-skip. */
function init({ channels = 2, preSkip = 312, timescale = 48_000, wide = false } = {}): Bytes {
  const header = wide
    ? [...u32(0x01000000), ...zeros(16), ...u32(timescale), ...zeros(8)]
    : [...u32(0, 0, 0, timescale), ...zeros(8)]
  const opus = box('Opus', zeros(28), box('dOps', [0, channels, preSkip >> 8, preSkip & 255, ...zeros(7)]))
  const list = box('minf', box('smhd', zeros(8)), box('stbl', box('stsd', u32(0, 1), opus)))
  const moov = box(
    'moov',
    box('mvhd', zeros(100)),
    box('trak', box('tkhd', zeros(84)), box('mdia', box('mdhd', header), list)),
  )
  return Uint8Array.from([...box('ftyp', zeros(20)), ...moov])
}

/** Two packets of 960 units and a last one of `tail`, beginning at `start`. */
function segment(start: number, tail: number): Bytes {
  const tfhd = box('tfhd', u32(0x020038, 1, 960, 100, 0))
  const tfdt = box('tfdt', [1, 0, 0, 0], u32(0, start))
  const trun = box('trun', u32(0x000301, 3, 99), u32(960, 100, 960, 100, tail, 50))
  return Uint8Array.from([
    ...box('sidx', zeros(44)),
    ...box('moof', box('mfhd', zeros(8)), box('traf', tfhd, tfdt, trun)),
    ...box('mdat', zeros(250)),
  ])
}

describe('the opening of a rendition', () => {
  it('says how much of it the encoder put in front', () => {
    expect(readOpening(init())).toEqual({ timescale: 48_000, channels: 2, preSkip: 312 })
    expect(readOpening(init({ channels: 1, wide: true, timescale: 1_000 }))).toEqual({
      timescale: 1_000,
      channels: 1,
      preSkip: 312,
    })
    expect(preSkipSeconds({ timescale: 1_000, channels: 1, preSkip: 312 })).toBeCloseTo(0.0065)
  })

  it('is nothing for whatever else it may be, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), (noise, cut) => {
        expect(readOpening(Uint8Array.from(noise))).toBeNull()
        readOpening(init().subarray(0, cut))
      }),
    )
  })
})

describe('the last segment of a rendition', () => {
  it('says where the music ends, and has its last packet played whole', () => {
    const closing = closeSegment(segment(288_000, 312), 48_000)
    expect(closing?.endS).toBeCloseTo((288_000 + 960 + 960 + 312) / 48_000, 9)
    const whole = segment(288_000, 960)
    expect(closing?.bytes).toEqual(whole)
    expect(closeSegment(whole, 48_000)?.bytes).toEqual(whole)
  })

  it('stays as it is where it does not read so, and never throws', () => {
    expect(closeSegment(Uint8Array.from(box('mdat', zeros(40))), 48_000)).toBeNull()
    fc.assert(
      fc.property(fc.nat(600), fc.nat(255), fc.nat(600), (at, value, cut) => {
        const bytes = segment(0, 312)
        bytes[at % bytes.length] = value
        const closing = closeSegment(bytes.slice(0, Math.min(cut, bytes.length)), 48_000)
        if (closing !== null) expect(closing.bytes.length).toBe(Math.min(cut, bytes.length))
      }),
    )
  })
})
