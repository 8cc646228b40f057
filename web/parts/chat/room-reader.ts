import type { ChatMessage, RoomChanges } from '#protocols/api/v1/schemas.ts'
import {
  asked,
  called,
  filled,
  heard,
  isIncomplete,
  KEPT_MAX,
  moderated,
  opened,
  type RoomLog,
  said,
  trimmed,
  type Word,
  withOlder,
} from './log.ts'

/** Messages read at once: the first screens, on a phone on 3G. */
const PAGE = 60
/** Changes asked for at once. */
const CHANGES = 200
/** After so many pages of changes it is quicker to read the newest messages anew. */
const PAGES_MAX = 5
/** A gap this old is asked about, ms; somewhat later on some pages, so that a full house does not ask at once. */
const GAP_MS = 250
const GAP_SPREAD_MS = 750
/** After an answer that did not come, ms. */
const AGAIN_MS = 5_000
/** A reader who looks at what was said before keeps this much. */
const READ_BACK_MAX = 3_000

export interface RoomReaderInit {
  /** Reads below `/rooms/<community>/<room>`. */
  readonly read: <T>(path: string) => Promise<T>
  readonly changed: (log: RoomLog) => void
  /** Runs work after so many ms; answers how to call it off. */
  readonly after: (ms: number, work: () => void) => () => void
  /** In [0, 1). */
  readonly chance: () => number
}

/** Keeps one room complete: hears live events, sees what is missing, and asks for that alone. */
export class RoomReader {
  readonly #init: RoomReaderInit
  #log: RoomLog | null = null
  /** Heard before the room was read. */
  #early: ChatMessage[] = []
  #mending: Promise<void> | null = null
  #callOff: (() => void) | null = null
  #stopped = false
  /** Whether the newest message is in sight, so that old ones may go. */
  following = true

  constructor(init: RoomReaderInit) {
    this.#init = init
  }

  get log(): RoomLog | null {
    return this.#log
  }

  /** Reads the room; the second time only what was missed. Throws what the stage answers. */
  async load(): Promise<void> {
    if (this.#log === null) await this.#open()
    else {
      // An answer on its way may be older than what was missed.
      await this.#mending?.catch(() => {})
      await this.#mend(true)
    }
  }

  async older(): Promise<void> {
    const first = this.#log?.messages[0]
    const path = first === undefined ? '' : `&before=${first.at}&beforeId=${first.id}`
    const found = await this.#init.read<ChatMessage[]>(`/messages?limit=${PAGE}${path}`)
    // Read anew in the meantime: then this page does not join on.
    if (this.#log !== null && this.#log.messages[0]?.id === first?.id) this.#set(withOlder(this.#log, found, PAGE))
  }

  hear(message: ChatMessage): void {
    if (this.#log === null) this.#early.push(message)
    else this.#set(heard(this.#log, message))
  }

  said(message: ChatMessage): void {
    if (this.#log !== null) this.#set(said(this.#log, message))
  }

  call(author: string, handle: string | null): void {
    if (this.#log !== null) this.#set(called(this.#log, author, handle))
  }

  moderate(word: Word): void {
    if (this.#log !== null) this.#set(moderated(this.#log, word))
  }

  stop(): void {
    this.#stopped = true
    this.#callOff?.()
  }

  #set(log: RoomLog): void {
    this.#log = trimmed(log, this.following ? KEPT_MAX : READ_BACK_MAX)
    if (this.#stopped) return
    this.#init.changed(this.#log)
    if (isIncomplete(log) && this.#mending === null) this.#plan(GAP_MS + this.#init.chance() * GAP_SPREAD_MS)
  }

  /** What closes by itself in the meantime is not asked about. */
  #plan(ms: number): void {
    if (this.#stopped) return
    this.#callOff ??= this.#init.after(ms, () => {
      this.#callOff = null
      if (this.#log !== null && isIncomplete(this.#log)) this.#mend(false).catch(() => this.#plan(AGAIN_MS))
    })
  }

  async #open(): Promise<void> {
    const wanted = Math.min(CHANGES, Math.max(PAGE, this.#log?.messages.length ?? 0))
    if (this.#log !== null) this.#log = asked(this.#log)
    const page = await this.#init.read<RoomChanges>(`/log?limit=${wanted}`).catch(cause => {
      if (this.#log !== null) this.#log = { ...this.#log, stale: true }
      throw cause
    })
    const early = this.#early.splice(0)
    this.#set(early.reduce(heard, opened(page, wanted, this.#log)))
  }

  /** One at a time; whoever asks meanwhile waits for the same answer. */
  #mend(anyway: boolean): Promise<void> {
    this.#mending ??= this.#ask(anyway).finally(() => {
      this.#mending = null
      if (this.#log !== null && isIncomplete(this.#log)) this.#plan(AGAIN_MS)
    })
    return this.#mending
  }

  async #ask(anyway: boolean): Promise<void> {
    let more = anyway
    for (let page = 0; this.#log !== null && (more || isIncomplete(this.#log)); page++) {
      if (this.#log.stale || page >= PAGES_MAX) {
        await this.#open()
        more = false
        if (page > PAGES_MAX) return
        continue
      }
      const answer = await this.#init.read<RoomChanges>(`/log?after=${this.#log.upTo}&limit=${CHANGES}`)
      if (this.#log !== null) this.#set(filled(this.#log, answer))
      more = answer.upTo < answer.last
    }
  }
}
