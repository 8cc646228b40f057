import { open } from 'node:fs/promises'

/** What a file is by its first bytes; names and extensions are not believed. */
export interface Sniffed {
  readonly kind: 'audio' | 'container' | 'picture'
  /** Extension that the published original carries. */
  readonly extension: string
  readonly mediaType: string
}

const HEAD_BYTES = 64
const ID3_HEADER_BYTES = 10

const audio = (extension: string, mediaType: string): Sniffed => ({ kind: 'audio', extension, mediaType })
/** May hold sound, pictures that move, or both: the streams decide. */
const container = (extension: string, mediaType: string): Sniffed => ({ kind: 'container', extension, mediaType })
const picture: Sniffed = { kind: 'picture', extension: 'bin', mediaType: 'application/octet-stream' }

const MP3 = audio('mp3', 'audio/mpeg')
const FLAC = audio('flac', 'audio/flac')
const AAC = audio('aac', 'audio/aac')

const text = (head: Buffer, at: number, length: number): string => head.toString('latin1', at, at + length)

function riff(head: Buffer): Sniffed | null {
  const form = text(head, 8, 4)
  if (form === 'WAVE') return audio('wav', 'audio/wav')
  if (form === 'AVI ') return container('avi', 'video/x-msvideo')
  return form === 'WEBP' ? picture : null
}

function isoBaseMedia(head: Buffer): Sniffed {
  const brand = text(head, 8, 4)
  if (/^(?:heic|heix|mif1|avif|avis)$/.test(brand)) return picture
  if (/^M4[AB] $/.test(brand)) return container('m4a', 'audio/mp4')
  return brand === 'qt  ' ? container('mov', 'video/quicktime') : container('mp4', 'video/mp4')
}

function frameSync(head: Buffer): Sniffed | null {
  const [first = 0, second = 0, third = 0] = head
  if (first !== 0xff) return null
  if ((second & 0xf6) === 0xf0) return AAC
  const badLayer = (second & 0x06) === 0
  const badVersion = (second & 0x18) === 0x08
  const badRate = (third & 0xf0) === 0xf0 || (third & 0x0c) === 0x0c
  return (second & 0xe0) === 0xe0 && !badLayer && !badVersion && !badRate ? MP3 : null
}

const MAGIC: readonly (readonly [string, Sniffed])[] = [
  ['fLaC', FLAC],
  ['RF64', audio('wav', 'audio/wav')],
  ['caff', audio('caf', 'audio/x-caf')],
  ['wvpk', audio('wv', 'audio/x-wavpack')],
  ['MAC ', audio('ape', 'audio/x-ape')],
  ['TTA1', audio('tta', 'audio/x-tta')],
  ['\x89PNG', picture],
  ['GIF8', picture],
  ['BM', picture],
  ['\xff\xd8\xff', picture],
]

/** Recognises by magic numbers only; `null` when nothing fits. */
export function sniffHead(head: Buffer): Sniffed | null {
  for (const [magic, found] of MAGIC) if (text(head, 0, magic.length) === magic) return found
  if (text(head, 0, 4) === 'OggS') return audio(head.includes('OpusHead') ? 'opus' : 'ogg', 'audio/ogg')
  if (text(head, 0, 4) === 'RIFF') return riff(head)
  if (text(head, 0, 4) === 'FORM' && /^AIF[FC]$/.test(text(head, 8, 4))) return audio('aiff', 'audio/aiff')
  if (text(head, 4, 4) === 'ftyp') return isoBaseMedia(head)
  if (text(head, 0, 4) === '\x1aE\xdf\xa3')
    return head.includes('webm') ? container('webm', 'video/webm') : container('mkv', 'video/x-matroska')
  return frameSync(head)
}

/** Looks at no more than two short reads, whatever the size of the file. */
export async function sniffFile(file: string): Promise<Sniffed | null> {
  const handle = await open(file)
  const headAt = async (position: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, position)
    return buffer.subarray(0, bytesRead)
  }
  try {
    const head = await headAt(0)
    if (text(head, 0, 3) !== 'ID3') return sniffHead(head)
    // ID3v2: four size bytes of seven bits each; the sound begins after the tag and any padding.
    const size = head.subarray(6, ID3_HEADER_BYTES).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
    const after = sniffHead(await headAt(ID3_HEADER_BYTES + size))
    return after?.kind === 'picture' ? null : (after ?? MP3)
  } finally {
    await handle.close()
  }
}
