import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'

/** Media and release papers that the listener keeps on this device. */
const KEPT_CACHE = 'kept'
const LIST = 'bandstand-kept'

export interface KeptRelease {
  readonly id: string
  readonly title: string
  readonly artist: string
  readonly cover: string | null
  readonly bytes: number
}

/** Whether this browser can keep anything: it wants a secure context, which loopback is. */
export const canKeep = (): boolean => 'caches' in globalThis && navigator.serviceWorker?.controller != null

export function keptReleases(): readonly KeptRelease[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(LIST) ?? '[]')
    return Array.isArray(list) ? (list as KeptRelease[]) : []
  } catch {
    return []
  }
}

export const isKept = (release: string): boolean => keptReleases().some(({ id }) => id === release)

/** One whole file a track: it plays without asking which quality the line allows. */
const filesOf = ({ tracks }: ReleaseDetail) => tracks.map(({ plain, original }) => plain ?? original)

export const bytesToKeep = (release: ReleaseDetail): number =>
  filesOf(release).reduce((sum, file) => sum + file.bytes, 0)

/** Fetches a release whole; it counts as kept once everything is here. Throws what `fetch` throws, or on a refusal. */
export async function keepRelease(release: ReleaseDetail, progress: (share: number) => void): Promise<void> {
  const cache = await caches.open(KEPT_CACHE)
  const { id, title, artist, cover } = release
  const urls = [...filesOf(release).map(file => file.url), ...(cover === null ? [] : [cover])]
  for (const [at, url] of urls.entries()) {
    if ((await cache.match(url)) === undefined) {
      const answer = await fetch(url)
      if (answer.status !== 200) throw new Error(`status ${answer.status}`)
      await cache.put(url, answer)
    }
    progress((at + 1) / urls.length)
  }
  const others = keptReleases().filter(kept => kept.id !== id)
  const kept: KeptRelease = { id, title, artist, cover, bytes: bytesToKeep(release) }
  localStorage.setItem(LIST, JSON.stringify([kept, ...others]))
  // Asked for, not promised: without it a browser may clear the cache when the disk is full.
  void navigator.storage?.persist?.()
}

export async function dropKept(release: ReleaseDetail): Promise<void> {
  localStorage.setItem(LIST, JSON.stringify(keptReleases().filter(({ id }) => id !== release.id)))
  const cache = await caches.open(KEPT_CACHE)
  for (const { url } of filesOf(release)) await cache.delete(url)
  if (release.cover !== null) await cache.delete(release.cover)
}
