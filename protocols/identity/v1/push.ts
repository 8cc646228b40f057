import { bytes, line, list, matching, oneOf, type Shape, struct, wrongShape } from '../../codec/shape.ts'

/** Longest address of a push service, characters: those in use are below 400. */
export const ENDPOINT_MAX = 1_024
const NAME_MAX = 40
const KINDS = ['mention', 'release', 'event', 'appeal', 'money'] as const

export type PushKind = (typeof KINDS)[number]

/** `push/subscribe`: what concerns the author is told to this address, as `PushSubscription` of the browser gave it. */
export interface PushSubscribe {
  /** https, by name. */
  readonly endpoint: string
  /** Public P-256 key of the browser, uncompressed, 65 bytes (RFC 8291 section 2.1). */
  readonly p256dh: Uint8Array
  /** Authentication secret, 16 bytes (RFC 8291 section 2.2). */
  readonly auth: Uint8Array
  /** What to tell of. */
  readonly kinds: readonly PushKind[]
  /** As claimed; who calls it calls the author. */
  readonly name: string
}

/** `push/unsubscribe`: nothing is told to this address from now on. */
export interface PushUnsubscribe {
  readonly endpoint: string
}

const endpoint: Shape<string> = (value, path) => {
  const address = matching(/^https:\/\/[a-z0-9.-]+(?::443)?\/[\x21-\x7e]*$/, 'an https address')(value, path)
  return address.length <= ENDPOINT_MAX ? address : wrongShape(path, `expected at most ${ENDPOINT_MAX} characters`)
}

const point: Shape<Uint8Array> = (value, path) => {
  const key = bytes(65)(value, path)
  return key[0] === 4 ? key : wrongShape(path, 'expected an uncompressed point')
}

export const pushSubscribe: Shape<PushSubscribe> = struct({
  endpoint,
  p256dh: point,
  auth: bytes(16),
  kinds: list(oneOf(...KINDS), KINDS.length),
  name: line(NAME_MAX, 0),
})

export const pushUnsubscribe: Shape<PushUnsubscribe> = struct({ endpoint })
