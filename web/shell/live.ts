import type { LiveEventName } from '#protocols/api/v1/schemas.ts'
import { type Live, type LiveData, Store } from '#web/kit/mod.ts'

const RETRY_MS = 1_000
const RETRY_MS_MAX = 15_000

interface Reader {
  readonly reader: string
  /** Whether everything since the asked position was sent. */
  readonly whole: boolean
}

/**
 * Where the live events stood when the stage answered with this document: what was read since then, with the events from there on,
 * misses nothing. Null where the browser does not show it.
 */
function documentPosition(): string | null {
  const [document] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return document?.serverTiming?.find(({ name }) => name === 'live')?.description ?? null
}

/** One EventSource for the whole page. Reopens itself for ever, with growing pauses. */
export class LiveEvents implements Live {
  readonly online = new Store(true)
  readonly reader = new Store<string | null>(null)
  readonly #listeners = new Map<string, Set<(data: never) => void>>()
  readonly #resync = new Set<() => void>()
  #source: EventSource | null = null
  #retryMs = RETRY_MS
  #hadGap = false

  /** Starts listening, for good. */
  start(): void {
    this.#open(documentPosition())
  }

  #open(since: string | null): void {
    const source = new EventSource(since === null ? '/api/v1/live' : `/api/v1/live?since=${encodeURIComponent(since)}`)
    this.#source = source
    for (const name of this.#listeners.keys()) this.#attach(name)
    source.addEventListener('reader', event => {
      const { reader, whole } = JSON.parse((event as MessageEvent<string>).data) as Reader
      this.reader.set(reader)
      if (this.#hadGap || !whole) for (const listener of [...this.#resync]) listener()
      this.#hadGap = false
    })
    source.addEventListener('open', () => {
      this.#retryMs = RETRY_MS
      this.online.set(true)
    })
    source.addEventListener('error', () => {
      source.close()
      this.#hadGap = true
      this.online.set(false)
      this.reader.set(null)
      setTimeout(() => this.#open(null), this.#retryMs)
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
