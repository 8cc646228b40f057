import { setImmediate as nextTurn } from 'node:timers/promises'
import { toString as asText } from 'uint8arrays/to-string'
import type { NoticesApi } from '#node/ports/notices.ts'
import type { PushSubscription, PushSubscriptions } from '#node/ports/push.ts'
import type { Notice } from '#protocols/api/v1/notices.ts'
import { encryptPush } from './encrypt.ts'
import type { PushSender } from './send.ts'
import type { Vapid } from './vapid.ts'

export interface PushInit {
  readonly subscriptions: PushSubscriptions
  readonly news: NoticesApi
  readonly vapid: Vapid
  readonly send: PushSender
  readonly nowMs: () => number
  readonly warn: (message: string) => void
  /** Waits between attempts, ms: as many attempts as there are, and one. */
  readonly retryMs?: readonly number[]
  /** News are gathered for so long, ms. */
  readonly gatherMs?: number | undefined
}

const RETRY_MS = [30_000, 5 * 60_000, 30 * 60_000]
const GATHER_MS = 2_000
/** Messages under way at once; the rest wait their turn. */
const OPEN_MAX = 4
/** Messages that wait; what does not fit is told with the next news, as nobody was told of it. */
const WAITING_MAX = 5_000
/** Messages that a service did not take and that are tried again; what does not fit is told on the page. */
const LATER_MAX = 1_000
/** What happened longer ago is on the page; nobody is called for it. */
const FRESH_MS = 24 * 3_600_000
/** Of many at once a person is told of the newest. */
const AT_ONCE_MAX = 5

interface Task {
  readonly endpoint: string
  readonly notice: Notice
  readonly attempt: number
}

/**
 * Tells browsers what concerns their keys. What a message says is its kind and a path on the page, nothing of what was said. A
 * browser counts as told when its push service took the message, so that what a crash interrupts is sent again.
 */
export class Push {
  readonly #init: PushInit
  readonly #touched = new Map<string, Uint8Array>()
  /** Who else was touched, found out once for all that happened meanwhile. */
  readonly #crowds = new Map<string, () => Iterable<Uint8Array>>()
  readonly #waiting: Task[] = []
  /** Being sent or waiting, as `endpoint notice`. */
  readonly #known = new Set<string>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #gathering: NodeJS.Timeout | 'now' | null = null
  #open = 0
  #stopped = false

  constructor(init: PushInit) {
    this.#init = init
  }

