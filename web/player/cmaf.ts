/**
 * The few facts of Opus in CMAF (ISO 14496-12; "Encapsulation of Opus in ISO base media", sections 4.3.2 and 4.4) that tracks need
 * to follow each other without a gap.
 */

export interface Opening {
  /** Units per second of the times in its segments. */
  readonly timescale: number
  /** Samples of encoder delay at 48 kHz in front of the music. */
  readonly preSkip: number
  readonly channels: number
}

/** Pre-skip is counted at this rate, whatever the source had (RFC 7845 section 4.2). */
const OPUS_HZ = 48_000
const HEADER_BYTES = 8
const DURATION_OF_SAMPLE = 0x100
const SIZE_OF_SAMPLE = 0x200
const FLAGS_OF_SAMPLE = 0x400
const OFFSET_OF_SAMPLE = 0x800

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

interface Box {
  readonly type: string
  /** Of its payload. */
  readonly from: number
  readonly to: number
}

/** The boxes between two positions, in order; stops at the first that does not fit. */
function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  for (let at = from; at + HEADER_BYTES <= to; ) {
    const size = view.getUint32(at)
    if (size < HEADER_BYTES || at + size > to) return
    const type = String.fromCharCode(...[4, 5, 6, 7].map(i => view.getUint8(at + i)))
    yield { type, from: at + HEADER_BYTES, to: at + size }
    at += size
  }
}

function find(view: DataView, path: readonly string[], from = 0, to = view.byteLength): Box | null {
  for (const box of boxes(view, from, to)) {
    if (box.type !== path[0]) continue
    return path.length === 1 ? box : find(view, path.slice(1), box.from, box.to)
  }
  return null
}

/** Fixed fields before the children of `stsd`, and of an audio sample entry. */
const ENTRY_LIST_BYTES = 8
const AUDIO_ENTRY_BYTES = 28

/** Null when the bytes are no initialisation segment of one Opus track. */
export function readOpening(init: Uint8Array): Opening | null {
  const view = viewOf(init)
  const media = find(view, ['moov', 'trak', 'mdia'])
  if (media === null) return null
  const header = find(view, ['mdhd'], media.from, media.to)
  const list = find(view, ['minf', 'stbl', 'stsd'], media.from, media.to)
  const entry = list === null ? null : find(view, ['Opus'], list.from + ENTRY_LIST_BYTES, list.to)
  const opus = entry === null ? null : find(view, ['dOps'], entry.from + AUDIO_ENTRY_BYTES, entry.to)
  if (header === null || opus === null || opus.to - opus.from < 4 || header.to - header.from < 24) return null
  const timescale = view.getUint32(header.from + (view.getUint8(header.from) === 1 ? 20 : 12))
  if (timescale === 0) return null
  return { timescale, channels: view.getUint8(opus.from + 1), preSkip: view.getUint16(opus.from + 2) }
}

export const preSkipSeconds = ({ preSkip }: Opening): number => preSkip / OPUS_HZ

/** The length of a sample unless it says its own: `tfhd` of the fragment (ISO 14496-12 section 8.8.7). */
function commonDuration(view: DataView, header: Box): number | null {
  const flags = view.getUint32(header.from) & 0xffffff
  if ((flags & 0x8) === 0) return null
  const before = (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0)
  const at = header.from + 8 + before
  return at + 4 <= header.to ? view.getUint32(at) : null
}

export interface Closing {
  /** Where the music ends, in seconds on the file's own time line. */
  readonly endS: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/**
 * The last segment of a file, its last packet given the full length that a decoder makes of it. The file says that this packet is
 * shorter, which decoders do not heed: they play the encoder's padding. With its full length, what lies behind `endS` is cut by the
 * append window. Null when the segment does not read so; it is then played as it is.
 */
export function closeSegment(segment: Uint8Array<ArrayBuffer>, timescale: number): Closing | null {
  const view = viewOf(segment)
  const fragment = find(view, ['moof', 'traf'])
  if (fragment === null) return null
  const [header, decode, run] = ['tfhd', 'tfdt', 'trun'].map(type => find(view, [type], fragment.from, fragment.to))
  if (header == null || decode == null || run == null || header.to - header.from < 8) return null
  const flags = view.getUint32(run.from) & 0xffffff
  const samples = view.getUint32(run.from + 4)
  const each = [DURATION_OF_SAMPLE, SIZE_OF_SAMPLE, FLAGS_OF_SAMPLE, OFFSET_OF_SAMPLE].filter(f => flags & f).length * 4
  const first = run.from + 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0)
  if ((flags & DURATION_OF_SAMPLE) === 0 || samples < 2 || first + samples * each !== run.to) return null
  const full = commonDuration(view, header) ?? view.getUint32(first)
  const wide = view.getUint8(decode.from) === 1
  if (decode.to - decode.from < (wide ? 12 : 8)) return null
  let end = wide ? Number(view.getBigUint64(decode.from + 4)) : view.getUint32(decode.from + 4)
  for (let i = 0; i < samples; i++) end += view.getUint32(first + i * each)
  const bytes = segment.slice()
  viewOf(bytes).setUint32(first + (samples - 1) * each, full)
  return { endS: end / timescale, bytes }
}
