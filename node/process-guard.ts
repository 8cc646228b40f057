import type { Logger } from '#node/telemetry/logger.ts'

/**
 * Errors of one connection or stream that a library let escape (js-libp2p #3415, #3512): the connection is gone, the
 * stage is not. By `name` or `code`.
 */
const STRAY = new Set([
  'AbortError',
  'ConnectionClosedError',
  'ConnectionFailedError',
  'DialError',
  'MuxerClosedError',
  'MuxerUnavailableError',
  'NotStartedError',
  'StreamAbortedError',
  'StreamClosedError',
  'StreamResetError',
  'StreamStateError',
  'TimeoutError',
  'UnexpectedEOFError',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
])

const isStray = (cause: unknown): boolean => {
  const { name = '', code = '' } = (cause ?? {}) as { name?: string; code?: string }
  return STRAY.has(name) || STRAY.has(code)
}

/**
 * Last line of defence of a running stage. A stray network error is logged and survived; a rejection nobody awaited is
 * logged as a defect and survived; any other exception may have left state half-changed, so `onFatal` ends the process.
 */
export function guardProcess(log: () => Logger | undefined, onFatal: (cause: unknown) => void): void {
  process.on('unhandledRejection', cause => {
    if (isStray(cause)) log()?.debug({ err: cause }, 'stray network error')
    else log()?.error({ err: cause }, 'a rejection that nobody handled')
  })
  process.on('uncaughtException', cause => {
    if (isStray(cause)) log()?.warn({ err: cause }, 'stray network error')
    else onFatal(cause)
  })
}
