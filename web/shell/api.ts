import { type Api, ApiError, heard, m, t, translated } from '#web/kit/mod.ts'

const BASE = '/api/v1'
const SILENT = m('The stage does not answer. Check that it is running and try again.')

async function request<T>(method: string, path: string, body: BodyInit | null, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(BASE + path, { method, body, ...init })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError('unreachable', translated(SILENT), 0)
  }
  if (!response.ok) throw await refusal(response)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** Turns a `Problem` answer into an error that carries its sentence. */
export async function refusal(response: Response): Promise<ApiError> {
  const fallback = new ApiError(
    'internal',
    t`The stage answered with status ${response.status}. Try again.`,
    response.status,
  )
  try {
    const problem = (await response.json()) as { code?: unknown; message?: unknown; bits?: number }
    return typeof problem.code === 'string' && typeof problem.message === 'string'
      ? new ApiError(problem.code, heard(problem.message, problem.code), response.status, problem.bits)
      : fallback
  } catch {
    return fallback
  }
}

export const httpApi: Api = {
  get: (path, signal) => request('GET', path, null, signal === undefined ? {} : { signal }),
  send: (method, path, body) =>
    body === undefined
      ? request(method, path, null)
      : request(method, path, JSON.stringify(body), { headers: { 'content-type': 'application/json' } }),
  upload: (path, body, { method, type } = { method: 'POST', type: 'application/vnd.ipld.car' }) =>
    request(method, path, body, { headers: { 'content-type': type } }),
}
