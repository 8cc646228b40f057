import type { SubmitResult } from '#protocols/api/v1/schemas.ts'

/** What the community signs itself. Operator only; every method throws `StageError` for a refusal. */
export interface ActsApi {
  /** As a party of the agreement, or to adopt it. */
  signAgreement(hash: string): Promise<SubmitResult>
  /** The party's part waits in suspense from now on. */
  disputeAgreement(hash: string, party: string): Promise<SubmitResult>
  /** The same charter with this community's signature added. Adopts nothing. */
  signCharter(charter: Uint8Array): Promise<Uint8Array>
}
