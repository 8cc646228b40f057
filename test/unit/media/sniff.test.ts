import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sniffFile, sniffHead } from '#node/media/sniff.ts'
import { clip } from '#test/support/clips.ts'

describe('recognising a file by its first bytes', () => {
  it.each([
    ['lena.mp3', 'mp3'],
    ['lena.ogg', 'ogg'],
    ['lena.opus', 'opus'],
    ['lena.flac', 'flac'],
    ['lena.wav', 'wav'],
    ['lena.aiff', 'aiff'],
    ['lena.caf', 'caf'],
    ['lena.aac', 'aac'],
    ['lena.m4a', 'mp4'],
    ['lena.webm', 'webm'],
  ])('knows %s', async (name, extension) => {
    expect((await sniffFile(clip(name)))?.extension).toBe(extension)
  })

  it('knows pictures, and does not take text, zeros or headerless sound for media', async () => {
    expect(await sniffFile(clip('lena.raw'))).toBeNull()
    expect(sniffHead(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))?.kind).toBe('picture')
    expect(sniffHead(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))?.kind).toBe('picture')
    expect(sniffHead(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))?.kind).toBe('picture')
    expect(sniffHead(Buffer.from('Dear listener, this is a text.'))).toBeNull()
    expect(sniffHead(Buffer.alloc(64))).toBeNull()
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), bytes => void sniffHead(Buffer.from(bytes))))
  })
})