  /** Something may concern these keys. */
  touch(keys: Iterable<Uint8Array>): void {
    if (this.#stopped) return
    for (const key of keys) if (this.#init.subscriptions.has(key)) this.#touched.set(asText(key, 'hex'), key)
    this.#plan()
  }

  /** Something may concern a crowd, such as all who follow a community. Who they are is asked when news are gathered. */
  touchCrowd(name: string, keys: () => Iterable<Uint8Array>): void {
    if (this.#stopped) return
    this.#crowds.set(name, keys)
    this.#plan()
  }

  /** Something may concern anybody; also what a restart interrupted. */
  touchAll(): void {
    this.touchCrowd('all', () => this.#init.subscriptions.keys())
  }

  stop(): void {
    this.#stopped = true
    if (this.#gathering !== null && this.#gathering !== 'now') clearTimeout(this.#gathering)
    for (const timer of this.#timers) clearTimeout(timer)
    this.#waiting.length = 0
  }

  /** One gathering at a time: what happens during it is for the next. */
  #plan(): void {
    if (this.#stopped || (this.#touched.size === 0 && this.#crowds.size === 0)) return
    this.#gathering ??= setTimeout(() => {
      this.#gathering = 'now'
      void this.#gather().finally(() => {
        this.#gathering = null
        this.#plan()
      })
    }, this.#init.gatherMs ?? GATHER_MS).unref()
  }

  #takeTouched(): [string, Uint8Array][] {
    const { subscriptions, warn } = this.#init
    for (const crowd of this.#crowds.values())
      try {
        for (const key of crowd()) if (subscriptions.has(key)) this.#touched.set(asText(key, 'hex'), key)
      } catch (cause) {
        warn(`whom news concern could not be read: ${String(cause)}`)
      }
    const keys = [...this.#touched]
    this.#crowds.clear()
    this.#touched.clear()
    return keys
  }

  async #gather(): Promise<void> {
    for (const [name, key] of this.#takeTouched()) {
      if (this.#stopped) return
      try {
        for (const subscription of this.#init.subscriptions.of(key)) this.#look(name, subscription)
      } catch (cause) {
        this.#init.warn(`news for a push message could not be read: ${String(cause)}`)
      }
      // Each key asks the database some questions; between them the stage answers others.
      await nextTurn()
    }
  }

  #look(key: string, { endpoint, kinds, name }: PushSubscription): void {
    const { news, subscriptions, nowMs } = this.#init
    const since = nowMs() - FRESH_MS
    const { notices } = news.of({ key, name, since })
    const fresh = notices.filter(
      notice =>
        (kinds as readonly string[]).includes(notice.kind) &&
        !this.#known.has(`${endpoint} ${notice.id}`) &&
        !subscriptions.wasTold(endpoint, notice.id),
    )
    for (const notice of fresh.slice(0, AT_ONCE_MAX)) this.#enqueue({ endpoint, notice, attempt: 0 })
    const rest = fresh.slice(AT_ONCE_MAX).map(({ id }) => id)
    if (rest.length > 0) subscriptions.told(endpoint, rest, nowMs())
  }

  #enqueue(task: Task): void {
    if (this.#waiting.length >= WAITING_MAX) return
    this.#known.add(`${task.endpoint} ${task.notice.id}`)
    this.#waiting.push(task)
    this.#work()
  }

  #work(): void {
    while (!this.#stopped && this.#open < OPEN_MAX) {
      const task = this.#waiting.shift()
      if (task === undefined) return
      this.#open++
      void this.#deliver(task)
        .catch(cause => {
          this.#forget(task)
          this.#init.warn(`a push message could not be sent: ${String(cause)}`)
        })
        .finally(() => {
          this.#open--
          this.#work()
        })
    }
  }

  async #deliver(task: Task): Promise<void> {
    const { subscriptions, vapid, send, nowMs } = this.#init
    const { endpoint, notice } = task
    const subscription = subscriptions.find(endpoint)
    if (subscription === null) return this.#forget(task)
    const text = Buffer.from(JSON.stringify({ kind: notice.kind, link: notice.link }))
    const contact = subscription.origin.startsWith('https://') ? subscription.origin : null
    const authorization = vapid.authorization(endpoint, contact, nowMs())
    const outcome = await send({ endpoint, body: encryptPush(subscription, text), authorization })
    if (this.#stopped) return
    if (outcome.kind === 'again') return this.#later(task, outcome.afterMs)
    this.#forget(task)
    if (outcome.kind === 'gone') return subscriptions.remove(endpoint)
    subscriptions.told(endpoint, [notice.id], nowMs())
  }

  #later(task: Task, afterMs: number | null): void {
    const wait = (this.#init.retryMs ?? RETRY_MS)[task.attempt]
    if (wait === undefined || this.#timers.size >= LATER_MAX) {
      this.#forget(task)
      this.#init.subscriptions.told(task.endpoint, [task.notice.id], this.#init.nowMs())
      return
    }
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        // Told with the next news should there be no room for it now.
        this.#forget(task)
        this.#enqueue({ ...task, attempt: task.attempt + 1 })
      },
      Math.max(wait, afterMs ?? 0),
    ).unref()
    this.#timers.add(timer)
  }

  #forget({ endpoint, notice }: Task): void {
    this.#known.delete(`${endpoint} ${notice.id}`)
  }
}
