import { bytes, line, type Shape, struct, wrongShape } from '../../codec/shape.ts'

/** Longest credential id that an authenticator may choose, bytes (WebAuthn level 3, section 4). */
export const CREDENTIAL_BYTES_MAX = 1_023
/** What a person calls the device or the manager that holds a passkey, in UTF-16 units. */
export const PASSKEY_LABEL_MAX = 60
/** Nonce, seed of 32 bytes, and tag: AES-256-GCM. */
export const WRAPPED_BYTES = 12 + 32 + 16
/** Input of the PRF extension, the same for every passkey: a device that has nothing else yet has to know it. */
export const PRF_INPUT = 'bandstand/passkey/v1'
/** `info` of HKDF-SHA-256 (RFC 5869, no salt) from the PRF's output to the key that closes the seed. */
export const WRAP_INFO = 'bandstand/passkey-wrap/v1'

/** `passkey/add`: this credential may ask the stage for the closed seed of the key that signs here. */
export interface PasskeyAdd {
  /** As the stage gave it for this registration, 32 bytes. */
  readonly challenge: Uint8Array
  /** Credential id, 1 to 1,023 bytes. */
  readonly credential: Uint8Array
  /** The seed, closed: see the spec. */
  readonly wrapped: Uint8Array
  readonly label: string
}

/** `passkey/list`: the author asks for its own passkeys. */
export type PasskeyList = Record<never, never>

/** `passkey/remove`: the credential opens nothing from now on. */
export interface PasskeyRemove {
  readonly credential: Uint8Array
}

export const credentialId: Shape<Uint8Array> = (value, path) =>
  value instanceof Uint8Array && value.length >= 1 && value.length <= CREDENTIAL_BYTES_MAX
    ? value
    : wrongShape(path, `expected 1 to ${CREDENTIAL_BYTES_MAX} bytes`)

export const passkeyAdd: Shape<PasskeyAdd> = struct({
  challenge: bytes(32),
  credential: credentialId,
  wrapped: bytes(WRAPPED_BYTES),
  label: line(PASSKEY_LABEL_MAX, 0),
})
export const passkeyList: Shape<PasskeyList> = struct({})
export const passkeyRemove: Shape<PasskeyRemove> = struct({ credential: credentialId })
