/** Why bytes were refused (spec.md "Codes"). Stable strings, for people, logs and vectors. */
export type CodecErrorCode =
  | 'too-large'
  | 'truncated'
  | 'trailing-bytes'
  | 'too-deep'
  | 'too-many-items'
  | 'unsupported-type'
  | 'not-canonical'
  | 'malformed'
  | 'wrong-shape'

/** A refusal by a decoder. `path` names the field, e.g. `tracks[2].isrc`; empty for the whole. */
export interface CodecFault {
  readonly code: CodecErrorCode
  readonly message: string
  readonly path: string
}

/** Carries a fault up a recursive decoder; public functions turn it into a `Result`. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
  readonly fault: CodecFault
  constructor(code: CodecErrorCode, message: string, path = '') {
    super(path === '' ? message : `${path}: ${message}`)
    this.fault = { code, message, path }
  }
}
