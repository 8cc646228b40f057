import type { ReleaseSummary, StorageInfo } from '#protocols/api/v1/schemas.ts'
import type { StageSettings } from '#protocols/api/v1/settings.ts'
import type { Weighed } from '#src/delivery/hours.ts'
import type { PartContext } from '#web/kit/mod.ts'

export interface Facts {
  readonly settings: StageSettings
  readonly storage: StorageInfo | null
  readonly weighed: readonly Weighed[]
}

/** What questions need to know of the stage. Throws `ApiError` when its settings cannot be read. */
export async function readFacts({ api }: PartContext): Promise<Facts> {
  const [settings, storage, weighed] = await Promise.all([
    api.get<StageSettings>('/settings'),
    api.get<StorageInfo>('/storage').catch(() => null),
    api.get<ReleaseSummary[]>('/releases').catch(() => []),
  ])
  return { settings, storage, weighed }
}
