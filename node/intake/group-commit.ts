import type { AcceptedEvent } from '#node/ports/intake.ts'

interface Waiting {
  readonly event: AcceptedEvent
  readonly resolve: (added: boolean) => void
  readonly reject: (cause: unknown) => void
}

/** Most events in one transaction: bounds how long the loop is held, about 10 ms at measured insert rates. */
const BATCH_MAX = 512

/**
 * Gathers the events that arrive in one turn of the loop into one transaction, so that a burst shares the price of a
 * commit. Each caller learns its own outcome after the commit.
 */
export function createGroupCommit(append: (events: readonly AcceptedEvent[]) => boolean[]) {
  let waiting: Waiting[] = []
  let scheduled = false

  const commit = (batch: readonly Waiting[]): void => {
    let outcome: boolean[]
    try {
      outcome = append(batch.map(item => item.event))
    } catch (cause) {
      for (const item of batch) item.reject(cause)
      return
    }
    batch.forEach((item, index) => {
      item.resolve(outcome[index] === true)
    })
  }

  const flush = (): void => {
    scheduled = false
    const batch = waiting.slice(0, BATCH_MAX)
    waiting = waiting.slice(BATCH_MAX)
    if (waiting.length > 0) schedule()
    commit(batch)
  }

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  return {
    /** Resolves to whether the event was new, once it is durable. Rejects when the disk refuses. */
    add: (event: AcceptedEvent): Promise<boolean> =>
      new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject })
        schedule()
      }),
  }
}
