import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Server } from '@tus/server'
import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { FinishedUpload, Uploads } from '#node/ports/uploads.ts'
import { HTTP_LIMITS } from './limits.ts'
import { STATUS } from './problem.ts'

const UPLOADS_PATH = '/api/v1/uploads'
const ID_FORM = /^[0-9a-f]{32}$/
const NAME_CHARS_MAX = 200

export interface UploadStore extends Uploads {
  /** Serves tus 1.0 (https://tus.io/protocols/resumable-upload): creation, termination, expiration. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Removes uploads that nobody touched for `uploadStaleMs`. Resolves to how many. */
  sweep(): Promise<number>
  close(): void
}

export interface UploadOptions {
  readonly uploadBytesMax: number
  readonly diskReserveBytes: number
  readonly uploadStaleMs: number
  readonly uploadSweepMs: number
  /** Free bytes on the disk that holds `directory`; given by tests to act out a full disk. */
  readonly freeBytes?: (directory: string) => Promise<number>
}

/** A bare file name: no folders, no control or direction-changing characters, not hidden, of bounded length. */
export function safeName(name: string | null | undefined): string {
  const last = (name ?? '').normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const dot = clean.lastIndexOf('.')
  const ending = dot > 0 && clean.length - dot <= 10 ? clean.slice(dot) : ''
  const body = ending === '' ? clean : clean.slice(0, dot)
  return [...body].slice(0, NAME_CHARS_MAX - ending.length).join('') + ending || 'upload'
}

async function freeOnDisk(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** What tus understands as a refusal; the body is a Problem like everywhere else. */
function refusal(code: StageErrorCode, message: string): { status_code: number; body: string } {
  return { status_code: STATUS[code], body: JSON.stringify({ code, message }) }
}

/** Opens the folder of uploads, creating it if needed. Throws `StageError` 'data-folder-unusable'. */
export async function createUploads(directory: string, options: UploadOptions = HTTP_LIMITS): Promise<UploadStore> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StageError('data-folder-unusable', `The folder ${directory} cannot be created. Check its permissions.`, {
      cause: error,
      path: directory,
    })
  }
  const freeBytes = options.freeBytes ?? freeOnDisk
  let server: Promise<Server> | undefined
  const files = (id: string) => ({ data: join(directory, id), record: join(directory, `${id}.json`) })

  const discard = async (id: string): Promise<void> => {
    if (!ID_FORM.test(id)) return
    await Promise.all(Object.values(files(id)).map(file => rm(file, { force: true })))
  }
  const sweep = async (): Promise<number> => {
    const oldest = Date.now() - options.uploadStaleMs
    let removed = 0
    for (const id of new Set((await readdir(directory)).map(name => name.replace(/\.json$/, '')))) {
      if (!ID_FORM.test(id)) continue
      const touched = await stat(files(id).data).catch(() => null)
      if (touched !== null && touched.mtimeMs > oldest) continue
      await discard(id)
      removed += 1
    }
    return removed
  }
  // A failing sweep is tried again an hour later; uploads themselves check the disk.
  const timer = setInterval(() => void sweep().catch(() => undefined), options.uploadSweepMs)
  timer.unref()

  return {
    discard,
    sweep,
    close: () => clearInterval(timer),
    handle: async (request, response) => {
      server ??= tusServer(directory, options, freeBytes)
      await (await server).handle(request, response)
    },
    resolve: id => resolveUpload(id, ID_FORM.test(id) ? files(id) : null),
  }
}

async function resolveUpload(id: string, files: { data: string; record: string } | null): Promise<FinishedUpload> {
  const missing = () =>
    new StageError('not-found', 'That upload does not exist any more. Upload the file again.', { path: 'upload' })
  if (files === null) throw missing()
  let record: { size?: unknown; metadata?: { filename?: string | null } }
  let bytes: number
  try {
    record = JSON.parse(await readFile(files.record, 'utf8'))
    bytes = (await stat(files.data)).size
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError ? missing() : error
  }
  if (record.size !== bytes) {
    throw new StageError('not-found', 'That upload is not finished yet. Let it finish, then publish.', { path: id })
  }
  return { file: files.data, name: safeName(record.metadata?.filename), bytes }
}

async function tusServer(
  directory: string,
  options: UploadOptions,
  freeBytes: (d: string) => Promise<number>,
): Promise<Server> {
  // Loaded with the first upload: a stage that starts has no need of it.
  const [{ Server }, { FileStore }] = await Promise.all([import('@tus/server'), import('@tus/file-store')])
  const full = refusal(
    'disk-full',
    'There is not enough free space on this stage for the file. Free some space and try again.',
  )
  const room = async (bytes: number): Promise<boolean> =>
    (await freeBytes(directory)) >= bytes + options.diskReserveBytes

  return new Server({
    path: UPLOADS_PATH,
    datastore: new FileStore({ directory, expirationPeriodInMilliseconds: options.uploadStaleMs }),
    relativeLocation: true,
    maxSize: options.uploadBytesMax,
    allowedOrigins: () => false,
    namingFunction: () => randomBytes(16).toString('hex'),
    getFileIdFromRequest: request => {
      const id = new URL(request.url).pathname.split('/').at(-1) ?? ''
      return ID_FORM.test(id) ? id : undefined
    },
    onUploadCreate: async (_request, upload) => {
      if (!(await room(upload.size ?? 0))) throw full
      return { metadata: { ...upload.metadata, filename: safeName(upload.metadata?.filename) } }
    },
    onIncomingRequest: async request => {
      if (request.method !== 'PATCH') return
      if (!(await room(Number(request.headers.get('content-length') ?? 0)))) throw full
    },
    onResponseError: async (request, error) => {
      const node = (request as { runtime?: { node?: { res?: ServerResponse } } }).runtime?.node
      node?.res?.setHeader('content-type', 'application/problem+json; charset=utf-8')
      const { status_code: status = 500, body } = error as { status_code?: number; body?: string }
      if (body?.startsWith('{') === true) return { status_code: status, body }
      if (status >= 500 && !(await room(0))) return full
      return toRefusal(status, body, options.uploadBytesMax)
    },
  })
}

const MIB = 1024 ** 2

function toRefusal(status: number, body: string | undefined, bytesMax: number): { status_code: number; body: string } {
  if (status === 404 || status === 410) {
    return refusal('not-found', 'That upload does not exist any more. Upload the file again.')
  }
  if (status === 413)
    return refusal('too-large', `This file is larger than a stage takes by upload: ${Math.ceil(bytesMax / MIB)} MiB.`)
  if (status >= 500)
    return refusal('internal', 'The upload could not be written. Try again; it goes on where it stopped.')
  const reason = (body ?? '').trim().replace(/\.$/, '').slice(0, 200)
  const message = `The upload request was refused${reason === '' ? '' : `: ${reason}`}. Start the upload again.`
  return { ...refusal(status === 409 ? 'conflict' : 'bad-request', message), status_code: status }
}
