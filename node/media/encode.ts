import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { StageError } from '#node/errors.ts'
import type { PreparedFile, PreparedRendition } from '#node/ports/media.ts'
import { runChild } from './child.ts'
import { PROBE_BYTES_MAX, RUN_MS_MAX, SEGMENT_SECONDS } from './constants.ts'
import type { Ffmpeg } from './detect.ts'
import { plainBitrate, rungsFor } from './ladder.ts'
import { multivariantPlaylist, readMediaPlaylist, type Variant } from './playlists.ts'
import type { Task } from './pool.ts'
import { inputArgs, type ProbedSound, unreadable } from './probe.ts'

export interface EncodePlan {
  readonly file: string
  readonly shown: string
  readonly sound: ProbedSound
  /** Existing folder that becomes the track's folder, and its name inside the root. */
  readonly outDir: string
  readonly folder: string
  /** File name of the plain file without extension; `null` when the original itself plays everywhere. */
  readonly plainStem: string | null
  readonly tags: { readonly title: string | null; readonly artist: string | null; readonly album: string | null }
}

export interface Encoded {
  readonly hls: PreparedFile
  readonly renditions: readonly PreparedRendition[]
  readonly plain: PreparedFile | null
}

const HLS_TYPE = 'application/vnd.apple.mpegurl'
/** Stereo is what the ladder's bitrates are meant for; a mono source stays mono. */
const CHANNELS_MAX = 2

const rendition = (bps: number) => `opus-${bps / 1000}`

function renditionArgs(dir: string, bps: number, channels: number): string[] {
  const stem = rendition(bps)
  return [
    ...['-map', '0:a:0', '-map_metadata', '-1', '-map_chapters', '-1', '-ac', String(channels), '-fflags', '+bitexact'],
    ...['-flags:a', '+bitexact', '-c:a', 'libopus', '-b:a', String(bps), '-f', 'hls', '-hls_playlist_type', 'vod'],
    ...['-hls_time', String(SEGMENT_SECONDS), '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file'],
    ...['-hls_segment_filename', path.join(dir, `${stem}.mp4`), path.join(dir, `${stem}.m3u8`)],
  ]
}

/**
 * The plain file is MP3 where this ffmpeg can make it, since every browser plays it, also those built without licensed
 * codecs; Opus in Ogg is refused by Safari before 18.4, and AAC by free-codec builds. Else AAC, with its index in front.
 */
function plainArgs(plan: EncodePlan, tools: Ffmpeg, file: string): string[] {
  const tags = Object.entries(plan.tags).flatMap(([name, value]) =>
    value === null ? [] : ['-metadata', `${name}=${value.replaceAll('\0', '')}`],
  )
  return [
    ...['-map', '0:a:0', '-map_metadata', '-1', '-map_chapters', '-1', ...tags, '-fflags', '+bitexact'],
    ...['-ac', String(Math.min(CHANNELS_MAX, plan.sound.channels)), '-b:a', String(plainBitrate(plan.sound))],
    ...(tools.mp3
      ? ['-c:a', 'libmp3lame', '-id3v2_version', '3', '-f', 'mp3']
      : ['-c:a', 'aac', '-movflags', '+faststart', '-f', 'mp4']),
    file,
  ]
}

function progressReader(onMs: (ms: number) => void): (chunk: Buffer) => void {
  let tail = ''
  return chunk => {
    tail = (tail + chunk.toString('latin1')).slice(-PROBE_BYTES_MAX)
    const at = tail.lastIndexOf('out_time_us=')
    if (at < 0) return
    const microseconds = Number.parseInt(tail.slice(at + 'out_time_us='.length), 10)
    if (Number.isFinite(microseconds)) onMs(microseconds / 1000)
    tail = tail.slice(at)
  }
}

