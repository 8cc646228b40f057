import type { AddressBook } from './address-book.ts'
import { backoffMs } from './backoff.ts'

/** How often the book is compared with the connections: a stage that is newly followed waits at most this long. */
const SWEEP_MS = 1_000
/** Dials at once: enough for a federation, few enough for a home router. */
const PARALLEL_MAX = 4

export interface RediallerOptions {
  readonly book: AddressBook
  readonly isConnected: (peerId: string) => boolean
  /** Resolves when connected and agreed; rejects otherwise. */
  readonly dial: (peerId: string) => Promise<unknown>
  /** In [0, 1). */
  readonly random: () => number
  readonly nowMs: () => number
}

export interface Redialler {
  start(): void
  stop(): void
  /** The connection was lost: begin again with the shortest wait. */
  lost(peerId: string): void
}

/** Keeps dialling followed stages that are not connected, waiting longer after each failure, up to a cap. */
export function createRedialler({ book, isConnected, dial, random, nowMs }: RediallerOptions): Redialler {
  const waiting = new Map<string, { failures: number; atMs: number }>()
  const dialling = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  const attempt = async (peerId: string): Promise<void> => {
    dialling.add(peerId)
    try {
      await dial(peerId)
      waiting.delete(peerId)
    } catch {
      const failures = (waiting.get(peerId)?.failures ?? 0) + 1
      waiting.set(peerId, { failures, atMs: nowMs() + backoffMs(failures, random()) })
    } finally {
      dialling.delete(peerId)
    }
  }

  const sweep = (): void => {
    const followed = book.followed()
    const names = new Set(followed.map(({ peerId }) => peerId))
    for (const peerId of waiting.keys()) if (!names.has(peerId)) waiting.delete(peerId)
    for (const { peerId } of followed) {
      if (isConnected(peerId)) waiting.delete(peerId)
      else if (!dialling.has(peerId) && dialling.size < PARALLEL_MAX && (waiting.get(peerId)?.atMs ?? 0) <= nowMs())
        void attempt(peerId)
    }
  }

  return {
    start: () => {
      timer ??= setInterval(sweep, SWEEP_MS).unref()
      sweep()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
    },
    lost: peerId => {
      waiting.set(peerId, { failures: 0, atMs: nowMs() + backoffMs(0, random()) })
    },
  }
}
