import type { SyncReport } from '#node/ports/sync.ts'
import { INTERVAL_MS } from './limits.ts'

export interface AntiEntropyOptions {
  readonly syncWith: (peer: string, community: Uint8Array) => Promise<SyncReport>
  /** Connected stages, by peer id as text. */
  readonly peers: () => readonly string[]
  readonly communities: () => readonly Uint8Array[]
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Calls back once after a delay; the returned function cancels. */
  readonly schedule: (delayMs: number, callback: () => void) => () => void
  readonly done?: (peer: string, community: Uint8Array, outcome: SyncReport | Error) => void
  readonly intervalMs?: number
}

/**
 * Compares every community with one random peer, again and again: closes what gossip lost and sync on connect missed.
 * A quarter of jitter keeps stages that started together from asking each other at the same moment.
 */
export function startAntiEntropy(options: AntiEntropyOptions): { stop(): void } {
  const { random, intervalMs = INTERVAL_MS } = options
  let stopped = false
  let cancel = (): void => {}

  const round = async (): Promise<void> => {
    for (const community of options.communities()) {
      const peers = options.peers()
      const peer = peers[Math.floor(random() * peers.length)]
      if (stopped || peer === undefined) return
      const outcome = await options.syncWith(peer, community).catch((cause: Error) => cause)
      options.done?.(peer, community, outcome)
    }
  }

  const plan = (): void => {
    cancel = options.schedule(intervalMs * (0.75 + random() / 2), () => {
      void round().finally(() => {
        if (!stopped) plan()
      })
    })
  }
  plan()

  return {
    stop() {
      stopped = true
      cancel()
    },
  }
}
