import { describe, expect, it } from 'vitest'
import { parseLoudness } from '#node/media/analyse.ts'
import { multivariantPlaylist, readMediaPlaylist } from '#node/media/playlists.ts'

const media = (segments: readonly (readonly [number, number, number])[], end = '#EXT-X-ENDLIST\n') =>
  [
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-MAP:URI="a.mp4",BYTERANGE="700@0"\n',
    ...segments.map(
      ([seconds, length, offset]) => `#EXTINF:${seconds},\n#EXT-X-BYTERANGE:${length}@${offset}\na.mp4\n`,
    ),
    end,
  ].join('')

describe('HLS playlists', () => {
  it('of one file are accepted when their ranges follow each other to the end', () => {
    const figures = readMediaPlaylist(
      media([
        [6, 6_000, 700],
        [2, 1_000, 6_700],
      ]),
      7_700,
    )
    expect(figures).toEqual({ segments: 2, seconds: 8, peakBps: 8_000, averageBps: 7_700 })
  })

  it('with a hole, an overlap, a range past the end or no end mark are refused', () => {
    expect(readMediaPlaylist(media([[6, 6_000, 701]]), 7_000)).toBeNull()
    expect(
      readMediaPlaylist(
        media([
          [6, 6_000, 700],
          [6, 10, 699],
        ]),
        9_000,
      ),
    ).toBeNull()
    expect(readMediaPlaylist(media([[6, 6_000, 700]]), 6_699)).toBeNull()
    expect(readMediaPlaylist(media([[6, 6_000, 700]], ''), 6_700)).toBeNull()
    expect(readMediaPlaylist(media([]), 700)).toBeNull()
  })

  it('list variants in the order given, with codec and both bandwidths', () => {
    const variant = { segments: 1, seconds: 6, peakBps: 60_000, averageBps: 50_000, uri: 'opus-48.m3u8', codec: 'opus' }
    expect(multivariantPlaylist([variant])).toBe(
      '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n' +
        '#EXT-X-STREAM-INF:BANDWIDTH=60000,AVERAGE-BANDWIDTH=50000,CODECS="opus"\nopus-48.m3u8\n',
    )
  })
})

describe('the loudness summary', () => {
  const summary = (integrated: string, range: string, peak: string) =>
    `[ebur128] Summary:\n\n  Integrated loudness:\n    I:  ${integrated} LUFS\n    Threshold: -26.9 LUFS\n\n  Loudness range:\n` +
    `    LRA:   ${range} LU\n    Threshold: -36.9 LUFS\n    LRA low:  -19.5 LUFS\n\n  True peak:\n    Peak: ${peak} dBFS\n`

  it('becomes integers in hundredths', () => {
    expect(parseLoudness(summary('-16.7', '4.9', '-1.2'))).toEqual({
      integratedCentiLufs: -1_670,
      truePeakCentiDb: -120,
      rangeCentiLu: 490,
    })
  })

  it('of digital silence stays within the bounds of the wire', () => {
    expect(parseLoudness(summary('-70.0', '0.0', '-inf'))?.truePeakCentiDb).toBe(-20_000)
  })

  it('that is missing or garbled is no loudness', () => {
    expect(parseLoudness('')).toBeNull()
    expect(parseLoudness(summary('nan', '4.9', '-1.2'))).toBeNull()
  })
})
