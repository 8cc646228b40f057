import { statfs } from 'node:fs/promises'
import type { EventStore } from '#node/ports/event-store.ts'
import type { Holdings } from '#node/ports/holdings.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { forecast, type UsageSample } from '#src/delivery/forecast.ts'
import type { Clock } from '#src/kernel/ports.ts'

export interface UsageHistory {
  /** Oldest first. */
  samples(): UsageSample[]
  add(sample: UsageSample): void
}

export interface StorageInit {
  readonly dataDir: string
  readonly holdings: Holdings
  readonly store: EventStore
  readonly held: () => Uint8Array[]
  readonly history: UsageHistory
  readonly clock: Clock
}

/** What is used, what is left, and when it will be full. */
export function createStorage({ dataDir, holdings, store, held, history, clock }: StorageInit) {
  return {
    /** Notes today's usage for the forecast. */
    sample(): void {
      const { ownBytes, cachedBytes } = holdings.usage()
      history.add({ atMs: clock.nowMs(), bytes: ownBytes + cachedBytes })
    },
    async info(): Promise<api.StorageInfo> {
      const { ownBytes, cachedBytes, capBytes } = holdings.usage()
      const disk = await statfs(dataDir)
      const diskFreeBytes = disk.bavail * disk.bsize
      const { growthBytesPerDay, daysUntilFull } = forecast(history.samples(), diskFreeBytes)
      return {
        ownBytes,
        cachedBytes,
        cacheCapBytes: capBytes,
        diskFreeBytes,
        diskTotalBytes: disk.blocks * disk.bsize,
        events: held().reduce((sum, community) => sum + store.count(community), 0),
        growthBytesPerDay,
        daysUntilFull,
      }
    },
  }
}
