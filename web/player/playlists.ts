import { fetchText } from './fetch-range.ts'
import { type MediaPlaylist, parseMediaPlaylist } from './playlist.ts'

/** Playlists are small and few; the oldest make room. */
const KEPT_MAX = 32

const asked = new Map<string, Promise<MediaPlaylist>>()

async function open(url: string): Promise<MediaPlaylist> {
  const playlist = parseMediaPlaylist(await fetchText(url), url)
  if (playlist?.init == null) throw new TypeError('not a byte-range playlist')
  return playlist
}

/** Asked for once; again only after a failure. Throws `ApiError`, or `TypeError` for what is no such playlist. */
export function openPlaylist(path: string): Promise<MediaPlaylist> {
  const url = new URL(path, location.href).href
  const known = asked.get(url)
  if (known !== undefined) return known
  const asking = open(url)
  asked.set(url, asking)
  asking.catch(() => asked.delete(url))
  for (const old of [...asked.keys()].slice(0, -KEPT_MAX)) asked.delete(old)
  return asking
}
