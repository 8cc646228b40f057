import type { LiveEventName } from '#protocols/api/v1/schemas.ts'
import { type Live, type LiveData, Store } from '#web/kit/mod.ts'

const RETRY_MS = 1_000
const RETRY_MS_MAX = 15_000
/** A page is not kept waiting longer for its first events; it reads once more when they do come. */
const READY_MS = 700

/** One EventSource for the whole page. Reopens itself for ever, with growing pauses. */
export class LiveEvents implements Live {
  readonly online = new Store(true)
  readonly reader = new Store<string | null>(null)
  readonly #listeners = new Map<string, Set<(data: never) => void>>()
  readonly #resync = new Set<() => void>()
  #source: EventSource | null = null
  #retryMs = RETRY_MS
  #hadGap = false
  #settle = (): void => {}
  readonly ready = new Promise<void>(resolve => {
    this.#settle = resolve
  })

  /** Starts listening, for good. */
  start(): void {
    this.#open()
    const late = setTimeout(() => {
      this.#hadGap = true
      this.#settle()
    }, READY_MS)
    void this.ready.then(() => clearTimeout(late))
  }

  #open(): void {
    const source = new EventSource('/api/v1/live')
    this.#source = source
    for (const name of this.#listeners.keys()) this.#attach(name)
    source.addEventListener('reader', event => {
      this.reader.set((JSON.parse((event as MessageEvent<string>).data) as { reader: string }).reader)
    })
    source.addEventListener('open', () => {
      this.#retryMs = RETRY_MS
      this.online.set(true)
      if (this.#hadGap) for (const listener of [...this.#resync]) listener()
      this.#hadGap = false
      this.#settle()
    })
    source.addEventListener('error', () => {
      source.close()
      this.#hadGap = true
      this.online.set(false)
      this.reader.set(null)
      this.#settle()
      setTimeout(() => this.#open(), this.#retryMs)
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
    })
  }

  on<K extends LiveEventName>(event: K, listener: (data: LiveData<K>) => void): () => void {
    let known = this.#listeners.get(event)
    if (known === undefined) {
      known = new Set()
      this.#listeners.set(event, known)
      this.#attach(event)
    }
    known.add(listener as (data: never) => void)
    return () => known.delete(listener as (data: never) => void)
  }

  onResync(listener: () => void): () => void {
    this.#resync.add(listener)
    return () => this.#resync.delete(listener)
  }

  #attach(name: string): void {
    this.#source?.addEventListener(name, event => {
      const data = JSON.parse((event as MessageEvent<string>).data) as never
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(data)
    })
  }
}
