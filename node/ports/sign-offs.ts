import type * as api from '#protocols/api/v1/schemas.ts'

/** A link by which a party may say who it is, and what it answered. */
export interface SignOff {
  /** SHA-256 of the code in the link. */
  readonly code: Uint8Array
  readonly untilMs: number
  /** The party's signed statement, once there is one. */
  readonly said: { readonly envelope: Uint8Array; readonly account: Uint8Array; readonly atMs: number } | null
}

/** What this stage keeps of sign-off links: never the code itself. */
export interface SignOffStore {
  find(agreement: Uint8Array, party: string): SignOff | null
  /** A new link takes the place of the one before. */
  give(agreement: Uint8Array, party: string, code: Uint8Array, untilMs: number): void
  keep(agreement: Uint8Array, party: string, said: NonNullable<SignOff['said']>): void
}

/** Agreements signed through a link. Throws `StageError`. */
export interface SignOffsApi {
  /** operator: a link for a party of an own agreement that has no account yet. */
  link(agreement: string, party: string): api.SignOffLink
  /** For whoever holds the link: their signed statement that they are the party, and agree. */
  sign(agreement: string, request: { party: string; code: string; envelope: Uint8Array }): Promise<api.AgreementInfo>
}
