import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { Problem } from '#protocols/api/v1/schemas.ts'

/** HTTP status of every refusal. Exhaustive: a new code does not compile until somebody decided. */
export const STATUS: { readonly [K in StageErrorCode]: number } = {
  'bad-request': 400,
  'bad-arguments': 400,
  'not-found': 404,
  'not-operator': 401,
  'forbidden-origin': 403,
  'too-large': 413,
  'too-many-requests': 429,
  'already-running': 409,
  'not-running': 503,
  'port-in-use': 409,
  'data-folder-unusable': 507,
  'disk-full': 507,
  'media-unreadable': 422,
  'media-empty': 422,
  'bad-name': 400,
  'bad-splits': 400,
  'bad-identifier': 400,
  'bad-captions': 400,
  'bad-address': 400,
  'peer-unreachable': 504,
  'peer-refused': 409,
  'no-holder': 504,
  'bad-envelope': 400,
  'bad-signature': 400,
  'not-a-member': 403,
  'invite-needed': 403,
  'unknown-community': 404,
  'clock-off': 409,
  'rate-limited': 429,
  muted: 403,
  'slow-mode': 429,
  'room-closed': 403,
  'work-needed': 429,
  'not-for-you': 403,
  'insufficient-balance': 409,
  'code-mistyped': 400,
  'code-unknown': 404,
  'code-used': 409,
  'code-revoked': 409,
  'code-expired': 409,
  'not-confirmed': 409,
  frozen: 409,
  'rail-failed': 502,
  'no-line': 409,
  'over-limit': 409,
  'no-route': 409,
  'quote-expired': 409,
  'seats-too-old': 503,
  busy: 503,
  'log-halted': 503,
  'bad-archive': 422,
  'bad-passphrase': 403,
  taken: 409,
  conflict: 409,
  stopping: 503,
  internal: 500,
}

/** Codes of Fastify's own refusals of a request, before any handler ran. */
const FRAMEWORK: Readonly<Record<string, readonly [StageErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['bad-request', 'This address takes JSON: send `content-type: application/json`.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['too-large', 'The request body is larger than this address accepts.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'The body did not have the length its header promised.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad-request', 'The request body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['bad-request', 'The request body is empty; this address expects JSON.'],
  FST_ERR_CTP_EMPTY_TYPE: ['bad-request', 'The request does not say what its body is: send a `content-type`.'],
  FST_ERR_BAD_URL: ['bad-request', 'The address is not a valid URL.'],
  FST_ERR_MAX_PARAM_LENGTH: ['bad-request', 'The address is longer than anything on this stage.'],
  ERR_STREAM_PREMATURE_CLOSE: ['bad-request', 'The connection ended before everything had arrived. Try again.'],
  FST_ERR_ASYNC_CONSTRAINT: ['bad-request', 'The request cannot be routed.'],
}

export interface Answer {
  readonly status: number
  readonly problem: Problem
  /** The error itself, when it is ours to mend and belongs in the log. */
  readonly internal: unknown
}

const answer = (code: StageErrorCode, message: string, path?: string): Answer => ({
  status: STATUS[code],
  problem: path === undefined ? { code, message } : { code, message, path },
  internal: undefined,
})

/** Turns anything thrown into what the client may know. `reference` names the log line of an internal error. */
export function toAnswer(error: unknown, reference: string): Answer {
  if (error instanceof StageError) {
    const plain = answer(error.code, error.message, error.path)
    const known = error.bits === undefined ? plain : { ...plain, problem: { ...plain.problem, bits: error.bits } }
    return error.code === 'internal' ? { ...known, internal: error.cause ?? error } : known
  }
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error)
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (typeof code === 'string') {
    const framework = FRAMEWORK[code]
    if (framework !== undefined) return answer(framework[0], framework[1])
    if (code === 'ENOSPC') return answer('disk-full', 'The disk of this stage is full. Free some space and try again.')
  }
  if (error instanceof SyntaxError && statusCode === 400)
    return answer('bad-request', 'The request body is not valid JSON.')
  if (statusCode === 429) return answer('too-many-requests', 'That was too many requests. Wait a minute and try again.')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { ...answer('bad-request', 'The stage could not read this request.'), status: statusCode }
  }
  const message = `Something went wrong on this stage. Try again; its operator finds the reason in the log under ${reference}.`
  return { ...answer('internal', message), internal: error ?? new Error('thrown without a reason') }
}

interface ValidationError {
  readonly validationContext?: string | undefined
  readonly validation?: readonly { readonly instancePath?: string; readonly message?: string }[] | undefined
}

const PLACES: Readonly<Record<string, string>> = {
  body: 'the request body',
  querystring: 'the query',
  params: 'the address',
  headers: 'the headers',
}

/** Names the first field at fault in a plain sentence. */
function fromValidation(error: ValidationError): Answer {
  const first = error.validation?.[0]
  const field = (first?.instancePath ?? '').split('/').filter(Boolean).join('.').slice(0, 200)
  const place = PLACES[error.validationContext ?? ''] ?? 'the request'
  const reason = (first?.message ?? 'it does not have the expected form').replace(/\.$/, '')
  const message = field === '' ? `Check ${place}: ${reason}.` : `Check "${field}" in ${place}: ${reason}.`
  return field === '' ? answer('bad-request', message) : answer('bad-request', message, field)
}

/** Fastify's error handler: a Problem body, and a log line for what is ours to mend. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  statusInstead?: number,
): FastifyReply {
  const { status: usual, problem, internal } = toAnswer(error, request.id)
  const status = statusInstead ?? usual
  if (internal !== undefined) request.log.error({ err: internal, id: request.id, url: request.url }, 'request failed')
  if (status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '60')
  // Orders that wait are written within a second; a halted log waits for its operator.
  if (problem.code === 'busy') reply.header('retry-after', '1')
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(problem)
}
