import { StageError } from '#node/errors.ts'

/** Names longer than this are not names; paths on common disks end at 255 bytes a segment. */
const NAME_UNITS_MAX = 1_024
/** Longest stem, in UTF-8 bytes: with prefix and extension it stays within a 255-byte segment. */
const STEM_BYTES_MAX = 120
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N}]+/gu

/**
 * The part of an uploaded name that may appear in a path: no folders, no extension, no control, quote, dot or space
 * characters; letters of any script stay. Empty names become `track`. Throws 'bad-name' for what no person typed.
 */
export function safeStem(name: string): string {
  if (name.length > NAME_UNITS_MAX || !name.isWellFormed())
    throw new StageError('bad-name', 'The file name is too long or is not valid text: rename the file and try again.')
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const stem = last.replace(/\.[^.]{0,16}$/u, '')
  const words = stem
    .normalize('NFC')
    .replace(NOT_IN_A_NAME, '-')
    .replace(/^-+|-+$/g, '')
  return cutUtf8(words, STEM_BYTES_MAX).replace(/-+$/, '') || 'track'
}

/** The name as a person reads it in a sentence: one short line without control characters. */
export function shownName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const clean = last.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim()
  return clean === '' ? 'The file' : `“${clean.slice(0, 80).toWellFormed()}”`
}

/** `01`, `02`, ... `100`: the folder of one track inside the release root. */
export const trackFolder = (index: number): string => String(index + 1).padStart(2, '0')

function cutUtf8(text: string, bytesMax: number): string {
  let out = ''
  let bytes = 0
  for (const char of text) {
    bytes += Buffer.byteLength(char)
    if (bytes > bytesMax) break
    out += char
  }
  return out
}
