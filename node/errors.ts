/**
 * Every way in which a stage says no. The HTTP status and the exit code of each are exhaustive maps beside the
 * adapters, so that a new code does not compile until somebody decided both.
 */
export type StageErrorCode =
  | 'bad-request'
  | 'bad-arguments'
  | 'not-found'
  | 'not-operator'
  | 'forbidden-origin'
  | 'too-large'
  | 'too-many-requests'
  | 'already-running'
  | 'not-running'
  | 'port-in-use'
  | 'data-folder-unusable'
  | 'disk-full'
  | 'media-unreadable'
  | 'media-empty'
  | 'bad-name'
  | 'bad-splits'
  | 'bad-identifier'
  | 'bad-captions'
  | 'bad-address'
  | 'peer-unreachable'
  | 'peer-refused'
  | 'no-holder'
  | 'bad-envelope'
  | 'bad-signature'
  | 'not-a-member'
  | 'invite-needed'
  | 'unknown-community'
  | 'clock-off'
  | 'rate-limited'
  | 'muted'
  | 'slow-mode'
  | 'room-closed'
  | 'work-needed'
  | 'not-for-you'
  | 'insufficient-balance'
  | 'code-mistyped'
  | 'code-unknown'
  | 'code-used'
  | 'code-revoked'
  | 'code-expired'
  | 'not-confirmed'
  | 'frozen'
  | 'rail-failed'
  | 'no-line'
  | 'over-limit'
  | 'no-route'
  | 'quote-expired'
  | 'seats-too-old'
  | 'busy'
  | 'log-halted'
  | 'bad-archive'
  | 'bad-passphrase'
  | 'taken'
  | 'conflict'
  | 'stopping'
  | 'internal'

/** A refusal with a sentence that a person understands: what happened, and what to do. */
export class StageError extends Error {
  override readonly name = 'StageError'
  readonly code: StageErrorCode
  /** Which field or file is to blame, when one is. */
  readonly path: string | undefined
  /** Zero bits of work asked for, with `work-needed`. */
  readonly bits: number | undefined
  constructor(
    code: StageErrorCode,
    message: string,
    options: { cause?: unknown; path?: string; bits?: number | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.path = options.path
    this.bits = options.bits
  }
}
