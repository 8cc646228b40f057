import type * as api from '#protocols/api/v1/schemas.ts'

/** Payments to other communities, as front ends ask for them. Everything throws `StageError` for a refusal. */
export interface TransfersApi {
  /** Ways to pay somebody in another community, best first. Nothing moves. */
  quotes(request: api.QuoteRequest): Promise<api.QuoteInfo[]>
  /** Newest first; everybody's when no account is named. */
  transfers(account: string | undefined, limit: number): api.TransferInfo[]
  /** `id`: of the order. */
  transfer(id: string): api.TransferProof
  /** How this community stands with each other one. */
  peers(): Promise<api.PeerValue[]>
}
