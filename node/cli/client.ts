import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StageError, type StageErrorCode } from '#node/errors.ts'
import { Problem } from '#protocols/api/v1/schemas.ts'
import { EXIT_CODE } from './exit-codes.ts'
import { readStageFile } from './stage-file.ts'

export interface RequestOptions {
  readonly method?: string
  readonly json?: unknown
  readonly body?: RequestInit['body']
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Speaks to the running stage of a data folder, as its operator. */
export interface StageClient {
  readonly url: string
  /** The raw answer; a refusal is thrown as the `StageError` that the stage sent. */
  send(path: string, options?: RequestOptions): Promise<Response>
  json<T>(path: string, options?: RequestOptions): Promise<T>
}

/** The problem in an answer, as the error it was on the other side. */
async function refusal(response: Response): Promise<StageError> {
  const text = await response.text().catch(() => '')
  try {
    const { code, message, path } = Problem.parse(JSON.parse(text))
    const known = Object.hasOwn(EXIT_CODE, code) ? (code as StageErrorCode) : 'internal'
    return new StageError(known, message, path === undefined ? {} : { path })
  } catch {
    const code = response.status === 413 ? 'too-large' : 'internal'
    return new StageError(code, `The stage answered ${response.status} ${response.statusText}.`)
  }
}

function readToken(dataDir: string): string {
  try {
    return readFileSync(join(dataDir, 'operator-token'), 'utf8').trim()
  } catch (cause) {
    const message = `Cannot read the operator's token in ${dataDir}. Run this as the user who started the stage.`
    throw new StageError('not-operator', message, { cause })
  }
}

export function connectToStage(dataDir: string, signal: AbortSignal): StageClient {
  const { url } = readStageFile(dataDir)
  const token = readToken(dataDir)
  const send = async (path: string, options: RequestOptions = {}): Promise<Response> => {
    const headers = new Headers(options.headers)
    headers.set('authorization', `Bearer ${token}`)
    if (options.json !== undefined) headers.set('content-type', 'application/json')
    const body = options.json === undefined ? options.body : JSON.stringify(options.json)
    let response: Response
    try {
      response = await fetch(new URL(path, url), {
        method: options.method ?? 'GET',
        headers,
        body: body ?? null,
        signal: options.signal ?? signal,
        redirect: 'error',
        // Required by fetch for a streamed body; harmless otherwise.
        duplex: 'half',
      } as RequestInit)
    } catch (cause) {
      if (signal.aborted) throw cause
      throw new StageError('not-running', `The stage at ${url} does not answer. Is it still running?`, { cause })
    }
    if (!response.ok) throw await refusal(response)
    return response
  }
  return {
    url,
    send,
    json: async <T>(path: string, options?: RequestOptions) => {
      const response = await send(path, options)
      return (response.status === 204 ? undefined : await response.json()) as T
    },
  }
}
