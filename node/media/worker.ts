/**
 * Child process that parses what strangers made with in-process libraries, so that a parser that hangs or crashes takes
 * nothing of the stage with it. `tags FILE PICTURE_OUT` prints JSON; `cover IN OUT` writes a JPEG and prints its size.
 */
import { writeFile } from 'node:fs/promises'
import { COVER_JPEG_QUALITY, COVER_PIXELS_MAX, COVER_SIDE_PX_MAX, PICTURE_BYTES_MAX } from './constants.ts'
import type { FileTags } from './tags.ts'

/** Texts longer than this are no names; the rules cut to their own limits later. */
const TEXT_UNITS_MAX = 1_000

const text = (value: string | undefined): string | null =>
  value === undefined || value.trim() === '' ? null : value.trim().slice(0, TEXT_UNITS_MAX)

async function tags(file: string, pictureOut: string): Promise<FileTags> {
  const { parseFile } = await import('music-metadata')
  const { common, format } = await parseFile(file, { duration: true })
  const picture = common.picture?.[0]?.data
  const keep = picture !== undefined && picture.length > 0 && picture.length <= PICTURE_BYTES_MAX
  if (keep) await writeFile(pictureOut, picture)
  return {
    title: text(common.title),
    artist: text(common.artist ?? common.albumartist),
    album: text(common.album),
    isrc: text(common.isrc?.[0]),
    durationMs: format.duration === undefined ? null : Math.round(format.duration * 1000),
    hasPicture: keep,
    hasVideo: format.hasVideo === true,
  }
}

async function cover(source: string, target: string): Promise<{ bytes: number }> {
  const { default: sharp } = await import('sharp')
  // Output keeps no metadata (no place, camera or author hidden in the picture); rotate() applies the orientation first.
  const { size } = await sharp(source, { limitInputPixels: COVER_PIXELS_MAX, failOn: 'error', pages: 1 })
    .rotate()
    .resize(COVER_SIDE_PX_MAX, COVER_SIDE_PX_MAX, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: COVER_JPEG_QUALITY, mozjpeg: true })
    .toFile(target)
  return { bytes: size }
}

const [job, source = '', target = ''] = process.argv.slice(2)
try {
  process.stdout.write(JSON.stringify(job === 'cover' ? await cover(source, target) : await tags(source, target)))
} catch (cause) {
  process.stderr.write(cause instanceof Error ? cause.message : String(cause))
  process.exitCode = 1
}
