import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTags } from '#web/parts/studio/read-tags.ts'

const LENA = join(import.meta.dirname, '../../../node_modules/audio-lena')
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex')

/** A frame of ID3v2.3 (https://id3.org/id3v2.3.0#ID3v2_frame_overview). */
function frame(id: string, body: Buffer): Buffer {
  const head = Buffer.alloc(10)
  head.write(id, 0, 'latin1')
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}
const words = (id: string, text: string) => frame(id, Buffer.concat([Buffer.of(0), Buffer.from(text, 'latin1')]))

/** An MP3 file that begins with these frames. */
async function tagged(...frames: Buffer[]): Promise<Blob> {
  const body = Buffer.concat(frames)
  const size = [21, 14, 7, 0].map(shift => (body.length >> shift) & 127)
  const head = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, ...size])
  return new Blob([head, body, await readFile(join(LENA, 'lena.mp3'))], { type: 'audio/mpeg' })
}

describe('what a file says about itself, read on the device', () => {
  test('fills the form: title, artist, album, length', async () => {
    const tags = await readTags(new Blob([await readFile(join(LENA, 'lena.flac'))], { type: 'audio/flac' }))
    expect(tags).toMatchObject({
      title: 'Oh lad le',
      artist: 'Lena Stolze',
      album: 'Das schreckliche Mädchen',
      isrc: '',
    })
    expect(tags.durationMs).toBeGreaterThan(5_000)
    expect(tags.cover).toBeNull()
  })

  test('knows the ISRC however it is written, and the picture inside', async () => {
    const picture = frame('APIC', Buffer.concat([Buffer.from('\0image/png\0\u0003\0', 'latin1'), PNG]))
    const tags = await readTags(await tagged(words('TSRC', 'qz-abc-26-00001'), picture))
    expect(tags).toMatchObject({ title: 'Oh lad le', isrc: 'QZABC2600001' })
    expect(tags.cover?.type).toBe('image/png')
    expect(Buffer.from(await (tags.cover as Blob).arrayBuffer())).toEqual(PNG)
  })

  test('a picture that is no picture, and a number that is none, are left out', async () => {
    const page = frame('APIC', Buffer.concat([Buffer.from('\0text/html\0\u0003\0', 'latin1'), Buffer.from('<script>')]))
    const tags = await readTags(await tagged(words('TSRC', 'none'), page))
    expect(tags).toMatchObject({ isrc: '', cover: null })
  })

  test('a file that cannot be read says nothing', async () => {
    const nothing = { title: '', artist: '', album: '', isrc: '', durationMs: 0, cover: null }
    expect(await readTags(new Blob([Buffer.from('no sound at all')], { type: 'audio/flac' }))).toEqual(nothing)
    expect(await readTags(new Blob([], { type: 'audio/mpeg' }))).toEqual(nothing)
  })
})
