import { runChild } from './child.ts'
import { PROBE_BYTES_MAX, PROBE_MS_MAX } from './constants.ts'

/** The media programs of this machine. */
export interface Ffmpeg {
  readonly ffmpeg: string
  readonly ffprobe: string
  /** Whether this build encodes MP3: most do, some distributions leave it out. */
  readonly mp3: boolean
}

const encodes = (listing: string, encoder: string): boolean =>
  new RegExp(`^\\s*A\\S+\\s+${encoder}\\s`, 'm').test(listing)

async function output(command: string, args: readonly string[]): Promise<string | null> {
  try {
    const end = await runChild({ command, args, totalMs: PROBE_MS_MAX, stdoutMax: PROBE_BYTES_MAX })
    return end.code === 0 ? end.stdout : null
  } catch {
    return null
  }
}

/** Looks once for programs that run and can encode Opus; `null` when this machine has none. */
export async function detectFfmpeg(ffmpeg: string, ffprobe: string): Promise<Ffmpeg | null> {
  const [encoders, probe] = await Promise.all([
    output(ffmpeg, ['-hide_banner', '-encoders']),
    output(ffprobe, ['-hide_banner', '-version']),
  ])
  if (encoders === null || probe === null || !encodes(encoders, 'libopus')) return null
  return { ffmpeg, ffprobe, mp3: encodes(encoders, 'libmp3lame') }
}
