import type { RoomInfo, StandingInfo } from '#protocols/api/v1/moderation.ts'
import type { Joining } from '#protocols/api/v1/settings.ts'

/** Why somebody may not speak in a room. */
export type Barred = 'banned' | 'muted' | 'listed' | 'uninvited' | 'closed'

/** What a room at home asks of whoever is new there. */
export interface Entry {
  readonly joining: Joining
  /** Whether this key was let in or spoke before; null: not known. Without a key: false. */
  readonly joined: boolean | null
}

/** What keeps a person from speaking here and now; null: nothing. The gravest first. `room`: null for those whom it does not bind. */
export function barredBy(
  standing: StandingInfo | null,
  room: RoomInfo | null,
  nowMs: number,
  entry: Entry | null = null,
): { readonly why: Barred; readonly untilMs: number | null } | null {
  const { role = 'none', decisions = [], lists = [] } = standing ?? {}
  if (role === 'community') return null
  if (decisions.some(({ action }) => action === 'ban')) return { why: 'banned', untilMs: null }
  const mute = decisions.find(({ action, until }) => action === 'mute' && (until === null || until > nowMs))
  if (mute !== undefined) return { why: 'muted', untilMs: mute.until }
  if (lists.length > 0) return { why: 'listed', untilMs: null }
  if (entry !== null && entry.joining !== 'everyone' && entry.joined === false)
    return { why: 'uninvited', untilMs: null }
  return room?.closed === true ? { why: 'closed', untilMs: null } : null
}
