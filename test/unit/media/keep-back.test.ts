import { mkdtempSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkRequest } from '#node/jobs/request.ts'
import { keepBack } from '#node/jobs/seal.ts'
import type { PreparedTrack } from '#node/ports/media.ts'
import { createSealed } from '#node/store/sealed.ts'
import { storeInMemory } from '#test/support/world.ts'

const RELEASE = 'ab'.repeat(16)
const file = (path: string, mediaType: string) => ({ file: `/files/${path}`, path, mediaType, bytes: 10 })
const FLAC = file('01/song.flac', 'audio/flac')
const MP3 = file('01/song.mp3', 'audio/mpeg')

const track = (original: PreparedTrack['original'], plain: PreparedTrack['plain']) =>
  ({ original, plain, renditions: [] }) as unknown as PreparedTrack
const asked = (price?: { stream: string; download: string | null }) =>
  checkRequest({ tracks: [{ upload: 'u' }], ...(price === undefined ? {} : { price }) })

describe('originals that are sold', () => {
  it('stay out of what is published, and the listening copy stands in their place', () => {
    const { open, kept } = keepBack(asked({ stream: '0', download: '5' }), [track(FLAC, MP3)], ['song.flac'])
    expect(open[0]?.original).toEqual(MP3)
    expect(kept).toEqual([{ track: 0, name: 'song.flac', ...FLAC }])
  })

  it('are public as ever when nothing is asked for them', () => {
    for (const request of [asked(), asked({ stream: '5', download: null })])
      expect(keepBack(request, [track(FLAC, MP3)], ['song.flac'])).toEqual({ open: [track(FLAC, MP3)], kept: [] })
  })

  it('cannot be sold where there is nothing better than what everybody hears', () => {
    const request = asked({ stream: '0', download: '5' })
    for (const only of [track(MP3, MP3), track(FLAC, null)])
      expect(() => keepBack(request, [only], ['song'])).toThrow('There is nothing to sell as a download')
  })

  it('have a price that can be counted', () => {
    expect(() => asked({ stream: '18446744073709551616', download: null })).toThrow('more than can be counted')
    expect(asked({ stream: '0', download: null }).price).toBeNull()
  })

  describe('on the disk', () => {
    let folder: string
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'sealed-'))
      await mkdir(join(folder, 'in'))
      await writeFile(join(folder, 'in/a.flac'), 'the sound')
    })
    afterEach(() => rm(folder, { recursive: true, force: true }))

    it('are kept whole, found again, and gone after a takedown or when no release names them', async () => {
      const sealed = createSealed(storeInMemory().db, folder)
      const kept = [
        { track: 0, name: '../../a.flac', mediaType: 'audio/flac', bytes: 9, file: join(folder, 'in/a.flac') },
      ]
      await sealed.keep(RELEASE, kept)
      await rm(join(folder, 'in'), { recursive: true })
      const [found] = sealed.of(RELEASE)
      expect(found).toMatchObject({ track: 0, name: '../../a.flac', bytes: 9 })
      expect(await readFile(found?.file ?? '', 'utf8')).toBe('the sound')
      await sealed.sweep(() => true)
      expect(sealed.of(RELEASE)).toHaveLength(1)
      await sealed.sweep(() => false)
      expect(sealed.of(RELEASE)).toEqual([])
      expect(await readdir(join(folder, 'originals'))).toEqual([])
    })
  })
})
