import type { ChatMessage, RoomChanges } from '#protocols/api/v1/schemas.ts'

/** Messages kept on the page; older ones are read again on demand. */
export const KEPT_MAX = 600
/** Words of moderation remembered until the room is read again. */
const GONE_MAX = 200

type Place = Pick<ChatMessage, 'at' | 'id'>

/** What a page knows of one room. Made by the functions below and never changed in place. */
export interface RoomLog {
  /** Ascending by time, at one time by id: the order that every stage shows. Without a hole from `since` on. */
  readonly messages: readonly ChatMessage[]
  /** The oldest message of those read; null: from the beginning. */
  readonly since: Place | null
  /** Every change up to this number was heard. */
  readonly upTo: number
  /** Numbers heard beyond the first one that is missing. */
  readonly ahead: ReadonlySet<number>
  /** How many words of moderation this list takes into account. */
  readonly moderated: number
  /** The highest number of such a word that was told since the room was last read from the start. */
  readonly told: number
  /** Messages and authors that were hidden since the room was read. */
  readonly gone: readonly string[]
  /** The list may be another one by now: the room is to be read from the start. */
  readonly stale: boolean
}

const compare = (a: Place, b: Place): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export const isIncomplete = (log: RoomLog): boolean => log.stale || log.ahead.size > 0

/** The newest messages of a room, read with this limit. What was heard meanwhile is kept. */
export function opened(page: RoomChanges, limit: number, before: RoomLog | null = null): RoomLog {
  const { messages } = page
  const fresh: RoomLog = {
    messages,
    since: messages.length < limit ? null : (messages[0] ?? null),
    upTo: page.last,
    ahead: new Set(),
    moderated: page.moderated,
    told: 0,
    gone: [],
    stale: before !== null && before.told > page.moderated,
  }
  const newer = before?.messages.filter(({ n }) => n > page.last) ?? []
  return newer.reduce(heard, fresh)
}

/** While the room is read from the start: what is told from now on counts beside the answer. */
export const asked = (log: RoomLog): RoomLog => ({ ...log, told: 0, stale: false })

/** One message as it stands after the change `message.n`, told live: in any order, more than once, or never. */
export function heard(log: RoomLog, message: ChatMessage): RoomLog {
  if (message.n <= log.upTo || log.ahead.has(message.n)) return log
  return counted({ ...log, messages: put(log, [message]), ahead: new Set(log.ahead).add(message.n) })
}

/** An answer about everything after a number that was heard already. */
export function filled(log: RoomLog, page: RoomChanges): RoomLog {
  // A number was given that is not there now: the stage was set back to an older copy, and counts from there.
  if (page.last < log.upTo) {
    const messages = log.messages.map(message => ({ ...message, n: 0 }))
    return { ...log, messages, upTo: page.last, ahead: new Set(), stale: true }
  }
  const stale = log.stale || page.moderated > log.moderated
  return counted({ ...log, messages: put(log, page.messages), upTo: Math.max(log.upTo, page.upTo), stale })
}

/** Earlier messages, read with this limit. */
export function withOlder(log: RoomLog, older: readonly ChatMessage[], limit: number): RoomLog {
  const since = older.length < limit ? null : (older[0] ?? null)
  return { ...log, since, messages: put({ ...log, since }, older) }
}

/** The reader's own message, which the stage took: its number comes later. */
export const said = (log: RoomLog, message: ChatMessage): RoomLog => ({
  ...log,
  messages: put(log, [{ ...message, n: log.messages.find(({ id }) => id === message.id)?.n ?? 0 }]),
})

/** Somebody bears another handle, or none. */
export const called = (log: RoomLog, author: string, handle: string | null): RoomLog => ({
  ...log,
  messages: log.messages.map(message => {
    if (message.author !== author) return message
    const { handle: _before, ...rest } = message
    return handle === null ? rest : { ...rest, handle }
  }),
})

export interface Word {
  readonly target: string
  readonly hides: boolean
  readonly n: number
}

/** A word of moderation: what it hides goes at once; for anything else the room is read again. */
export function moderated(log: RoomLog, { target, hides, n }: Word): RoomLog {
  if (n <= log.moderated) return log
  if (!hides || n > log.moderated + 1) return { ...log, told: n, stale: true }
  const gone = [...log.gone, target].slice(-GONE_MAX)
  const messages = log.messages.filter(({ id, author }) => id !== target && author !== target)
  return { ...log, messages, gone, moderated: n, told: n }
}

/** The newest `max` messages. */
export function trimmed(log: RoomLog, max: number): RoomLog {
  if (log.messages.length <= max) return log
  const messages = log.messages.slice(-max)
  return { ...log, messages, since: messages[0] ?? null }
}

/** Of one message the newest change counts; what lies before the oldest that was read is left for when it is asked for. */
function put(log: RoomLog, found: readonly ChatMessage[]): readonly ChatMessage[] {
  const { since, gone } = log
  const shown = new Map(log.messages.map(message => [message.id, message]))
  for (const message of found) {
    if (gone.includes(message.id) || gone.includes(message.author)) continue
    if (since !== null && compare(message, since) < 0) continue
    if (message.n >= (shown.get(message.id)?.n ?? 0)) shown.set(message.id, message)
  }
  return [...shown.values()].sort(compare)
}

/** Goes on over numbers that were heard ahead. */
function counted(log: RoomLog): RoomLog {
  let { upTo } = log
  while (log.ahead.has(upTo + 1)) upTo++
  return { ...log, upTo, ahead: new Set([...log.ahead].filter(n => n > upTo)) }
}
