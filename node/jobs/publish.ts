import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { StageError } from '#node/errors.ts'
import type { PreparedFile, PreparedTrack } from '#node/ports/media.ts'
import type { FinishedUpload } from '#node/ports/uploads.ts'
import type { JobInfo } from '#protocols/api/v1/schemas.ts'
import { requireSpace } from './disk.ts'
import { BlockJournal } from './journal.ts'
import { buildManifest } from './manifest.ts'
import type { PublisherParts } from './ports.ts'
import type { CheckedRequest } from './request.ts'
import { keepBack } from './seal.ts'
import { importFiles } from './unixfs-import.ts'

export interface PublishRun {
  readonly releaseId: string
  readonly request: CheckedRequest
  /** Empty folder of this job alone; removed when it ends. */
  readonly workDir: string
  readonly journalFolder: string
  readonly signal: AbortSignal
  readonly update: (change: Partial<JobInfo>) => void
}

/**
 * Disk wanted before starting, as a multiple of the upload: the original once in the store, and what is derived (at
 * most one and a half times a compressed source) once in the work folder and once in the store.
 */
const SPACE_FACTOR = 4
/** Share of the progress bar that goes to preparing; the rest is the import, which runs at disk speed. */
const PREPARE_SHARE = 0.9
/** Above this, files are named by number: a hundred long names would not leave a manifest room for anything else. */
const LONG_RELEASE_TRACKS = 50
/** Cover files are read whole. */
const COVER_FILE_BYTES_MAX = 40 * 1024 ** 2

/** Publishes one release, or changes nothing: whatever fails, work folder and added blocks are gone. Throws `StageError`. */
export async function runPublish(run: PublishRun, parts: PublisherParts): Promise<void> {
  const { request, signal, update } = run
  const uploads = await Promise.all(request.tracks.map(track => parts.uploads.resolve(track.upload)))
  const coverUpload = request.coverUpload === null ? null : await parts.uploads.resolve(request.coverUpload)
  for (const { file, name } of uploads) await parts.media.check({ file, name })
  const totalBytes = uploads.reduce((sum, upload) => sum + upload.bytes, 0)
  update({ totalBytes })
  await mkdir(run.workDir, { recursive: true })
  await requireSpace(run.workDir, totalBytes * SPACE_FACTOR)
  const journal = await BlockJournal.open(run.journalFolder, run.releaseId, parts.shelf)
  try {
    // First, because it takes a moment and may be refused; the tracks take minutes.
    const chosen = coverUpload === null ? null : await chosenCover(run, parts, coverUpload)
    const prepared = await prepareTracks(run, parts, uploads, totalBytes)
    const names = uploads.map(upload => upload.name)
    const { open: tracks, kept } = keepBack(request, prepared, names)
    const cover = chosen ?? (await embeddedCover(run, parts, tracks))
    const files = distinctFiles(tracks, cover)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    update({ step: 'storing' })
    let stored = 0
    const root = await importFiles(parts.shelf, journal, files, signal, length => {
      stored += length
      update({
        doneBytes: Math.floor(totalBytes * (PREPARE_SHARE + (1 - PREPARE_SHARE) * Math.min(1, stored / bytes))),
      })
    })
    const manifest = buildManifest({ id: run.releaseId, root, bytes, request, tracks, names, cover })
    await journal.pin(run.releaseId, root)
    if (kept.length > 0) await parts.sealed.keep(run.releaseId, kept)
    update({ step: 'signing and announcing' })
    // The price comes first: nobody shall see the release without it.
    if (request.price !== null) await parts.offer(run.releaseId, request.price)
    if (request.tracks.some(track => track.credits.length > 0))
      await parts.submit('catalog/credits', {
        release: run.releaseId,
        tracks: request.tracks.map(track => track.credits),
      })
    for (const [track, { captions }] of request.tracks.entries())
      if (captions !== null) await parts.submit('catalog/captions', { release: run.releaseId, track, ...captions })
    await submitOnce(run, parts, manifest)
  } catch (error) {
    await journal.rollback()
    await parts.sealed.remove(run.releaseId)
    throw error
  }
  journal.commit()
  await discard(parts, request)
}

