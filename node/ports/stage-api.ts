import type { Readable } from 'node:stream'
import type { SignedReactions } from '#protocols/api/v1/reactions.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { ActsApi } from './acts-api.ts'
import type { CaptionsApi } from './captions-api.ts'
import type { DeskApi } from './desk-api.ts'
import type { ModerationApi } from './moderation.ts'
import type { NoticesApi } from './notices.ts'
import type { OffersApi } from './offers-api.ts'
import type { PasskeysApi } from './passkeys.ts'
import type { PeopleApi } from './people.ts'
import type { PushApi } from './push.ts'
import type { JoiningApi, SettingsApi } from './settings.ts'
import type { SignOffsApi } from './sign-offs.ts'
import type { StatementsApi } from './statements-api.ts'
import type { TransfersApi } from './transfers-api.ts'

/**
 * What a running stage offers to its front ends (HTTP and, through it, the CLI and the page). Every method throws
 * `StageError` for a refusal. Methods marked operator are guarded by the caller.
 */
export interface StageApi {
  stage(request: { operator: boolean }): api.StageInfo
  /** operator */
  nameStage(profile: api.NameStage): Promise<void>
  communities(): api.CommunityInfo[]
  releases(filter: { community?: string | undefined }): Promise<api.ReleaseSummary[]>
  release(id: string): Promise<api.ReleaseDetail>
  /** Over this community and the followed ones. */
  search(query: string, limit: number): Promise<api.SearchResult>
  /** operator; `uploads` resolves an upload id to a finished file. */
  publish(request: api.PublishRequest): api.JobInfo
  /** operator */
  unpublish(id: string, reason: string): Promise<void>
  reactions(release: string, viewer: string | undefined): api.ReactionTally[]
  /** What the tally of one emoji was counted from. */
  signedReactions(release: string, emoji: string, after: string | undefined): SignedReactions
  comments(release: string): api.CommentInfo[]
  jobs(): api.JobInfo[]
  job(id: string): api.JobInfo
  /** Oldest first; `before` is exclusive, in ms, and with `beforeId` includes what is dated then and has a lower id. */
  messages(
    community: string,
    room: string,
    page: { before?: number | undefined; beforeId?: string | undefined; limit: number },
  ): api.ChatMessage[]
  /** What changed in a room after a number; without one, its newest messages. */
  roomChanges(community: string, room: string, page: { after?: number | undefined; limit: number }): api.RoomChanges
  polls(filter: { community?: string | undefined; viewer?: string | undefined }): api.PollInfo[]
  /** The votes that count in a poll with named voters, and what anybody recounts them by. */
  ballotVotes(poll: string): api.BallotVotes
  /** Where a voter's vote stands in that count. */
  voteProof(poll: string, voter: string): api.VoteProof
  /** What goes on or comes, soonest first; or what is over, latest first. */
  happenings(over: boolean): api.EventInfo[]
  /** Of the own community, where several use one id. */
  happening(id: string): api.EventInfo
  /** A fan's signed envelope through the one door; `work` is a nonce for a flooded room. */
  submit(envelope: Uint8Array, work?: number): Promise<api.SubmitResult>
  /** operator: signed by the community's own key. */
  submitAsCommunity(type: string, body: unknown): Promise<api.SubmitResult>
  nextSeq(author: string, community: string): number
  wallet(account: string): api.Wallet
  /** operator */
  issueCredit(request: api.IssueCredit): Promise<api.ReceiptInfo>
  receipts(filter: { community?: string | undefined; limit: number }): api.ReceiptInfo[]
  receipt(community: string, index: number): api.ReceiptProof
  /** A voucher that the holder of a channel signed. */
  submitVoucher(voucher: Uint8Array): Promise<api.SubmitResult>
  log(community: string | undefined): api.LogInfo
  /** operator: ends the open part of the period. */
  closePeriod(): Promise<api.ReceiptInfo>
  /** operator: closes a halted log at its auditors, and opens its successor. */
  succeedLog(): Promise<api.LogInfo>
  /** In force: for one release, or for all shown ones; of these, those that an account is party to. */
  agreements(filter: { release?: string | undefined; account?: string | undefined }): api.AgreementInfo[]
  agreement(hash: string): api.AgreementInfo
  /** operator: the community proposes terms. */
  proposeAgreement(terms: Uint8Array): Promise<api.AgreementInfo>
  /** operator: what waits for a party goes to an account. */
  settleParty(hash: string, party: string, account: string): Promise<api.AgreementInfo>
  readonly signOffs: SignOffsApi
  federation(): api.FederationInfo
  /** operator: a next charter, with the signatures that it needs. */
  adoptCharter(charter: Uint8Array): Promise<api.FederationInfo>
  evidence(): api.EvidenceInfo[]
  /** operator: what an entry of the own log commits to; null when it was erased or never here. */
  receiptText(index: number): string | null
  /** operator: erases it; the log is untouched. */
  eraseReceiptText(index: number): void
  readonly statements: StatementsApi
  readonly acts: ActsApi
  /** operator, but `checkCard` */
  readonly desk: DeskApi
  readonly offers: OffersApi
  readonly captions: CaptionsApi
  readonly settings: SettingsApi
  readonly joining: JoiningApi
  readonly moderation: ModerationApi
  readonly people: PeopleApi
  readonly passkeys: PasskeysApi
  readonly notices: NoticesApi
  readonly push: PushApi
  readonly transfers: TransfersApi
  /** operator */
  peers(): Promise<api.PeerInfo[]>
  /** operator */
  follow(address: string): Promise<api.CommunityInfo>
  /** operator */
  unfollow(community: string): Promise<void>
  /** operator */
  storage(): Promise<api.StorageInfo>
  /** operator: CAR v1 of one release, or of all own releases, with their signed manifests. */
  exportCar(release: string | undefined): AsyncIterable<Uint8Array>
  /** operator: all or nothing. */
  importCar(car: Readable): Promise<api.ImportResult>
  /** Calls back for every live event until the returned function is called. */
  onLive(listener: (event: api.LiveEvent) => void): () => void
}
