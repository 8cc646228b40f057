import type { CID } from 'multiformats/cid'
import type * as api from '#protocols/api/v1/schemas.ts'
import type { ReleaseManifest } from '#protocols/catalog/v1/codec.ts'
import type { ProgrammeItem } from '#protocols/engagement/v1/events-live.ts'
import type { BallotRules, CastVote } from '#src/ballots/count.ts'

export interface CommunityRow {
  readonly community: Uint8Array
  readonly name: string
  readonly about: string
}

export interface ReleaseRow {
  readonly community: Uint8Array
  readonly manifest: ReleaseManifest
  /** When the first manifest of this id was signed, ms. */
  readonly publishedAt: number
  readonly plays: number
}

export interface FollowRow {
  readonly community: Uint8Array
  /** Where it was followed: a multiaddr, or empty for a bare peer id. */
  readonly address: string
  readonly lastSyncAt: number | null
}

export interface Found {
  readonly kind: 'release' | 'community'
  /** Release id, or a community's key in hex. */
  readonly key: string
}

/** A poll with named voters. */
export interface BallotRow {
  readonly rules: BallotRules
  /** As the community signed it. */
  readonly envelope: Uint8Array
  /** The votes that count, ascending by author. */
  readonly votes: readonly CastVote[]
  /** Voters whose newest vote was taken away by moderation. */
  readonly leftOut: readonly Uint8Array[]
}

/** Something that happens at a time, as its community last said it. Times in ms. */
export interface StageEventRow {
  readonly id: string
  readonly community: Uint8Array
  readonly title: string
  readonly startsAt: number
  readonly endsAt: number
  readonly programme: readonly ProgrammeItem[]
  readonly release: string | null
  readonly cancelled: boolean
}

/** Read models: everything here can be rebuilt from the events. */
export interface Views {
  community(key: Uint8Array): CommunityRow | null
  releases(community: Uint8Array | null): ReleaseRow[]
  release(id: string): ReleaseRow | null
  /** Roots of what one community shows, or everybody; no manifest is read for it. */
  roots(community: Uint8Array | null): CID[]
  /** Communities that show a release with this root. */
  publishersOf(root: CID): Uint8Array[]
  /** Root of a release that its community took down; `null` while it is shown, or when it was never here. */
  withdrawnRoot(id: string): CID | null
  /** Signed manifest envelope of a release, for export. */
  releaseEnvelope(id: string): Uint8Array | null
  /** The newest of those before a moment (ms) and, dated at that moment, before an id; oldest first. */
  messages(
    community: Uint8Array,
    room: string,
    page: { before: number; beforeId?: Uint8Array | undefined; limit: number },
  ): api.ChatMessage[]
  /** Messages with a change numbered after `after`, by their newest one, and the number up to which nothing is left out. */
  roomChanges(
    community: Uint8Array,
    room: string,
    after: number,
    limit: number,
  ): { readonly messages: api.ChatMessage[]; readonly upTo: number }
  /** The newest number of the room, and of the words of moderation in its community; 0 before the first. */
  roomNumbers(community: Uint8Array, room: string): { readonly last: number; readonly moderated: number }
  /** One message of any room, as it stands now; null when it is not there or hidden. */
  message(id: Uint8Array): api.ChatMessage | null
  reactions(target: string, viewer: Uint8Array | null): api.ReactionTally[]
  /** Those of one emoji that count, as they were signed, ascending by author from above `after` on. */
  signedReactions(
    target: string,
    emoji: string,
    after: Uint8Array | null,
    limit: number,
  ): { readonly author: Uint8Array; readonly bytes: Uint8Array }[]
  comments(release: string): api.CommentInfo[]
  polls(filter: { community: Uint8Array | null; viewer: Uint8Array | null; nowMs: number }): api.PollInfo[]
  /** Null: not here, or open to everybody. */
  ballot(id: Uint8Array): BallotRow | null
  /** What goes on or comes, soonest first; or what is over, latest first. */
  stageEvents(nowMs: number, over: boolean): StageEventRow[]
  /** What communities say of this id, ascending by their keys. */
  stageEvent(id: string): StageEventRow[]
  poll(id: Uint8Array, viewer: Uint8Array | null, nowMs: number): api.PollInfo | null
  /** Releases and communities with words that begin with those of the query, best first, at most 200; withdrawn ones among them. */
  search(query: string): Found[]
  isBanned(community: Uint8Array, author: Uint8Array): boolean
  /** Drops every projection and replays the events. */
  rebuild(): void
}

/** What this stage decided for itself: which communities it follows. */
export interface Follows {
  list(): FollowRow[]
  has(community: Uint8Array): boolean
  add(community: Uint8Array, address: string): void
  remove(community: Uint8Array): void
  synced(community: Uint8Array, atMs: number): void
}
