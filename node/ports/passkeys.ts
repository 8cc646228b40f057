import type * as api from '#protocols/api/v1/passkeys.ts'

/** A credential with the closed seed that it may ask for. Times in ms. */
export interface PasskeyRow {
  /** Credential id, 1 to 1,023 bytes. */
  readonly credential: Uint8Array
  /** The fan's key, 32 bytes. */
  readonly author: Uint8Array
  /** Relying party id: the host name under which it was made. */
  readonly rp: string
  /** COSE public key of the credential. */
  readonly publicKey: Uint8Array
  /** Signature counter of the authenticator; 0 where it counts nothing. */
  readonly counter: number
  readonly wrapped: Uint8Array
  readonly label: string
  readonly madeAt: number
  readonly usedAt: number | null
}

export interface PasskeyStore {
  find(credential: Uint8Array): PasskeyRow | null
  of(author: Uint8Array): PasskeyRow[]
  count(): number
  /** False when the credential is there already: nothing changes. */
  add(row: PasskeyRow): boolean
  used(credential: Uint8Array, counter: number, atMs: number): void
  remove(credential: Uint8Array): void
}

/** EdDSA, ES256, RS256 (IANA COSE algorithms): what authenticators sign with. */
export const PASSKEY_ALGORITHMS = [-8, -7, -257] as const

/** Where the page of a request stands. */
export interface PasskeySite {
  /** Scheme, host and port, as the browser says it. */
  readonly origin: string
  readonly rp: string
}

/** What a WebAuthn library says of a browser's answer. Null: it does not hold. */
export interface PasskeyChecker {
  registration(
    response: api.RegistrationResponse,
    expected: PasskeySite & { readonly challenge: string },
  ): Promise<{ readonly credential: Uint8Array; readonly publicKey: Uint8Array; readonly counter: number } | null>
  /** Also null when the counter went back: the credential was copied. */
  assertion(
    response: api.AssertionResponse,
    expected: PasskeySite & { readonly challenge: string },
    row: PasskeyRow,
  ): Promise<{ readonly counter: number } | null>
}

/** Every method throws `StageError` for a refusal. Proofs are signed envelopes (`protocols/identity/v1/spec.md`). */
export interface PasskeysApi {
  registration(site: PasskeySite, asked: { key: string; name: string }): api.RegistrationOptions
  add(site: PasskeySite, response: api.RegistrationResponse, proof: Uint8Array): Promise<api.PasskeyInfo>
  assertion(site: PasskeySite): api.AssertionOptions
  /** The closed seed for whoever holds the credential. */
  open(site: PasskeySite, response: api.AssertionResponse): Promise<api.OpenedPasskey>
  list(proof: Uint8Array): api.PasskeyInfo[]
  remove(proof: Uint8Array): void
}
