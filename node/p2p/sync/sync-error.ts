import { StageError, type StageErrorCode } from '#node/errors.ts'
import { StreamError } from '#node/p2p/stream/stream-error.ts'
import type { SyncFault } from '#src/engagement/reconcile/step.ts'

export type SyncErrorReason = SyncFault['code'] | 'forged' | 'over-budget' | 'bad-log'

/** Why a session ended early, on this side. */
export class SyncError extends Error {
  override readonly name = 'SyncError'
  readonly reason: SyncErrorReason
  /** The stage's own trouble, when it is to blame rather than the peer. */
  readonly own: StageErrorCode | undefined
  constructor(reason: SyncErrorReason, message: string, own?: StageErrorCode) {
    super(message)
    this.reason = reason
    this.own = own
  }
}

const CODES: { readonly [R in SyncErrorReason]: StageErrorCode } = {
  'unknown-community': 'unknown-community',
  'no-log': 'not-found',
  busy: 'too-many-requests',
  'bad-message': 'peer-refused',
  'out-of-order': 'peer-refused',
  internal: 'peer-refused',
  'no-progress': 'peer-refused',
  'unexpected-answer': 'peer-refused',
  forged: 'peer-refused',
  'over-budget': 'peer-refused',
  'bad-log': 'peer-refused',
}

/** What the rest of the stage sees. */
export function asStageError(cause: unknown, signal: AbortSignal): StageError {
  if (cause instanceof StageError) return cause
  if (cause instanceof SyncError) return new StageError(cause.own ?? CODES[cause.reason], cause.message, { cause })
  if (signal.aborted && (signal.reason as Error).name === 'TimeoutError')
    return new StageError('peer-unreachable', 'The other stage is too slow for now. The rest is fetched later.', {
      cause,
    })
  if (signal.aborted) return new StageError('stopping', 'The exchange with the other stage was stopped.', { cause })
  if (cause instanceof StreamError && cause.code === 'too-large')
    return new StageError('peer-refused', 'The other stage sent a message that is too large.', { cause })
  if (cause instanceof Error && cause.name === 'UnsupportedProtocolError')
    return new StageError('peer-refused', 'The other stage does not offer to exchange events.', { cause })
  return new StageError('peer-unreachable', 'The other stage went away. What was missed is fetched when it is back.', {
    cause,
  })
}
