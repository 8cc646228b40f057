import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { CodecError } from '../../codec/codec-error.ts'

/** RFC 4648 section 4, with padding: what C2SP's text formats use. */
export const toBase64 = (bytes: Uint8Array): string => toText(bytes, 'base64pad')

/** One value, one text: stray bits or missing padding would let one signature be written in several ways. */
export function fromBase64(value: string, path: string): Uint8Array {
  let decoded: Uint8Array
  try {
    decoded = fromString(value, 'base64pad')
  } catch {
    throw new CodecError('malformed', 'the base64 cannot be read', path)
  }
  if (toBase64(decoded) !== value) throw new CodecError('malformed', 'the base64 is not canonical', path)
  return decoded
}
