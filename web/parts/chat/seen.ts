import type { ChatMessage } from '#protocols/api/v1/schemas.ts'

/** How far a reader has read: a place in the order of a room. */
export type Seen = Pick<ChatMessage, 'at' | 'id'>

const KEY = 'bandstand-chat-seen'
/** Rooms remembered on this device. */
const ROOMS_MAX = 60

const isSeen = (value: unknown): value is Seen =>
  typeof value === 'object' && value !== null && 'at' in value && 'id' in value && Number.isFinite(value.at)

function kept(): [string, Seen][] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(value) ? value.filter(one => Array.isArray(one) && isSeen(one[1])) : []
  } catch {
    // What cannot be read is no reason to show nothing.
    return []
  }
}

export const lastSeen = (room: string): Seen | null => kept().find(([name]) => name === room)?.[1] ?? null

/** The marker stays on the device: nobody is told who read what. */
export function rememberSeen(room: string, { at, id }: Seen): void {
  const others = kept().filter(([name]) => name !== room)
  localStorage.setItem(KEY, JSON.stringify([...others, [room, { at, id }]].slice(-ROOMS_MAX)))
}

const isAfter = (message: Seen, seen: Seen): boolean =>
  message.at > seen.at || (message.at === seen.at && message.id > seen.id)

/** What others said after a place. */
export const unseen = (messages: readonly ChatMessage[], seen: Seen, me: string | undefined): ChatMessage[] =>
  messages.filter(message => message.author !== me && isAfter(message, seen))
