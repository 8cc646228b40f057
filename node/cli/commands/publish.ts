import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import type { JobInfo, PublishRequest, ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { TITLE_MAX, TRACKS_MAX } from '#protocols/catalog/v1/constants.ts'
import { type Normalised, normaliseIsrc, normaliseUpc } from '#src/catalog/identifiers.ts'
import type { StageClient } from '../client.ts'
import { type CommonFlags, clientCommand, connect, print, releaseId } from '../command.ts'
import type { CliContext } from '../context.ts'
import { EXIT_CODE } from '../exit-codes.ts'
import { bytesText, clean, trackTime } from '../format.ts'
import { createProgress, type Progress } from '../progress.ts'
import { parseSplits, type SplitShare } from '../splits.ts'
import { discardUploads, uploadFile } from '../upload.ts'

const JOB_POLL_MS = 150

interface PublishFlags extends CommonFlags {
  readonly title?: string
  readonly artist?: string
  readonly cover?: string
  readonly license?: string
  readonly description?: string
  readonly upc?: string
  readonly isrc?: string[]
  readonly splits?: string
}

/** Absolute path and size of a file worth sending, or the reason why not. */
async function inspect(context: CliContext, file: string): Promise<{ path: string; size: number }> {
  const path = resolve(context.cwd, file)
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'There is no file' : 'Cannot read'
    throw new StageError('not-found', `${why} ${clean(file)}.`, { cause, path })
  })
  if (!info.isFile()) throw new StageError('bad-arguments', `${clean(file)} is not a file. Name the tracks one by one.`)
  if (info.size === 0) throw new StageError('media-empty', `${clean(file)} is empty (0 bytes).`, { path })
  return { path, size: info.size }
}

function must(read: Normalised, typed: string): string {
  if (read.ok) return read.value
  throw new StageError('bad-identifier', `${JSON.stringify(typed)}: ${read.error}`)
}

function readIsrcs(codes: readonly string[], tracks: number): string[] {
  if (codes.length > 0 && codes.length !== tracks)
    throw new StageError(
      'bad-arguments',
      `--isrc is given ${codes.length} times for ${tracks} files: one for each, in order.`,
    )
  return codes.map(code => must(normaliseIsrc(code), code))
}

async function waitForJob(client: StageClient, id: string, context: CliContext, progress: Progress): Promise<JobInfo> {
  for (;;) {
    const job = await client.json<JobInfo>(`/api/v1/jobs/${encodeURIComponent(id)}`)
    if (job.state === 'done') return job
    if (job.state === 'failed') {
      const { code = 'internal', message = 'Publishing failed.' } = job.problem ?? {}
      throw new StageError(Object.hasOwn(EXIT_CODE, code) ? (code as StageError['code']) : 'internal', message)
    }
    progress.update(job.step, job.doneBytes, job.totalBytes)
    await sleep(JOB_POLL_MS, undefined, { signal: context.signal })
  }
}

function publishedText(release: ReleaseDetail, notes: readonly string[]): string {
  const tracks = release.tracks.map(
    (track, index) => `  ${index + 1}. ${clean(track.title)}  ${trackTime(track.durationMs)}`,
  )
  const splits = release.splits.map(({ party, shares }) => `${clean(party)} ${shares / 100} %`)
  return [
    `Published "${clean(release.title)}" by ${clean(release.artist)}, ${bytesText(release.bytes)}`,
    ...tracks,
    `  splits   ${splits.join(', ')}`,
    `  release  ${release.id}`,
    `  root     ${release.root}`,
    ...notes.map(note => `  note: ${clean(note)}`),
    '',
  ].join('\n')
}