async function readRendition(
  plan: EncodePlan,
  bps: number,
): Promise<{ prepared: PreparedRendition; variant: Variant }> {
  const stem = rendition(bps)
  const file = path.join(plan.outDir, 'hls', `${stem}.mp4`)
  const playlistFile = path.join(plan.outDir, 'hls', `${stem}.m3u8`)
  const [{ size }, text] = await Promise.all([stat(file), readFile(playlistFile, 'utf8')])
  const figures = readMediaPlaylist(text, size)
  if (figures === null) throw unreadable(plan.shown, 'could not be cut into segments: export it again and retry.')
  const at = (name: string) => `${plan.folder}/hls/${name}`
  return {
    variant: { ...figures, uri: `${stem}.m3u8`, codec: 'opus' },
    prepared: {
      file,
      path: at(`${stem}.mp4`),
      mediaType: 'audio/mp4',
      bytes: size,
      codec: 'opus',
      bitsPerSecond: bps,
      playlist: {
        file: playlistFile,
        path: at(`${stem}.m3u8`),
        mediaType: HLS_TYPE,
        bytes: Buffer.byteLength(text),
      },
    },
  }
}

async function runEncoder(
  tools: Ffmpeg,
  plan: EncodePlan,
  outputArgs: readonly string[],
  signal: AbortSignal,
  onMs: (encodedMs: number) => void,
): Promise<void> {
  const end = await runChild({
    command: tools.ffmpeg,
    args: [
      ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error', '-y', '-progress', 'pipe:1', ...inputArgs(plan.file)],
      ...outputArgs,
    ],
    signal,
    totalMs: RUN_MS_MAX,
    onStdout: progressReader(onMs),
  })
  if (/No space left on device/.test(end.stderr))
    throw new StageError(
      'disk-full',
      'The disk filled up while the music was converted: free some space and try again.',
    )
  if (end.code !== 0) throw unreadable(plan.shown, 'could not be converted: export it again and retry.', end.stderr)
}

const plainName = (plan: EncodePlan, tools: Ffmpeg) =>
  plan.plainStem === null ? null : `${plan.plainStem}.${tools.mp3 ? 'mp3' : 'm4a'}`

/**
 * One task per output file, for a pool: encoders use one core each, and decoding again costs a tenth of encoding.
 * `outDir/hls` must exist. Tasks throw 'media-unreadable' or 'disk-full'.
 */
export function encodeTasks(tools: Ffmpeg, plan: EncodePlan): Task[] {
  const channels = Math.min(CHANNELS_MAX, plan.sound.channels)
  const name = plainName(plan, tools)
  const outputs = rungsFor(plan.sound).map(bps => renditionArgs(path.join(plan.outDir, 'hls'), bps, channels))
  if (name !== null) outputs.push(plainArgs(plan, tools, path.join(plan.outDir, name)))
  return outputs.map(args => (signal, onMs) => runEncoder(tools, plan, args, signal, onMs))
}

/** Describes what the tasks made, and writes the multivariant playlist. */
export async function collectEncoded(tools: Ffmpeg, plan: EncodePlan): Promise<Encoded> {
  const made = await Promise.all(rungsFor(plan.sound).map(bps => readRendition(plan, bps)))
  const master = multivariantPlaylist(made.map(({ variant }) => variant))
  const masterFile = path.join(plan.outDir, 'hls', 'index.m3u8')
  await writeFile(masterFile, master)
  const name = plainName(plan, tools)
  return {
    hls: {
      file: masterFile,
      path: `${plan.folder}/hls/index.m3u8`,
      mediaType: HLS_TYPE,
      bytes: Buffer.byteLength(master),
    },
    renditions: made.map(({ prepared }) => prepared),
    plain: name === null ? null : await plainFile(plan, tools, name),
  }
}

async function plainFile(plan: EncodePlan, tools: Ffmpeg, name: string): Promise<PreparedFile> {
  const file = path.join(plan.outDir, name)
  const mediaType = tools.mp3 ? 'audio/mpeg' : 'audio/mp4'
  return { file, path: `${plan.folder}/${name}`, mediaType, bytes: (await stat(file)).size }
}
