import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StageError } from '#node/errors.ts'
import type { StageClient } from './client.ts'

/** Bytes per PATCH: what is held in memory, and at most what a broken connection costs. */
const CHUNK_BYTES = 4 * 1024 * 1024
const RETRIES_MAX = 5
const RETRY_DELAY_MS = 200
/** A chunk on its way is let through before an upload is given up, so that no half-read request outlives its deletion. */
const CHUNK_WAIT_MS = 30_000
const DISCARD_WAIT_MS = 1_000
/** tus 1.0.0, core protocol with creation and termination (https://tus.io/protocols/resumable-upload). */
const TUS = { 'tus-resumable': '1.0.0' } as const

/** Worth asking the server for its offset again: a lost connection or a passing condition, not a refusal. */
const isTransient = (cause: unknown): boolean =>
  cause instanceof StageError && ['not-running', 'internal', 'conflict', 'too-many-requests'].includes(cause.code)

async function create(client: StageClient, name: string, size: number): Promise<string> {
  const headers = {
    ...TUS,
    'upload-length': String(size),
    'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
  }
  const response = await client.send('/api/v1/uploads', { method: 'POST', headers })
  const location = response.headers.get('location')
  if (location === null) throw new StageError('internal', 'The stage accepted the upload but did not say where.')
  return new URL(location, new URL('/api/v1/uploads', client.url)).pathname
}

async function offsetOf(client: StageClient, path: string): Promise<number> {
  const response = await client.send(path, { method: 'HEAD', headers: TUS })
  return Number(response.headers.get('upload-offset'))
}

/** One chunk from `offset`; resolves to the offset that the stage holds now. */
async function patch(
  client: StageClient,
  path: string,
  offset: number,
  chunk: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const headers = { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }
  const signal = AbortSignal.timeout(CHUNK_WAIT_MS)
  const response = await client.send(path, { method: 'PATCH', headers, body: chunk, signal })
  return Number(response.headers.get('upload-offset'))
}

/**
 * Sends one file to the running stage and resolves to its upload id. A connection that breaks is resumed from what the
 * stage holds. When `signal` aborts, or the stage refuses, the part that was sent is deleted there.
 */
export async function uploadFile(
  client: StageClient,
  file: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void,
): Promise<string> {
  const handle = await open(file)
  let path: string | undefined
  try {
    const { size } = await handle.stat()
    path = await create(client, basename(file), size)
    const buffer = new Uint8Array(CHUNK_BYTES)
    let [offset, failures] = [0, 0]
    while (offset < size) {
      signal.throwIfAborted()
      const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK_BYTES, size - offset), offset)
      if (bytesRead === 0) throw new StageError('media-unreadable', `${file} became shorter while it was being sent.`)
      try {
        offset = await patch(client, path, offset, buffer.slice(0, bytesRead))
        failures = 0
      } catch (cause) {
        if (signal.aborted || !isTransient(cause) || ++failures > RETRIES_MAX) throw cause
        await sleep(RETRY_DELAY_MS * 2 ** failures, undefined, { signal })
        offset = await offsetOf(client, path)
      }
      onProgress(offset)
    }
    signal.throwIfAborted()
    return decodeURIComponent(basename(path))
  } catch (cause) {
    if (path !== undefined) await discard(client, path)
    throw cause
  } finally {
    await handle.close()
  }
}

/** Best effort, also after an abort: the stage sweeps what is left behind. */
async function discard(client: StageClient, path: string): Promise<void> {
  const signal = AbortSignal.timeout(DISCARD_WAIT_MS)
  await client.send(path, { method: 'DELETE', headers: TUS, signal }).catch(() => undefined)
}

/** Deletes finished uploads that nothing was made of. */
export async function discardUploads(client: StageClient, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map(id => discard(client, `/api/v1/uploads/${encodeURIComponent(id)}`)))
}
