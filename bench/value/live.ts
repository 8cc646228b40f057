import type * as api from '#protocols/api/v1/schemas.ts'

/** What a page of a stage is told of payments, as it comes, with the time at which this process read it. */
export interface LiveTransfers {
  /** When a payment was first told in this state, by `performance.now()`. */
  reached(id: string, state: api.TransferState): Promise<number>
  /** The same, or null when it was not told so far. */
  seen(id: string, state: api.TransferState): number | null
  stop(): void
}

/** Reads a stage's live events as a page does. */
export async function liveTransfers(url: string): Promise<LiveTransfers> {
  const stopping = new AbortController()
  const response = await fetch(`${url}/api/v1/live`, { signal: stopping.signal })
  if (response.body === null) throw new Error('a stage has live events')
  const seen = new Map<string, number>()
  const waiting = new Map<string, (at: number) => void>()

  const told = (event: string, data: string): void => {
    if (event !== 'transfer') return
    const { id, state } = JSON.parse(data) as api.TransferInfo
    const name = `${id} ${state}`
    if (seen.has(name)) return
    const at = performance.now()
    seen.set(name, at)
    waiting.get(name)?.(at)
  }

  const read = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map(line => [line.split(':')[0], line.slice(line.indexOf(':') + 2)]))
        told(fields.get('event') ?? '', fields.get('data') ?? '')
      }
    }
  }
  read(response.body).catch(() => {})

  return {
    seen: (id, state) => seen.get(`${id} ${state}`) ?? null,
    reached: (id, state) => {
      const name = `${id} ${state}`
      const at = seen.get(name)
      if (at !== undefined) return Promise.resolve(at)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`a payment was not ${state} within a minute`)), 60_000)
        waiting.set(name, reachedAt => {
          clearTimeout(timer)
          resolve(reachedAt)
        })
      })
    },
    stop: () => stopping.abort(),
  }
}
