import type { LiveEvent } from '#protocols/api/v1/schemas.ts'

/** What a page hears of its stage: server-sent events (WHATWG HTML 9.2), kept until somebody asks for them. */
export class LiveFeed {
  readonly #abort = new AbortController()
  readonly #heard: LiveEvent[] = []
  readonly #waiting = new Set<() => void>()

  static async open(url: string): Promise<LiveFeed> {
    const feed = new LiveFeed()
    const response = await fetch(`${url}/api/v1/live`, { signal: feed.#abort.signal })
    if (!response.ok || response.body === null) throw new Error(`/live answered ${response.status}`)
    // Ends with the stage, or with close(): neither is an error here.
    feed.#read(response.body).catch(() => undefined)
    return feed
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const event = /^event: (.+)$/m.exec(frame)?.[1]
        const data = /^data: (.+)$/m.exec(frame)?.[1]
        if (event !== undefined && data !== undefined) this.#heard.push({ event, data: JSON.parse(data) } as LiveEvent)
      }
      for (const wake of this.#waiting) wake()
    }
  }

  /** The first event, past or to come, that `accept` knows; rejects after `waitMs`. */
  async next<T>(what: string, waitMs: number, accept: (event: LiveEvent) => T | undefined): Promise<T> {
    const found = (): T | undefined => {
      for (const event of this.#heard) {
        const value = accept(event)
        if (value !== undefined) return value
      }
      return undefined
    }
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const value = found()
        if (value === undefined) return
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(value)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        reject(new Error(`${what} did not arrive within ${waitMs / 1000} s`))
      }, waitMs)
      this.#waiting.add(look)
      look()
    })
  }

  close(): void {
    this.#abort.abort()
  }
}