/** A door that fails after its append is durable has still accepted: taking the files back would break the release. */
async function submitOnce(run: PublishRun, parts: PublisherParts, manifest: unknown): Promise<void> {
  run.signal.throwIfAborted()
  try {
    await parts.submit('catalog/release', manifest)
  } catch (error) {
    if (!parts.isPublished(run.releaseId)) throw error
    parts.onDefect(error)
  }
}

async function prepareTracks(
  run: PublishRun,
  parts: PublisherParts,
  uploads: readonly FinishedUpload[],
  totalBytes: number,
): Promise<PreparedTrack[]> {
  const tracks: PreparedTrack[] = []
  let before = 0
  for (const [index, { file, name: given, bytes }] of uploads.entries()) {
    const name = uploads.length > LONG_RELEASE_TRACKS ? `track-${index + 1}` : given
    const place = uploads.length === 1 ? '' : ` (track ${index + 1} of ${uploads.length})`
    const track = await parts.media.prepare({ file, name, index }, run.workDir, run.signal, ({ step, share }) => {
      const done = Math.floor((before + bytes * share) * PREPARE_SHARE)
      run.update({ step: `${step}${place}`, doneBytes: Math.min(totalBytes, done) })
    })
    tracks.push(track)
    before += bytes
  }
  run.update({ notes: [...new Set(tracks.flatMap(track => track.notes))] })
  return tracks
}

async function chosenCover(run: PublishRun, parts: PublisherParts, upload: FinishedUpload): Promise<PreparedFile> {
  if (upload.bytes > COVER_FILE_BYTES_MAX)
    throw new StageError('too-large', 'The cover is larger than 40 MB: use a smaller picture.', { path: 'coverUpload' })
  return parts.media.cover(await readFile(upload.file), run.workDir)
}

/** The first picture found in the files. One that cannot be read is left out with a note. */
async function embeddedCover(
  run: PublishRun,
  parts: PublisherParts,
  tracks: readonly PreparedTrack[],
): Promise<PreparedFile | null> {
  const picture = tracks.find(track => track.picture !== null)?.picture
  if (picture == null) return null
  try {
    return await parts.media.cover(picture, run.workDir)
  } catch (error) {
    if (!(error instanceof StageError) || error.code === 'disk-full') throw error
    const notes = tracks.flatMap(track => track.notes)
    run.update({ notes: [...notes, 'The picture inside the file could not be read, so the release has no cover.'] })
    return null
  }
}

/** Every file once, by its path inside the root: a plain file may be the original itself. */
function distinctFiles(tracks: readonly PreparedTrack[], cover: PreparedFile | null): PreparedFile[] {
  const files = tracks.flatMap(track => [
    track.original,
    ...(track.plain === null ? [] : [track.plain]),
    ...(track.hls === null ? [] : [track.hls]),
    ...track.renditions.flatMap(rendition => [rendition, rendition.playlist]),
  ])
  if (cover !== null) files.push(cover)
  return [...new Map(files.map(file => [file.path, file])).values()]
}

async function discard(parts: PublisherParts, request: CheckedRequest): Promise<void> {
  const ids = new Set(request.tracks.map(track => track.upload))
  if (request.coverUpload !== null) ids.add(request.coverUpload)
  for (const id of ids) {
    try {
      await parts.uploads.discard(id)
    } catch (error) {
      // The release is out; an upload that stays behind costs disk, not truth.
      parts.onDefect(error)
    }
  }
}

export const removeWorkDir = (workDir: string): Promise<void> => rm(workDir, { recursive: true, force: true })

/** Folders below the data folder that jobs own alone. */
export const jobFolders = (folder: string) => ({
  work: path.join(folder, 'work'),
  journals: path.join(folder, 'journals'),
})
