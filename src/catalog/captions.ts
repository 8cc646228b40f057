import { CUE_MS_MAX, CUE_TEXT_MAX, CUES_MAX, type Cue } from '#protocols/catalog/v1/captions.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'

/** Longest file, in UTF-16 units: as many cues as are taken, with room for what is left out. */
export const CAPTIONS_TEXT_MAX = 64_000
/** A line of lyrics without another after it stays so long, in ms. */
const LAST_LINE_MS = 5_000

const tooMany = `There are more than ${CUES_MAX} lines of words: shorten the file, or split the track.`
const UNKNOWN =
  'This is no file of captions or lyrics that is known here: use WebVTT (.vtt), SubRip (.srt) or timed lyrics (.lrc).'

// As the wire refuses them: controls, and marks that reorder what people read.
const UNSPOKEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', lrm: '', rlm: '' }

/** Words alone: tags of voices, classes and times are left out (WebVTT section 4.2.2), and nothing is ever markup here. */
function plain(lines: readonly string[]): string {
  return lines
    .map(line =>
      line
        .replace(/<[^<>]{0,200}>/g, '')
        .replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => ENTITIES[name] ?? '')
        .replace(UNSPOKEN, '')
        .trim(),
    )
    .filter(line => line !== '')
    .join('\n')
    .toWellFormed()
}

const CLOCK = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})`
const SPAN = new RegExp(`^${CLOCK}\\s+-->\\s+${CLOCK}(?:\\s.*)?$`)

const milliseconds = (hours: string | undefined, minutes: string, seconds: string, parts: string): number =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(parts)

function cueOf(at: number, until: number, text: string, line: number): Result<Cue, string> {
  if (until <= at) return err(`Line ${line}: these words end before they begin.`)
  if (until > CUE_MS_MAX) return err(`Line ${line}: no track is that long.`)
  if (text.length > CUE_TEXT_MAX)
    return err(`Line ${line}: at most ${CUE_TEXT_MAX} characters fit on the screen at once. Cut it into two.`)
  return ok({ at, until, text })
}

/** WebVTT and SubRip are blocks of lines: a span of time, then words. Notes, styles and regions have no span and are left out. */
function readBlocks(lines: readonly string[]): Result<Cue[], string> {
  const cues: Cue[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (!line.includes('-->')) continue
    const span = SPAN.exec(line.trim())
    if (span === null) return err(`Line ${at + 1}: times are written like 00:01:05.250 --> 00:01:09.000.`)
    const [, h1, m1 = '', s1 = '', p1 = '', h2, m2 = '', s2 = '', p2 = ''] = span
    const words: string[] = []
    for (let next = at + 1; next < lines.length && lines[next]?.trim() !== ''; next++) words.push(lines[next] ?? '')
    const text = plain(words)
    if (text === '') continue
    const cue = cueOf(milliseconds(h1, m1, s1, p1), milliseconds(h2, m2, s2, p2), text, at + 1)
    if (!cue.ok) return cue
    if (cues.length >= CUES_MAX) return err(tooMany)
    cues.push(cue.value)
  }
  return ok(cues)
}

const STAMP = /^\[(\d{1,3}):(\d{2})(?:[.:](\d{1,3}))?\]/
const OFFSET = /^\[offset:\s*([+-]?\d{1,6})\s*\]$/i

/** Timed lyrics: each line begins with one or more `[minutes:seconds]`, and lasts until the next one. */
function readLyrics(lines: readonly string[]): Result<Cue[], string> {
  const starts: { at: number; text: string; line: number }[] = []
  let offset = 0
  for (const [index, raw] of lines.entries()) {
    let rest = raw.trim()
    offset = Number(OFFSET.exec(rest)?.[1] ?? offset)
    const times: number[] = []
    for (let stamp = STAMP.exec(rest); stamp !== null; stamp = STAMP.exec(rest)) {
      const [whole, minutes = '0', seconds = '0', parts = '0'] = stamp
      times.push(milliseconds(undefined, minutes, seconds, parts.padEnd(3, '0')))
      rest = rest.slice(whole.length)
    }
    const text = plain([rest])
    for (const at of times) starts.push({ at, text, line: index + 1 })
    if (starts.length > CUES_MAX) return err(tooMany)
  }
  // A positive offset shows the words earlier.
  const moved = starts.map(start => ({ ...start, at: Math.max(0, start.at - offset) })).sort((a, b) => a.at - b.at)
  const cues: Cue[] = []
  for (const [index, { at, text, line }] of moved.entries()) {
    const until = moved.slice(index + 1).find(next => next.at > at)?.at ?? at + LAST_LINE_MS
    if (text === '') continue
    const cue = cueOf(at, until, text, line)
    if (!cue.ok) return cue
    cues.push(cue.value)
  }
  return ok(cues)
}

/**
 * Words in step with the music, out of a file that a person made: WebVTT (W3C, without its styles and places), SubRip, or timed
 * lyrics (LRC). Answers a sentence that names the line when it cannot be read.
 */
export function readCaptions(file: string): Result<Cue[], string> {
  if (file.length > CAPTIONS_TEXT_MAX) return err('This file is longer than any words of a track.')
  const lines = file.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  const read = lines.some(line => line.includes('-->')) ? readBlocks(lines) : readLyrics(lines)
  if (!read.ok) return read
  if (read.value.length === 0) return err(UNKNOWN)
  return ok(read.value.sort((a, b) => a.at - b.at))
}
