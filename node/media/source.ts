import { open, stat } from 'node:fs/promises'
import { StageError } from '#node/errors.ts'
import { SOURCE_BYTES_MAX } from './constants.ts'
import { shownName } from './names.ts'
import { unreadable } from './probe.ts'
import { type Sniffed, sniffFile } from './sniff.ts'

export interface CheckedSource extends Sniffed {
  readonly bytes: number
  readonly shown: string
}

/** Header of an Ogg page up to its segment table (RFC 3533 section 6), and the largest page there is. */
const OGG_HEADER_BYTES = 27
const OGG_PAGE_BYTES_MAX = 65_307

/** Whether the last Ogg page is whole. Ogg has no length in front, so this is the one sign of a broken-off copy. */
async function oggEndsWhole(file: string, bytes: number): Promise<boolean> {
  const handle = await open(file)
  try {
    const length = Math.min(bytes, OGG_PAGE_BYTES_MAX)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, bytes - length)
    const tail = buffer.subarray(0, bytesRead)
    const at = tail.lastIndexOf('OggS')
    const segments = at < 0 ? undefined : tail[at + OGG_HEADER_BYTES - 1]
    if (segments === undefined) return false
    const table = tail.subarray(at + OGG_HEADER_BYTES, at + OGG_HEADER_BYTES + segments)
    const end = at + OGG_HEADER_BYTES + segments + table.reduce((sum, size) => sum + size, 0)
    // Tags appended by other programs may follow the last page; a page that is missing its end may not.
    return table.length === segments && end <= tail.length
  } finally {
    await handle.close()
  }
}

/** A RIFF file says its length in front; recorders that cannot know it write zero or all ones. */
const RIFF_LENGTH_UNKNOWN = 0xffff_ff00

async function riffEndsWhole(file: string, bytes: number): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0)
    const length = buffer.readUInt32LE(4)
    return length >= RIFF_LENGTH_UNKNOWN || length + 8 <= bytes + 1
  } finally {
    await handle.close()
  }
}

/** Formats whose header lets a decoder tell are left to it. */
function endsWhole(file: string, bytes: number, { mediaType }: Sniffed): Promise<boolean> | boolean {
  if (mediaType === 'audio/ogg') return oggEndsWhole(file, bytes)
  return mediaType === 'audio/wav' ? riffEndsWhole(file, bytes) : true
}

/**
 * Refuses what is not a recording before any work starts, reading a few hundred bytes whatever the size. Throws
 * 'media-empty', 'media-unreadable' or 'too-large'.
 */
export async function checkSource(file: string, name: string): Promise<CheckedSource> {
  const shown = shownName(name)
  const info = await stat(file).catch((cause: unknown) => {
    throw unreadable(shown, 'cannot be opened: choose the file again.', cause)
  })
  if (!info.isFile()) throw unreadable(shown, 'is not a file: choose an audio file.')
  if (info.size === 0) throw new StageError('media-empty', `${shown} is empty (0 bytes): choose the file again.`)
  const sniffed = await sniffFile(file)
  if (sniffed === null)
    throw unreadable(shown, 'is not audio or video, whatever its name says: use FLAC, WAV, MP3, Ogg, Opus, M4A or MP4.')
  if (sniffed.kind === 'picture')
    throw unreadable(shown, 'is a picture: add it as the cover, and choose an audio file.')
  if (info.size > SOURCE_BYTES_MAX)
    throw new StageError('too-large', `${shown} is larger than 5 GB: split it, or export it as FLAC.`)
  if (!(await endsWhole(file, info.size, sniffed)))
    throw unreadable(shown, 'is cut off: its end is missing. Copy or upload it again.')
  return { ...sniffed, bytes: info.size, shown }
}
