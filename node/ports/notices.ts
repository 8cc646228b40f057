import type { NoticesInfo, NoticesQuery } from '#protocols/api/v1/notices.ts'

/** Something said that calls somebody. */
export interface CallRow {
  readonly id: Uint8Array
  readonly community: Uint8Array
  readonly author: Uint8Array
  /** Handle with its @, or the name as claimed. */
  readonly who: string
  /** As it stands now. */
  readonly text: string
  readonly at: number
  /** Of a message: its room. */
  readonly room: string | null
  /** Of a comment: its release. */
  readonly release: string | null
}

export interface AnswerRow {
  readonly id: Uint8Array
  readonly community: Uint8Array
  readonly at: number
  readonly upheld: boolean
  readonly reason: string
}

/** What may concern a key, read from the projections. Times in ms. */
export interface NoticeViews {
  /** What is visible and holds `@word` since then, newest first. */
  calls(word: string, since: number): CallRow[]
  /** Communities that this key follows. */
  followedBy(key: Uint8Array): Uint8Array[]
  /** Keys that follow a community. */
  followersOf(community: Uint8Array): Uint8Array[]
  /** The key that made an appeal, if that is here. */
  appellant(community: Uint8Array, appeal: Uint8Array): Uint8Array[]
  /** Releases first published since then, newest first. */
  releasesSince(since: number): { readonly id: string; readonly community: Uint8Array; readonly at: number }[]
  /** Answers to appeals of this key, newest first. */
  answers(key: Uint8Array, since: number): AnswerRow[]
  /** When and by which community an event was hidden; null while it is shown. */
  hidden(id: Uint8Array): { readonly community: Uint8Array; readonly at: number } | null
}

export interface NoticesApi {
  /** What happened that concerns a key: from what everybody may read. Throws `StageError`. */
  of(query: NoticesQuery): NoticesInfo
}
