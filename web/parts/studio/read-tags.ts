/** What a file says about itself; empty where it says nothing. */
export interface Tags {
  readonly title: string
  readonly artist: string
  readonly album: string
  readonly isrc: string
  /** 0 when it is not known. */
  readonly durationMs: number
  readonly cover: Blob | null
}

const NAME_MAX = 200
const ISRC = /^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/
/** Drawn as a preview only: the stage reads the picture out of the file itself. */
const COVER_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp'])
const COVER_BYTES_MAX = 20 * 1024 ** 2

const line = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim().slice(0, NAME_MAX)

/** Tags of a sound file, read on this device. A file that cannot be read says nothing. The reader is fetched when the first file comes. */
export async function readTags(file: Blob): Promise<Tags> {
  try {
    const { parseBlob } = await import('music-metadata')
    const { common, format } = await parseBlob(file, { duration: true })
    const isrc = (common.isrc?.[0] ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '')
    const picture = common.picture?.[0]
    const shown = picture !== undefined && COVER_TYPES.has(picture.format) && picture.data.length <= COVER_BYTES_MAX
    return {
      title: line(common.title),
      artist: line(common.artist ?? common.albumartist),
      album: line(common.album),
      isrc: ISRC.test(isrc) ? isrc : '',
      durationMs: Math.round((format.duration ?? 0) * 1000),
      cover: shown ? new Blob([picture.data.slice()], { type: picture.format }) : null,
    }
  } catch {
    return { title: '', artist: '', album: '', isrc: '', durationMs: 0, cover: null }
  }
}
