import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMediaPlaylist, segmentAt } from '#web/player/playlist.ts'

const BASE = 'http://stage.test/ipfs/bafy/1/hls/opus-48.m3u8'
const playlist = (lines: readonly string[]) =>
  ['#EXTM3U', '#EXT-X-VERSION:7', ...lines, '#EXT-X-ENDLIST', ''].join('\n')
const MAP = '#EXT-X-MAP:URI="opus-48.mp4",BYTERANGE="876@0"'

describe('parseMediaPlaylist', () => {
  test('reads byte ranges of one file, with absolute addresses and running start times', () => {
    const text = playlist([
      MAP,
      '#EXTINF:4.0,',
      '#EXT-X-BYTERANGE:100@876',
      'opus-48.mp4',
      '#EXTINF:2.5,',
      '#EXT-X-BYTERANGE:50@976',
      'opus-48.mp4',
    ])
    const parsed = parseMediaPlaylist(text, BASE)
    const url = 'http://stage.test/ipfs/bafy/1/hls/opus-48.mp4'
    expect(parsed?.init).toEqual({ url, offset: 0, length: 876 })
    expect(parsed?.segments).toEqual([
      { url, offset: 876, length: 100, startS: 0, durationS: 4 },
      { url, offset: 976, length: 50, startS: 4, durationS: 2.5 },
    ])
    expect(parsed?.durationS).toBe(6.5)
  })

  test('continues after the previous range when an offset is left out', () => {
    const text = playlist([
      MAP,
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:100@876',
      'a.mp4',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:70',
      'a.mp4',
    ])
    expect(parseMediaPlaylist(text, BASE)?.segments[1]?.offset).toBe(976)
  })

  test('reads Windows line ends', () => {
    const text = playlist([MAP, '#EXTINF:4,', '#EXT-X-BYTERANGE:100@876', 'a.mp4']).replaceAll('\n', '\r\n')
    expect(parseMediaPlaylist(text, BASE)?.segments).toHaveLength(1)
  })

  test('is null for what cannot be streamed by ranges', () => {
    for (const text of [
      '',
      '<!doctype html>',
      playlist([MAP]),
      playlist([MAP, '#EXTINF:4,', 'a.mp4']),
      playlist([MAP, '#EXTINF:0,', '#EXT-X-BYTERANGE:1@2', 'a.mp4']),
      playlist([MAP, '#EXT-X-BYTERANGE:1@2', 'a.mp4']),
      playlist([MAP, '#EXTINF:4,', '#EXT-X-BYTERANGE:-1@2', 'a.mp4']),
    ])
      expect(parseMediaPlaylist(text, BASE)).toBeNull()
  })

  test('never throws on text that is not a playlist', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(MAP, '#EXTINF:4,', '#EXT-X-BYTERANGE:1@2', 'a.mp4', '#EXTINF:x', '#EXT-X-MAP:')),
        lines => {
          const parsed = parseMediaPlaylist(playlist(lines), BASE)
          expect(parsed === null || parsed.segments.length > 0).toBe(true)
        },
      ),
    )
  })
})

describe('segmentAt', () => {
  const segments = [0, 4, 8, 12].map(startS => ({ url: '', offset: 0, length: 1, startS, durationS: 4 }))
  test('finds the segment that contains a time, also a hair before its start', () => {
    expect(segmentAt(segments, 0)).toBe(0)
    expect(segmentAt(segments, 3.9)).toBe(0)
    expect(segmentAt(segments, 3.995)).toBe(1)
    expect(segmentAt(segments, 11)).toBe(2)
    expect(segmentAt(segments, 999)).toBe(3)
  })
})
