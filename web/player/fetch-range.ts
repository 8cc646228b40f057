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

/** Why a file did not play, in a sentence; null when its bytes do come. */
export async function whyNot(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { headers: { range: 'bytes=0-0' } })
    return response.ok ? null : (await mediaRefusal(response)).message
  } catch {
    return translated(LOST)
  }
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

export async function fetchText(url: string): Promise<string> {
  const { signal } = new AbortController()
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

/**
 * The bytes of the range as they come, so that sound starts before the last of them is here. Throws `ApiError`, or the abort, also
 * in the middle.
 */
export async function* streamRange(range: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { url, offset, length } = range
  const response = await read(url, { range: `bytes=${offset}-${offset + length - 1}` }, signal)
  const reader = response.body?.getReader()
  // A server that ignores ranges sends what is before it, too.
  let before = response.status === 206 ? 0 : offset
  let left = length
  try {
    while (reader !== undefined && left > 0) {
      const { done, value } = await consume(signal, reader.read())
      if (done) break
      const piece = value.subarray(before, before + left)
      before = Math.max(0, before - value.length)
      left -= piece.length
      if (piece.length > 0) yield piece
    }
  } finally {
    await reader?.cancel().catch(() => {})
  }
  if (left > 0) throw new ApiError('lost', translated(LOST), response.status)
}

/** Exact lengths out of a stream of pieces, then the rest as it comes. */
export class Pieces {
  readonly #source: AsyncGenerator<Uint8Array<ArrayBuffer>>
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0)

  constructor(source: AsyncGenerator<Uint8Array<ArrayBuffer>>) {
    this.#source = source
  }

  /** Fewer only when the stream has no more. */
  async exactly(length: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#held.length < length) {
      const { done, value } = await this.#source.next()
      if (done === true) break
      const both = new Uint8Array(this.#held.length + value.length)
      both.set(this.#held)
      both.set(value, this.#held.length)
      this.#held = both
    }
    const taken = this.#held.slice(0, length)
    this.#held = this.#held.slice(length)
    return taken
  }

  async *rest(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (this.#held.length > 0) yield this.#held
    yield* this.#source
  }
}
