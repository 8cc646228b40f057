/** A span of one file. */
export interface ByteRange {
  readonly url: string
  readonly offset: number
  readonly length: number
}

export interface Segment extends ByteRange {
  readonly startS: number
  readonly durationS: number
}

export interface MediaPlaylist {
  readonly init: ByteRange | null
  readonly segments: readonly Segment[]
  readonly durationS: number
}

/** A playlist longer than this is not one of ours: a day of two-second segments. */
const SEGMENTS_MAX = 50_000

const isLength = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** `length[@offset]` (RFC 8216 section 4.3.2.2); without an offset it follows the previous range of the same file. */
function parseRange(text: string, implied: number): { length: number; offset: number } | null {
  const match = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text)
  if (match === null) return null
  const length = Number(match[1])
  const offset = match[2] === undefined ? implied : Number(match[2])
  return isLength(length) && isLength(offset) ? { length, offset } : null
}

function parseMap(attributes: string, base: string): ByteRange | null {
  const uri = /(?:^|,)URI="([^"]+)"/.exec(attributes)?.[1]
  const range = parseRange(/(?:^|,)BYTERANGE="([^"]+)"/.exec(attributes)?.[1] ?? '', 0)
  return uri === undefined || range === null ? null : { url: new URL(uri, base).href, ...range }
}

/**
 * Reads an HLS media playlist whose segments are byte ranges of one CMAF file (RFC 8216). `base` is its absolute
 * address. Null when it is not such a playlist: the caller then plays the plain file.
 */
export function parseMediaPlaylist(text: string, base: string): MediaPlaylist | null {
  if (!text.startsWith('#EXTM3U')) return null
  const segments: Segment[] = []
  let init: ByteRange | null = null
  let startS = 0
  let durationS = 0
  let range: { length: number; offset: number } | null = null
  let implied = 0
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line.startsWith('#EXTINF:')) durationS = Number.parseFloat(line.slice(8))
    else if (line.startsWith('#EXT-X-MAP:')) init = parseMap(line.slice(11), base)
    else if (line.startsWith('#EXT-X-BYTERANGE:')) range = parseRange(line.slice(17).trim(), implied)
    else if (line !== '' && !line.startsWith('#')) {
      if (range === null || !(durationS > 0) || segments.length >= SEGMENTS_MAX) return null
      segments.push({ url: new URL(line, base).href, ...range, startS, durationS })
      implied = range.offset + range.length
      startS += durationS
      range = null
      durationS = 0
    }
  }
  return segments.length === 0 ? null : { init, segments, durationS: startS }
}

/** Index of the segment that contains a time; the last one beyond the end. */
export function segmentAt(segments: readonly Segment[], timeS: number): number {
  let low = 0
  let high = segments.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((segments[middle]?.startS ?? 0) <= timeS + 0.01) low = middle
    else high = middle - 1
  }
  return low
}
