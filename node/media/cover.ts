import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { StageError } from '#node/errors.ts'
import type { PreparedFile } from '#node/ports/media.ts'
import { COVER_BYTES_MAX } from './constants.ts'
import { runWorker } from './tags.ts'

/** Path of the cover inside the release root. */
const COVER_PATH = 'cover.jpg'

/** Scales a picture into `workDir`. Throws 'too-large' or 'media-unreadable'. */
export async function prepareCover(image: Uint8Array, workDir: string): Promise<PreparedFile> {
  if (image.length === 0) throw new StageError('media-empty', 'The cover is empty (0 bytes): choose the picture again.')
  if (image.length > COVER_BYTES_MAX)
    throw new StageError(
      'too-large',
      'The cover is larger than 40 MB: save it as a JPEG of at most 3000 pixels a side.',
    )
  const source = path.join(workDir, 'cover-source')
  const file = path.join(workDir, COVER_PATH)
  await writeFile(source, image)
  const end = await runWorker('cover', source, file)
  await rm(source, { force: true })
  if (end.code !== 0)
    throw new StageError('media-unreadable', 'The cover is not a picture that can be read: use a JPEG, PNG or WebP.', {
      cause: end.stderr,
    })
  const { bytes } = JSON.parse(end.stdout) as { bytes: number }
  return { file, path: COVER_PATH, mediaType: 'image/jpeg', bytes }
}