async function publish(files: string[], flags: PublishFlags, context: CliContext): Promise<void> {
  if (files.length > TRACKS_MAX)
    throw new StageError('bad-arguments', `A release has at most ${TRACKS_MAX} tracks; there are ${files.length}.`)
  // Everything that can be refused is refused before a byte is sent.
  const splits = flags.splits === undefined ? undefined : parseSplits(flags.splits)
  const isrcs = readIsrcs(flags.isrc ?? [], files.length)
  if (flags.upc !== undefined) must(normaliseUpc(flags.upc), flags.upc)
  if ((flags.title ?? 'x').trim() === '' || (flags.title ?? '').length > TITLE_MAX)
    throw new StageError('bad-name', `A title has 1 to ${TITLE_MAX} characters.`)
  const sources = await Promise.all(files.map(file => inspect(context, file)))
  const cover = flags.cover === undefined ? undefined : await inspect(context, flags.cover)
  const client = connect(context, flags)
  const progress = createProgress(context.stderr, () => performance.now())
  const uploads: string[] = []
  let job: JobInfo | undefined
  try {
    job = await sendAndStart({ client, context, flags, sources, cover, isrcs, splits, progress }, uploads)
    const done = await waitForJob(client, job.id, context, progress)
    const release = await client.json<ReleaseDetail>(`/api/v1/releases/${done.release}`)
    progress.end()
    print(context, flags, release, answer => publishedText(answer, done.notes))
  } catch (cause) {
    progress.end()
    if (context.signal.aborted) {
      const going = 'The stage has every file and goes on publishing: see `bandstand releases`.'
      context.stderr.write(`${job === undefined ? 'Stopped. Nothing is published.' : going}\n`)
    }
    // Files that a running job may still read are left to it.
    if (job === undefined || !context.signal.aborted) await discardUploads(client, uploads)
    throw cause
  }
}

interface Source {
  readonly path: string
  readonly size: number
}

interface Draft {
  readonly client: StageClient
  readonly context: CliContext
  readonly flags: PublishFlags
  readonly sources: readonly Source[]
  readonly cover: Source | undefined
  readonly isrcs: readonly string[]
  readonly splits: readonly SplitShare[] | undefined
  readonly progress: Progress
}

/** Sends every file, noting each in `uploads`, then asks for the release. */
async function sendAndStart(draft: Draft, uploads: string[]): Promise<JobInfo> {
  const { client, context, flags, sources, cover, isrcs, splits, progress } = draft
  const total = [...sources, ...(cover === undefined ? [] : [cover])].reduce((sum, { size }) => sum + size, 0)
  let sent = 0
  const send = async ({ path, size }: Source): Promise<string> => {
    const id = await uploadFile(client, path, context.signal, done => {
      progress.update(`Sending ${basename(path)}`, sent + done, total)
    })
    sent += size
    uploads.push(id)
    return id
  }
  const tracks: PublishRequest['tracks'] = []
  for (const [index, source] of sources.entries()) {
    const isrc = isrcs[index]
    const title = sources.length === 1 ? flags.title : undefined
    tracks.push({ upload: await send(source), ...(isrc && { isrc }), ...(title && { title }) })
  }
  const coverUpload = cover === undefined ? undefined : await send(cover)
  const { title, artist, license, description, upc } = flags
  const said = { title, artist, license, description, upc, splits, coverUpload }
  const json = { tracks, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) }
  return client.json<JobInfo>('/api/v1/releases', { method: 'POST', json })
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]

/** `publish` and `unpublish`. */
export function publishCommands(program: Command, context: CliContext): void {
  clientCommand(program, 'publish', 'publish one release: its tracks in order')
    .argument('<files...>', 'audio files')
    .option('--title <TEXT>', 'of the release; else from the tags')
    .option('--artist <TEXT>', 'else from the tags')
    .option('--cover <FILE>', 'picture; else from the tags')
    .option('--license <TEXT>', 'such as CC-BY-4.0')
    .option('--description <TEXT>')
    .option('--upc <CODE>', '12 or 13 digits')
    .option('--isrc <CODE>', 'one for each file, in order (repeatable)', collect)
    .option(
      '--splits <a=50,b=50>',
      'who gets what, in percent, to exactly 100; a@ACCOUNT=50 has that account asked to sign',
    )
    .action((files: string[], flags: PublishFlags) => publish(files, flags, context))
  clientCommand(program, 'unpublish', 'take one of your releases down, here and at every stage that follows')
    .argument('<id>', 'from `bandstand releases`')
    .option('--reason <TEXT>', 'shown to those who had it', '')
    .action(async (id: string, flags) => {
      const path = `/api/v1/releases/${releaseId(id)}`
      await connect(context, flags).json(path, { method: 'DELETE', json: { reason: flags.reason } })
      print(context, flags, { id }, () => `Unpublished ${clean(id)}.\n`)
    })
}
