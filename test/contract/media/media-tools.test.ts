import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMediaTools, type MediaOptions } from '#node/media/media-tools.ts'
import type { MediaTools, PreparedTrack } from '#node/ports/media.ts'
import { PATH_PATTERN } from '#protocols/catalog/v1/constants.ts'
import { clip } from '#test/support/clips.ts'
import { hasFfmpeg } from '#test/support/ffmpeg.ts'

const adapters: readonly (readonly [string, MediaOptions, boolean])[] = [
  ['with ffmpeg', {}, hasFfmpeg],
  ['without ffmpeg', { ffmpeg: null }, true],
]

describe.for(adapters.filter(([, , usable]) => usable))('media tools %s', ([, options]) => {
  let dir = ''
  let media: MediaTools
  let jobs = 0

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'bandstand-contract-'))
    media = await createMediaTools(options)
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  const prepare = async (file: string, name = path.basename(file), signal = new AbortController().signal) => {
    const workDir = path.join(dir, `work-${jobs++}`)
    return media.prepare({ file, name, index: 0 }, workDir, signal, () => {})
  }
  const made = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    const file = path.join(dir, name)
    await writeFile(file, bytes)
    return file
  }
  const filesOf = (track: PreparedTrack) => [
    track.original,
    ...(track.plain === null ? [] : [track.plain]),
    ...(track.hls === null ? [] : [track.hls]),
    ...track.renditions.flatMap(rendition => [rendition, rendition.playlist]),
  ]

  it('says what it can do in a sentence', () => {
    expect(media.capabilities.note).toMatch(/ffmpeg/)
  })

  it.each(['lena.mp3', 'lena.ogg', 'lena.opus', 'lena.flac', 'lena.wav', 'lena.aiff', 'lena.m4a', 'lena.webm'])(
    'reads %s: length, original and safe paths',
    async name => {
      const track = await prepare(clip(name))
      expect(Math.abs(track.durationMs - 12_270)).toBeLessThan(150)
      expect(track.original.file).toBe(clip(name))
      expect(track.original.path).toBe(`01/${name}`)
      expect(track.original.mediaType).toMatch(/^audio\//)
      for (const file of filesOf(track)) {
        expect(file.path).toMatch(PATH_PATTERN)
        expect(file.path.startsWith('01/')).toBe(true)
        expect((await readFile(file.file)).length).toBe(file.bytes)
      }
    },
  )

  it('reads the tags of the file', async () => {
    expect(await prepare(clip('lena.flac'))).toMatchObject({ title: 'Oh lad le', artist: 'Lena Stolze' })
  })

  it('refuses a file of no bytes as media-empty', async () => {
    await expect(prepare(await made('empty.mp3', ''))).rejects.toMatchObject({ code: 'media-empty' })
  })

  it('refuses text and pictures with a music name as media-unreadable, saying what to do', async () => {
    const text = await made('text.mp3', 'Dear listener, this is not a song. '.repeat(1_000))
    await expect(prepare(text)).rejects.toMatchObject({ code: 'media-unreadable', message: /“text.mp3”.*use FLAC/ })
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer()
    await expect(prepare(await made('picture.flac', png))).rejects.toMatchObject({
      code: 'media-unreadable',
      message: /is a picture/,
    })
  })

  it('refuses bytes that only begin like a recording', async () => {
    for (const magic of [
      'fLaC',
      'OggS',
      'ID3\u0004\0\0\0\0\0\0',
      'RIFF\xff\xff\xff\x7fWAVEfmt ',
      '\0\0\0\x18ftypM4A ',
    ]) {
      const file = await made('fake.flac', Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.alloc(5_000, 7)]))
      await expect(prepare(file), magic).rejects.toMatchObject({ code: 'media-unreadable' })
    }
  })

  it('refuses a sparse file of 10 GB without reading it', async () => {
    const file = await made('huge.mp3', '')
    await truncate(file, 10 * 1024 ** 3)
    await expect(prepare(file)).rejects.toMatchObject({ code: 'media-unreadable' })
    const flac = path.join(dir, 'huge.flac')
    await copyFile(clip('lena.flac'), flac)
    await truncate(flac, 10 * 1024 ** 3)
    await expect(media.check({ file: flac, name: 'huge.flac' })).rejects.toMatchObject({ code: 'too-large' })
  })

  it('refuses a missing file and a folder', async () => {
    await expect(prepare(path.join(dir, 'nothing.mp3'))).rejects.toMatchObject({ code: 'media-unreadable' })
    await expect(prepare(dir)).rejects.toMatchObject({ code: 'media-unreadable' })
  })

  it('brings names with folders and control characters inside the root', async () => {
    const track = await prepare(clip('lena.mp3'), '../../..\u0000/\u001b[31mevil\u202e song.mp3')
    expect(track.original.path).toBe('01/31mevil-song.mp3')
  })

  it('stops when aborted, with the reason given', async () => {
    const reason = new Error('enough')
    await expect(prepare(clip('lena.wav'), 'a.wav', AbortSignal.abort(reason))).rejects.toBe(reason)
    const soon = new AbortController()
    const running = prepare(clip('lena.wav'), 'a.wav', soon.signal)
    setImmediate(() => soon.abort(reason))
    await expect(running).rejects.toBe(reason)
  })

  it('scales a cover to 1200 px as JPEG without metadata', async () => {
    const image = await sharp({ create: { width: 3_000, height: 2_000, channels: 4, background: '#0a08' } })
      .withExif({ IFD0: { Copyright: 'secret place' } })
      .png()
      .toBuffer()
    const cover = await media.cover(image, dir)
    const bytes = await readFile(cover.file)
    expect(cover).toMatchObject({ path: 'cover.jpg', mediaType: 'image/jpeg', bytes: bytes.length })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1_200, height: 800 })
    expect(bytes.includes('secret place')).toBe(false)
    expect((await readdir(dir)).includes('cover-source')).toBe(false)
  })

  it('refuses a cover that is no picture, is empty, or would fill the memory', async () => {
    await expect(media.cover(Buffer.from('no picture'), dir)).rejects.toMatchObject({ code: 'media-unreadable' })
    await expect(media.cover(new Uint8Array(0), dir)).rejects.toMatchObject({ code: 'media-empty' })
    const bomb = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>`)
    await expect(media.cover(bomb, dir)).rejects.toMatchObject({ code: 'media-unreadable' })
  })
})
