import { StageError } from '#node/errors.ts'
import { runChild } from './child.ts'
import { FORMATS_ALLOWED, PROBE_BYTES_MAX, PROBE_MS_MAX } from './constants.ts'
import type { Ffmpeg } from './detect.ts'
import { isLossless, type SourceSound } from './ladder.ts'

/** What the container says about the first sound track. */
export interface ProbedSound extends SourceSound {
  readonly channels: number
}

export interface Probed {
  readonly sound: ProbedSound | null
  readonly hasVideo: boolean
  /** From the header; `null` when it is missing or only a guess from the bitrate. */
  readonly declaredMs: number | null
  /** As above, or the guess: good enough for a progress bar. */
  readonly estimatedMs: number | null
}

interface ProbeStream {
  readonly codec_type?: string
  readonly codec_name?: string
  readonly channels?: number
  readonly bit_rate?: string
  readonly disposition?: { readonly attached_pic?: number }
}

interface ProbeJson {
  readonly streams?: readonly ProbeStream[]
  readonly format?: { readonly duration?: string; readonly bit_rate?: string }
}

/** Arguments that open a source safely: no network, no other local files, only formats that hold one recording. */
export const inputArgs = (file: string): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  FORMATS_ALLOWED,
  '-i',
  `file:${file}`,
]

export function unreadable(shown: string, why: string, cause?: unknown): StageError {
  return new StageError('media-unreadable', `${shown} ${why}`, { cause })
}

function parse(json: string): ProbeJson | null {
  try {
    return JSON.parse(json) as ProbeJson
  } catch {
    return null
  }
}

const finite = (text: string | undefined): number | null => {
  const value = Number(text)
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : null
}

/** Reads headers only. Throws 'media-unreadable' when there is neither sound nor moving picture. */
export async function probe(tools: Ffmpeg, file: string, shown: string, signal: AbortSignal): Promise<Probed> {
  const end = await runChild({
    command: tools.ffprobe,
    args: ['-hide_banner', '-v', 'warning', '-show_format', '-show_streams', '-of', 'json', ...inputArgs(file)],
    signal,
    totalMs: PROBE_MS_MAX,
    stdoutMax: PROBE_BYTES_MAX,
  })
  const found = end.code === 0 ? parse(end.stdout) : null
  const streams = found?.streams ?? []
  const sound = streams.find(stream => stream.codec_type === 'audio')
  const hasVideo = streams.some(stream => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1)
  if (sound === undefined && !hasVideo)
    throw unreadable(shown, 'could not be read as audio or video: check that it plays on your own machine.')
  const guessed = /Estimating duration from bitrate/.test(end.stderr)
  const seconds = finite(found?.format?.duration)
  const codec = sound?.codec_name ?? ''
  return {
    sound:
      sound === undefined
        ? null
        : {
            codec,
            lossless: isLossless(codec),
            bitsPerSecond: finite(sound.bit_rate) ?? (hasVideo ? null : finite(found?.format?.bit_rate)),
            channels: sound.channels ?? 2,
          },
    hasVideo,
    declaredMs: seconds === null || guessed ? null : Math.round(seconds * 1000),
    estimatedMs: seconds === null ? null : Math.round(seconds * 1000),
  }
}
