import { mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { MediaProgress, MediaTools, PreparedFile, PreparedTrack } from '#node/ports/media.ts'
import { type Analysis, analyse } from './analyse.ts'
import { OPUS_LADDER_BPS } from './constants.ts'
import { prepareCover } from './cover.ts'
import { detectFfmpeg, type Ffmpeg } from './detect.ts'
import { collectEncoded, type Encoded, type EncodePlan, encodeTasks } from './encode.ts'
import { safeStem, trackFolder } from './names.ts'
import { runPool, type Task } from './pool.ts'
import { type Probed, probe, unreadable } from './probe.ts'
import { type CheckedSource, checkSource } from './source.ts'
import { type FileTags, readTags } from './tags.ts'

export interface MediaOptions {
  /** Programs to use; `null` works as on a machine without ffmpeg. */
  readonly ffmpeg?: string | null
  readonly ffprobe?: string
}

interface Source {
  readonly file: string
  readonly name: string
  readonly index: number
}

/** Share of one file's work that is done when its header and tags are known. */
const READ_SHARE = 0.02
/** Progress is told in steps of half a percent: media processes report thousands of times. */
const PROGRESS_STEP = 0.005

const WITHOUT_FFMPEG =
  'This machine has no ffmpeg, so listeners get the original file only, without smaller versions for slow connections, waveform or loudness. Install ffmpeg (on Debian: apt install ffmpeg), start again, and publish again.'

/** Detects once what this machine can do. Never throws: a machine without ffmpeg publishes originals. */
export async function createMediaTools(options: MediaOptions = {}): Promise<MediaTools> {
  const tools =
    options.ffmpeg === null ? null : await detectFfmpeg(options.ffmpeg ?? 'ffmpeg', options.ffprobe ?? 'ffprobe')
  return {
    capabilities:
      tools === null
        ? { renditions: false, note: WITHOUT_FFMPEG }
        : { renditions: true, note: 'ffmpeg makes Opus renditions, a plain file, waveform and loudness.' },
    check: async source => {
      await checkSource(source.file, source.name)
    },
    prepare: (source, workDir, signal, onProgress) => prepare(tools, source, workDir, signal, onProgress),
    cover: prepareCover,
  }
}

async function prepare(
  tools: Ffmpeg | null,
  source: Source,
  workDir: string,
  signal: AbortSignal,
  onProgress: (p: MediaProgress) => void,
): Promise<PreparedTrack> {
  const stem = safeStem(source.name)
  const checked = await checkSource(source.file, source.name)
  const folder = trackFolder(source.index)
  const outDir = path.join(workDir, folder)
  await mkdir(path.join(outDir, 'hls'), { recursive: true })
  onProgress({ step: 'reading tags', share: 0 })
  const pictureFile = path.join(outDir, 'picture')
  const tags = await readTags(source.file, pictureFile, signal)
  const told = {
    title: tags?.title ?? null,
    artist: tags?.artist ?? null,
    album: tags?.album ?? null,
    isrc: tags?.isrc ?? null,
    picture: tags?.hasPicture === true ? new Uint8Array(await readFile(pictureFile)) : null,
  }
  onProgress({ step: 'reading the file', share: READ_SHARE })
  if (tools === null) return { ...told, ...withoutTools(source, checked, tags, `${folder}/${stem}`) }
  const probed = await probe(tools, source.file, checked.shown, signal)
  const original = originalFile(source.file, `${folder}/${stem}`, checked, probed.hasVideo)
  if (probed.sound === null) return { ...told, ...silentVideo(original, probed, checked) }
  const playsEverywhere =
    original.mediaType === 'audio/mpeg' || (original.mediaType === 'audio/mp4' && probed.sound.codec === 'aac')
  const plainStem = playsEverywhere ? null : stem
  const { file } = source
  const plan = { file, shown: checked.shown, sound: probed.sound, outDir, folder, plainStem, tags: told }
  const { analysis, encoded } = await listenAndEncode(tools, plan, probed, signal, share =>
    onProgress({ step: 'making renditions', share: READ_SHARE + (1 - READ_SHARE) * share }),
  )
  onProgress({ step: 'ready', share: 1 })
  return {
    ...told,
    ...analysis,
    original,
    ...encoded,
    plain: playsEverywhere ? original : encoded.plain,
    notes: notesFor(checked.shown, probed, encoded),
  }
}

/** Measures and encodes side by side: what is refused is refused by either. */
async function listenAndEncode(
  tools: Ffmpeg,
  plan: EncodePlan,
  probed: Probed,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<{ analysis: Analysis; encoded: Encoded }> {
  const heard: Analysis[] = []
  const listen: Task = async (stop, onMs) => {
    heard.push(await analyse(tools, { ...plan, declaredMs: probed.declaredMs }, stop, onMs))
  }
  const tasks = [listen, ...encodeTasks(tools, plan)]
  const totalMs = (probed.estimatedMs ?? Number.POSITIVE_INFINITY) * tasks.length
  let told = 0
  await runPool(tasks, signal, ms => {
    const share = Math.min(1, ms / totalMs)
    if (share < told + PROGRESS_STEP) return
    told = share
    onShare(share)
  })
  const [analysis] = heard
  if (analysis === undefined) throw new Error('the pool returned before its tasks had ended')
  return { analysis, encoded: await collectEncoded(tools, plan) }
}

function originalFile(file: string, stemPath: string, checked: CheckedSource, hasVideo: boolean): PreparedFile {
  const soundOnly = checked.kind === 'container' && !hasVideo
  const extension = soundOnly && checked.extension === 'mp4' ? 'm4a' : checked.extension
  const mediaType = soundOnly ? checked.mediaType.replace('video/', 'audio/') : checked.mediaType
  return { file, path: `${stemPath}.${extension}`, mediaType, bytes: checked.bytes }
}

const NOTHING_MADE = { plain: null, hls: null, renditions: [], loudness: null, waveform: new Uint8Array() } as const

function withoutTools(source: Source, checked: CheckedSource, tags: FileTags | null, stemPath: string) {
  const durationMs = tags?.durationMs ?? 0
  if (durationMs === 0)
    throw unreadable(checked.shown, 'could not be read: it may be damaged. Check that it plays on your own machine.')
  const original = originalFile(source.file, stemPath, checked, tags?.hasVideo === true)
  return { ...NOTHING_MADE, durationMs, original, notes: [WITHOUT_FFMPEG] }
}

function silentVideo(original: PreparedFile, probed: Probed, checked: CheckedSource) {
  const notes = [`${checked.shown} has no sound: the video is published as it is.`]
  return { ...NOTHING_MADE, durationMs: probed.declaredMs ?? 0, original, notes }
}

function notesFor(shown: string, probed: Probed, encoded: Encoded): string[] {
  const notes: string[] = []
  if (probed.hasVideo)
    notes.push(`${shown} is a video: the picture is kept in the original only, and listeners can choose sound alone.`)
  if (encoded.renditions.length < OPUS_LADDER_BPS.length)
    notes.push(
      `${shown} is already compressed to ${Math.round((probed.sound?.bitsPerSecond ?? 0) / 1000)} kbit/s: larger renditions would add size but no sound, so they are left out.`,
    )
  return notes
}
