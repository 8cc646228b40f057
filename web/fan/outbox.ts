import type { SubmitResult } from '#protocols/api/v1/schemas.ts'
import { ApiError, type Said, sentenceOf, t, type Waiting } from '#web/kit/mod.ts'
import { verdictOf } from './outbox-rules.ts'
import type { Entry, OutboxStore, Signed } from './outbox-store.ts'

/** More is not said by one person without a connection; each is 16 kB at most. */
const ENTRIES_MAX = 200
/** Whoever says something is told that it waits after so long, ms; the attempt goes on. */
const PATIENCE_MS = 4_000
/** An answer that takes longer is as good as lost: the same bytes are sent again. */
const ANSWER_MS_MAX = 20_000
const RETRY_MS = 4_000
const RETRY_MS_MAX = 60_000
const SIGNED_MAX = 3
/** What was said so long ago is not sent without asking. */
const STALE_MS = 7 * 24 * 3_600_000

const isConflict = (cause: unknown): boolean => cause instanceof ApiError && cause.code === 'conflict'

const WAITING: Said = { id: '', status: 'waiting', receipt: null, ack: null }

export interface OutboxInit {
  readonly store: OutboxStore
  /** Key of whoever is at the page now, hex. */
  readonly author: () => Promise<string>
  readonly sign: (community: string, type: string, body: unknown) => Promise<Signed>
  readonly post: (community: string, signed: Signed) => Promise<SubmitResult>
  /** What waits has changed. */
  readonly changed: (waiting: readonly Waiting[]) => void
  readonly nowMs: () => number
  /** Calls back after so many ms. */
  readonly later: (ms: number, work: () => void) => void
  /** Runs the work alone among the tabs of this page, as far as the browser can. */
  readonly alone: (work: () => Promise<void>) => Promise<void>
}

interface Asking {
  readonly resolve: (said: Said) => void
  readonly reject: (cause: unknown) => void
}

/**
 * What was said and not yet confirmed, sent in order and each exactly once. An entry is kept before it is signed, and its signed
 * bytes before they are sent: whatever is lost on the way, the same bytes go again, and the stage knows them by their id. Several
 * tabs may work at it: an entry has one set of signed bytes, whoever sends it.
 */
export class Outbox {
  readonly #init: OutboxInit
  readonly #asking = new Map<number, Asking>()
  /** Communities that asked for patience, each with the time until which. */
  readonly #paused = new Map<string, number>()
  #running: Promise<void> | null = null
  #again = false
  #retryMs = RETRY_MS
  #retrying = false

  constructor(init: OutboxInit) {
    this.#init = init
  }

