import * as dagCbor from '@ipld/dag-cbor'
import { equals } from 'uint8arrays/equals'
import { CodecError, type CodecFault } from './codec-error.ts'
import type { DecodeLimits } from './limits.ts'
import { err, ok, type Result } from './result.ts'
import { scan } from './scan.ts'
import type { Shape } from './shape.ts'

/** Canonical DAG-CBOR (https://ipld.io/specs/codecs/dag-cbor/spec/): one value has exactly one encoding. */
export function encode(value: unknown): Uint8Array {
  return dagCbor.encode(value)
}

/** Decodes one canonical value within limits, and checks its shape. Throws nothing but `CodecError`. */
export function decodeOrThrow<T>(bytes: Uint8Array, shape: Shape<T>, limits: DecodeLimits): T {
  scan(bytes, limits)
  let value: unknown
  let again: Uint8Array
  try {
    value = dagCbor.decode(bytes)
    again = dagCbor.encode(value)
  } catch (cause) {
    throw new CodecError('malformed', cause instanceof Error ? cause.message : 'not DAG-CBOR')
  }
  // Re-encoding is the whole canonical check: shortest integers, sorted and unique keys, valid UTF-8.
  if (!equals(bytes, again)) throw new CodecError('not-canonical', 'the same value has a different canonical encoding')
  return shape(value, '')
}

/** Decodes one canonical value within limits, and checks its shape. */
export function decode<T>(bytes: Uint8Array, shape: Shape<T>, limits: DecodeLimits): Result<T, CodecFault> {
  return attempt(() => decodeOrThrow(bytes, shape, limits))
}

/** Runs a throwing decoder and turns its refusal into a value. Anything else is a defect and keeps flying. */
export function attempt<T>(decoder: () => T): Result<T, CodecFault> {
  try {
    return ok(decoder())
  } catch (cause) {
    if (cause instanceof CodecError) return err(cause.fault)
    throw cause
  }
}
