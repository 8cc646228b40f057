import type { StageApi } from '#node/ports/stage-api.ts'

const RELEASE = /^\/release\/([0-9a-f]{32})$/

/**
 * Addresses that the page at a path asks for first: what it shows, and where the music of its first track begins. On a slow line each
 * would otherwise cost a round trip after the one before it.
 */
export async function firstReads(stage: Pick<StageApi, 'release'>, path: string): Promise<string[]> {
  if (path === '/') return ['/api/v1/releases']
  const id = RELEASE.exec(path)?.[1]
  if (id === undefined) return []
  try {
    const { tracks } = await stage.release(id)
    const [smallest] = [...(tracks[0]?.renditions ?? [])].sort((a, b) => a.bitsPerSecond - b.bitsPerSecond)
    return [`/api/v1/releases/${id}`, ...(smallest === undefined ? [] : [smallest.playlist])]
  } catch {
    // The page itself says that it is not here.
    return []
  }
}