  /** Resolves when the stage has it, or with `waiting`. Throws `ApiError` when it is refused at once: then nothing is kept. */
  async say(community: string, type: string, body: unknown): Promise<Said> {
    const { store, nowMs, later } = this.#init
    if ((await store.all()).length >= ENTRIES_MAX)
      throw new ApiError('outbox-full', t`Too much waits to be sent already. Wait until the stage answers.`, 0)
    const author = await this.#init.author()
    const { n } = await store.add({ author, community, type, body, at: nowMs(), signed: null, refused: null })
    const said = new Promise<Said>((resolve, reject) => {
      this.#asking.set(n, { resolve, reject })
      later(PATIENCE_MS, () => this.#letWait([n]))
    })
    void this.flush()
    return said
  }

  /** Sends what waits. Resolves when there is nothing more to do now. */
  flush(): Promise<void> {
    this.#again = true
    this.#running ??= this.#init
      .alone(() => this.#work())
      .catch(cause => console.error(cause))
      .finally(() => {
        this.#running = null
        if (this.#again) return void this.flush()
        this.#letWait([...this.#asking.keys()])
      })
    return this.#running
  }

  /** One that was refused is tried once more, by whoever is at the page now. */
  async again(n: number): Promise<void> {
    const author = await this.#init.author()
    await this.#init.store.change(n, entry => ({ ...entry, author, refused: null, at: this.#init.nowMs() }))
    await this.flush()
  }

  async drop(n: number): Promise<void> {
    await this.#init.store.remove(n)
    await this.tell()
  }

  /** Shows what waits, also what other tabs did. What was said just now is not shown as waiting while its answer may come any moment. */
  async tell(): Promise<void> {
    const entries = (await this.#init.store.all()).filter(({ n }) => !this.#asking.has(n))
    this.#init.changed(entries.map(({ signed, ...entry }) => ({ ...entry, id: signed?.id ?? null })))
  }

  async #work(): Promise<void> {
    this.#again = false
    await this.tell()
    for (;;) {
      const entry = await this.#next()
      if (entry === undefined) return this.tell()
      const goesOn = await this.#deliver(entry)
      await this.tell()
      if (!goesOn) return
    }
  }

  async #next(): Promise<Entry | undefined> {
    const { store, nowMs } = this.#init
    for (const entry of await store.all()) {
      if (entry.refused !== null || (this.#paused.get(entry.community) ?? 0) > nowMs()) continue
      if (entry.signed !== null || !this.#isStale(entry)) return entry
      const refused = t`This has waited for more than a week. Send it now, or let it go.`
      await store.change(entry.n, one => ({ ...one, refused }))
    }
    return undefined
  }

  #isStale({ at }: Entry): boolean {
    return this.#init.nowMs() - at >= STALE_MS
  }

  /** Whether there is any use in going on. */
  async #deliver(entry: Entry): Promise<boolean> {
    const again = { conflict: 0, other: 0 }
    for (;;) {
      let signed: Signed | null = null
      try {
        signed = await this.#signed(entry.n)
        if (signed === null) return true
        const result = await this.#inTime(this.#init.post(entry.community, signed))
        await this.#init.store.remove(entry.n)
        this.#retryMs = RETRY_MS
        await this.tell()
        this.#answer(entry.n, result)
        return true
      } catch (cause) {
        const verdict = verdictOf(cause)
        // Of each reason so many: bytes of another tab may be too old without any fault of this device's clock.
        const times = ++again[isConflict(cause) ? 'conflict' : 'other']
        if (verdict !== 'sign-again' || times >= SIGNED_MAX) return this.#failed(entry, verdict, cause)
        await this.#unsign(entry.n, signed)
        if (this.#isStale(entry)) return true
      }
    }
  }

  /** Its one set of signed bytes: of two tabs that sign, the first one's hold. Null when it is gone. */
  async #signed(n: number): Promise<Signed | null> {
    const { store, sign } = this.#init
    const entry = await store.change(n, one => one)
    if (entry === null || entry.signed !== null) return entry?.signed ?? null
    if (entry.author !== (await this.#init.author()))
      throw new ApiError('other-author', t`You said this as somebody else. Send it as yourself now, or let it go.`, 409)
    const signed = await sign(entry.community, entry.type, entry.body)
    return (await store.change(n, one => ({ ...one, signed: one.signed ?? signed })))?.signed ?? null
  }

  #unsign(n: number, signed: Signed | null): Promise<Entry | null> {
    return this.#init.store.change(n, one => (one.signed?.id === signed?.id ? { ...one, signed: null } : one))
  }

  async #failed(entry: Entry, verdict: ReturnType<typeof verdictOf>, cause: unknown): Promise<boolean> {
    const asking = this.#asking.get(entry.n)
    if (verdict === 'away' || verdict === 'busy') {
      this.#retryLater()
      return false
    }
    if (asking !== undefined) {
      await this.#init.store.remove(entry.n)
      this.#asking.delete(entry.n)
      asking.reject(cause)
      return true
    }
    if (verdict === 'slow' || isConflict(cause)) {
      this.#paused.set(entry.community, this.#init.nowMs() + this.#retryMs)
      this.#retryLater()
      return true
    }
    await this.#init.store.change(entry.n, one => ({ ...one, signed: null, refused: sentenceOf(cause) }))
    return true
  }

  #retryLater(): void {
    if (this.#retrying) return
    this.#retrying = true
    this.#init.later(this.#retryMs, () => {
      this.#retrying = false
      void this.flush()
    })
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
  }

  #inTime<T>(answer: Promise<T>): Promise<T> {
    const late = new Promise<never>((_resolve, reject) =>
      this.#init.later(ANSWER_MS_MAX, () => reject(new ApiError('unreachable', '', 0))),
    )
    return Promise.race([answer, late])
  }

  /** Tells those who asked that it waits, once that is shown. */
  #letWait(asked: readonly number[]): void {
    const asking = asked.flatMap(n => this.#asking.get(n) ?? [])
    for (const n of asked) this.#asking.delete(n)
    if (asking.length === 0) return
    void this.tell()
      .catch(cause => console.error(cause))
      .then(() => {
        for (const { resolve } of asking) resolve(WAITING)
      })
  }

  #answer(n: number, said: Said): void {
    this.#asking.get(n)?.resolve(said)
    this.#asking.delete(n)
  }
}
