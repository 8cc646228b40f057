import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools } from '#node/media/media-tools.ts'
import type { MediaProgress, MediaTools } from '#node/ports/media.ts'
import { clip } from '#test/support/clips.ts'
import { ffmpeg, ffprobe, hasFfmpeg } from '#test/support/ffmpeg.ts'

describe.runIf(hasFfmpeg)('what ffmpeg makes of a recording', () => {
  let dir = ''
  let media: MediaTools
  let jobs = 0

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'bandstand-renditions-'))
    media = await createMediaTools()
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  const at = (name: string) => path.join(dir, name)
  const prepare = (file: string, onProgress: (p: MediaProgress) => void = () => {}) =>
    media.prepare(
      { file, name: path.basename(file), index: 1 },
      at(`work-${jobs++}`),
      new AbortController().signal,
      onProgress,
    )
  const tone = (name: string, seconds: number, ...more: string[]) => {
    ffmpeg('-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}:sample_rate=48000`, ...more, at(name))
    return at(name)
  }

  it('is three Opus renditions, each one file and one playlist, that play from start to end', async () => {
    const track = await prepare(tone('tone.wav', 20, '-ac', '2'))
    expect(track.renditions.map(rendition => rendition.bitsPerSecond)).toEqual([48_000, 96_000, 160_000])
    expect(track.hls?.path).toBe('02/hls/index.m3u8')
    const master = await readFile(track.hls?.file ?? '', 'utf8')
    expect(master.match(/#EXT-X-STREAM-INF:.*CODECS="opus"\n(opus-\d+\.m3u8)/g)).toHaveLength(3)
    const played = ffprobe('-show_format', '-show_streams', track.hls?.file ?? '')
    expect(played.streams).toHaveLength(3)
    expect(Number(played.format?.duration)).toBeCloseTo(20, 1)
    for (const { file, playlist } of track.renditions) {
      ffmpeg('-xerror', '-i', playlist.file, '-f', 'null', '-')
      expect(ffprobe('-show_streams', file).streams?.[0]).toMatchObject({ codec_name: 'opus' })
    }
  })

  it('can be played from any segment by byte ranges alone', async () => {
    const { renditions } = await prepare(tone('ranges.wav', 20))
    const [rendition] = renditions
    if (rendition === undefined) throw new Error('no rendition')
    const playlist = await readFile(rendition.playlist.file, 'utf8')
    const init = Number(/BYTERANGE="(\d+)@0"/.exec(playlist)?.[1])
    const segments = [...playlist.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.+)/g)]
    expect(segments).toHaveLength(4)
    const handle = await open(rendition.file)
    for (const [index, [, length, offset, uri]] of segments.entries()) {
      expect(uri).toBe(path.basename(rendition.file))
      const piece = Buffer.alloc(init + Number(length))
      await handle.read(piece, 0, init, 0)
      await handle.read(piece, init, Number(length), Number(offset))
      await writeFile(at('piece.mp4'), piece)
      ffmpeg('-xerror', '-i', at('piece.mp4'), '-f', 'null', '-')
      expect(Number(ffprobe('-show_format', at('piece.mp4')).format?.start_time)).toBeCloseTo(index * 6, 1)
    }
    await handle.close()
  })

  it('measures loudness as EBU R128 and peaks as they are', async () => {
    // A 997 Hz stereo sine at -23 dBFS measures -23 LUFS (EBU Tech 3341, case 1, within 0.1).
    const file = at('ebu.wav')
    const sine = 'aevalsrc=0.0707946*sin(997*2*PI*t)|0.0707946*sin(997*2*PI*t):s=48000:d=20'
    ffmpeg('-f', 'lavfi', '-i', sine, file)
    const track = await prepare(file)
    expect(Math.abs((track.loudness?.integratedCentiLufs ?? 0) + 2_300)).toBeLessThanOrEqual(10)
    expect(Math.abs((track.loudness?.truePeakCentiDb ?? 0) + 2_300)).toBeLessThanOrEqual(20)
    expect(track.waveform).toHaveLength(200)
    expect(track.waveform.subarray(2, -2).every(peak => Math.abs(peak - 18) <= 1)).toBe(true)
  })

  it('adds one plain file that every browser plays, with its tags', async () => {
    const track = await prepare(clip('lena.flac'))
    expect(track.plain?.path).toMatch(/^02\/lena\.(?:mp3|m4a)$/)
    const { format, streams } = ffprobe('-show_format', '-show_streams', track.plain?.file ?? '')
    expect(Number(format?.duration)).toBeCloseTo(12.27, 0)
    expect(streams?.[0]).toMatchObject({ channels: 1 })
    expect(JSON.stringify(format)).toContain('Lena Stolze')
  })

  it('does not copy what plays everywhere already, nor blow up what is small', async () => {
    const mp3 = await prepare(clip('lena.mp3'))
    expect(mp3.plain).toEqual(mp3.original)
    const small = await prepare(tone('small.opus', 10, '-c:a', 'libopus', '-b:a', '32k'))
    expect(small.renditions.map(rendition => rendition.bitsPerSecond)).toEqual([48_000])
    expect(small.notes.join()).toMatch(/already compressed/)
  })

  it('is the same bytes for the same file', async () => {
    const file = clip('lena.flac')
    const [one, two] = [await prepare(file), await prepare(file)]
    for (const [index, rendition] of one.renditions.entries())
      expect(await readFile(rendition.file)).toEqual(await readFile(two.renditions[index]?.file ?? ''))
    expect(await readFile(one.plain?.file ?? '')).toEqual(await readFile(two.plain?.file ?? ''))
  })

  it('keeps a video as it is, with its sound as renditions and a note', async () => {
    const file = at('film.mp4')
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=duration=3:size=160x120:rate=10',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=3',
      file,
    )
    const track = await prepare(file)
    expect(track.original).toMatchObject({ path: '02/film.mp4', mediaType: 'video/mp4' })
    expect(track.renditions.length).toBeGreaterThan(0)
    expect(track.notes.join()).toMatch(/video/)
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=duration=2:size=160x120:rate=10', at('silent.mp4'))
    expect(await prepare(at('silent.mp4'))).toMatchObject({ hls: null, plain: null, durationMs: 2_000 })
  })

  it('takes a cover out of the tags', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=duration=1:size=64x64:rate=1', '-frames:v', '1', at('c.png'))
    const args = [
      '-i',
      clip('lena.mp3'),
      '-i',
      at('c.png'),
      '-map',
      '0:a',
      '-map',
      '1:v',
      '-c',
      'copy',
      '-id3v2_version',
      '3',
    ]
    ffmpeg(...args, at('covered.mp3'))
    const track = await prepare(at('covered.mp3'))
    expect(track.original.mediaType).toBe('audio/mpeg')
    expect(await media.cover(track.picture ?? new Uint8Array(0), dir)).toMatchObject({ mediaType: 'image/jpeg' })
  })

  it.each(['flac', 'wav', 'm4a', 'ogg', 'webm', 'aiff'])(
    'is refused when the %s was cut off in the middle',
    async format => {
      const codec = format === 'ogg' ? ['-c:a', 'libvorbis'] : []
      const file = tone(`cut.${format}`, 30, ...codec)
      await truncate(file, Math.floor((await stat(file)).size / 2))
      await expect(prepare(file)).rejects.toMatchObject({ code: 'media-unreadable', message: /“cut\./ })
    },
  )

  it('never reads other files that an upload names', async () => {
    const playlist = `#EXTM3U\n#EXTINF:10,\nfile:${clip('lena.mp3')}\n#EXT-X-ENDLIST\n`
    await writeFile(at('list.mp3'), playlist)
    await expect(prepare(at('list.mp3'))).rejects.toMatchObject({ code: 'media-unreadable' })
    await writeFile(at('list2.mp3'), `ID3\u0003\0\0\0\0\0\0${playlist}`)
    await expect(prepare(at('list2.mp3'))).rejects.toMatchObject({ code: 'media-unreadable' })
  })

  it('tells progress that only grows, in at most a few hundred steps', async () => {
    const shares: number[] = []
    await prepare(tone('progress.wav', 120), ({ share }) => shares.push(share))
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    expect(shares.length).toBeLessThan(300)
  })
})
