import { StageError, type StageErrorCode } from '#node/errors.ts'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** Reads bytes from a field of a request. Throws `StageError` with `code` for what is not base64, or nothing. */
export function fromBase64(text: string, field: string, code: StageErrorCode = 'bad-request'): Uint8Array {
  if (text.length === 0 || !BASE64.test(text)) {
    throw new StageError(code, `Check "${field}": it is not base64 text.`, { path: field })
  }
  return Uint8Array.from(Buffer.from(text, 'base64'))
}
