/** Why a stream could not go on. The stream has been aborted when one of these is thrown. */
export type StreamErrorCode = 'timeout' | 'too-large' | 'bad-length' | 'truncated' | 'closed' | 'cancelled'

export class StreamError extends Error {
  override readonly name = 'StreamError'
  readonly code: StreamErrorCode
  constructor(code: StreamErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
