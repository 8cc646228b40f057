import type { ModerationInfo } from '#protocols/api/v1/moderation.ts'
import type { FederationInfo, JobInfo, PeerInfo, StageInfo, StorageInfo } from '#protocols/api/v1/schemas.ts'
import type { PartContext } from '#web/kit/mod.ts'
import type { Looked } from './health.ts'

/** Reads everything that says how the stage is. What cannot be read is null, and the rest still counts. */
export async function look({ api, communities }: PartContext, stage: StageInfo): Promise<Looked> {
  const read = <T>(path: string): Promise<T | null> => api.get<T>(path).catch(() => null)
  const [storage, federation, moderation, peers, jobs] = await Promise.all([
    read<StorageInfo>('/storage'),
    read<FederationInfo>('/federation'),
    read<ModerationInfo>('/moderation'),
    read<PeerInfo[]>('/peers'),
    read<JobInfo[]>('/jobs'),
  ])
  const trusted = globalThis.isSecureContext
  return {
    at: Date.now(),
    stage,
    communities: communities.get(),
    storage,
    federation,
    moderation,
    peers,
    jobs,
    trusted,
  }
}
