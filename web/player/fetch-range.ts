import { ApiError, m, translated } from '#web/kit/mod.ts'
import type { ByteRange } from './playlist.ts'

const LOST = m('The connection to the stage was lost. Playing resumes when it returns.')
const ABSENT = m('No holder of this music is online right now. Playing resumes when one returns.')
/** A stall this long counts as a lost connection: two segments of audio. */
const STALL_MS = 20_000

/** Sentence for a media answer that is not the media. */
export async function mediaRefusal(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as { code?: unknown; message?: unknown }
    if (problem.code === 'no-holder') return new ApiError('no-holder', translated(ABSENT), response.status)
    if (typeof problem.message === 'string') return new ApiError(String(problem.code), problem.message, response.status)
  } catch {
    // The body is not ours; the status decides.
  }
  const absent = response.status === 502 || response.status === 503 || response.status === 504
  return new ApiError(absent ? 'no-holder' : 'lost', translated(absent ? ABSENT : LOST), response.status)
}

async function read(url: string, headers: HeadersInit, signal: AbortSignal): Promise<Response> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(STALL_MS)])
  let response: Response
  try {
    response = await fetch(url, { headers, signal: patience })
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new ApiError('lost', translated(LOST), 0)
  }
  if (!response.ok) throw await mediaRefusal(response)
  return response
}

async function consume<T>(signal: AbortSignal, body: Promise<T>): Promise<T> {
  try {
    return await body
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new ApiError('lost', translated(LOST), 0)
  }
}

export async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await read(url, {}, signal)
  return consume(signal, response.text())
}

/** Exactly the bytes of the range, also from a server that ignores ranges. Throws `ApiError`, or the abort. */
export async function fetchRange(range: ByteRange, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { url, offset, length } = range
  const response = await read(url, { range: `bytes=${offset}-${offset + length - 1}` }, signal)
  const bytes = new Uint8Array(await consume(signal, response.arrayBuffer()))
  const exact = response.status === 206 ? bytes : bytes.subarray(offset, offset + length)
  if (exact.length !== length) throw new ApiError('lost', translated(LOST), response.status)
  return exact
}
