import type * as api from '#protocols/api/v1/moderation.ts'

/** What holds for one event, author or voice. */
export interface Standing {
  /** When a mute ends, ms; 0: no end. */
  readonly until: number
  readonly reason: string
  /** Who decided. */
  readonly author: Uint8Array
  /** Event id. */
  readonly decision: Uint8Array
}

/** What moderation says now: read models, and whose block lists this stage honours. */
export interface Standings {
  isModerator(community: Uint8Array, key: Uint8Array): boolean
  /** The ban in force; null when there is none. */
  ban(community: Uint8Array, key: Uint8Array): Standing | null
  /** The mute in force at that time; null when there is none. */
  mute(community: Uint8Array, key: Uint8Array, nowMs: number): Standing | null
  room(community: Uint8Array, room: string): { readonly slowMs: number; readonly closed: boolean }
  /** When this author last spoke in the room, later than `after`, ms; null when it did not. */
  lastSpoke(community: Uint8Array, room: string, author: Uint8Array, after: number): number | null
  /** Whether this author has an event in the community dated before that time. */
  spokeBefore(community: Uint8Array, author: Uint8Array, atMs: number): boolean
  /** Whether the author has appealed against that decision. */
  appealed(community: Uint8Array, decision: Uint8Array, author: Uint8Array): boolean
  /** Communities whose bans this stage honours for its own community. */
  blockLists(): { readonly community: Uint8Array; readonly since: number }[]
  honour(community: Uint8Array, since: number): void
  ignore(community: Uint8Array): void
  /** Bans in force, ascending by key. */
  bans(community: Uint8Array, limit: number): { key: Uint8Array; decision: Uint8Array; reason: string; at: number }[]
  /** Whoever `list` bans and spoke in `community`, who said most first. */
  bannedSpeakers(list: Uint8Array, community: Uint8Array): api.BlockListPreview['here']
  moderators(community: Uint8Array): api.PersonInfo[]
  /** Whoever spoke last, newest first. */
  speakers(community: Uint8Array): api.PersonInfo[]
  reports(community: Uint8Array): api.ReportInfo[]
  /** Newest first: the newest words about each thing. */
  decisions(community: Uint8Array): api.DecisionInfo[]
  /** Without an answer, oldest first. */
  appeals(community: Uint8Array): api.AppealInfo[]
  /** What holds against this key and what it said, and its appeals. */
  against(community: Uint8Array, key: Uint8Array, nowMs: number): api.DecisionInfo[]
}

/** Every method throws `StageError` for a refusal. Deciding goes through events like everything that is said. */
export interface ModerationApi {
  /** operator */
  overview(): api.ModerationInfo
  standing(community: string, key: string): api.StandingInfo
  room(community: string, room: string): api.RoomInfo
  /** What was reported in a community, for a key that moderates there and signed that it asks. */
  queue(community: string, question: Uint8Array): api.ReportQueue
  /** operator: what honouring the bans of a followed community would do here. */
  previewBlockList(community: string): api.BlockListPreview
  /** The own community's bans, signed for others. */
  blockList(): Promise<api.BlockList>
  /** operator: honours the bans of a followed community at this stage's own door, or does not. */
  setBlockList(community: string, on: boolean): api.ModerationInfo
}
