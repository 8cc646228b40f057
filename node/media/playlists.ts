/** What a rendition's media playlist says about its one file (RFC 8216, with EXT-X-MAP and EXT-X-BYTERANGE). */
export interface PlaylistFigures {
  readonly segments: number
  readonly seconds: number
  /** Bits per second of the heaviest segment: what HLS calls BANDWIDTH. */
  readonly peakBps: number
  readonly averageBps: number
}

export interface Variant extends PlaylistFigures {
  readonly uri: string
  readonly codec: string
}

const SEGMENT = /#EXTINF:([0-9.]+),[^\n]*\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n/g

/**
 * Checks that a media playlist is complete: an init section and consecutive ranges that end exactly at the end of the
 * file. `null` when it is not, since a player would stop in the middle.
 */
export function readMediaPlaylist(playlist: string, fileBytes: number): PlaylistFigures | null {
  const init = /#EXT-X-MAP:URI="[^"]+",BYTERANGE="(\d+)@0"/.exec(playlist)
  if (init === null || !playlist.trimEnd().endsWith('#EXT-X-ENDLIST')) return null
  let at = Number(init[1])
  let seconds = 0
  let peakBps = 0
  let segments = 0
  for (const [, duration, length, offset] of playlist.matchAll(SEGMENT)) {
    if (Number(offset) !== at) return null
    at += Number(length)
    seconds += Number(duration)
    segments++
    if (Number(duration) > 0) peakBps = Math.max(peakBps, Math.ceil((Number(length) * 8) / Number(duration)))
  }
  if (segments === 0 || seconds === 0 || at > fileBytes) return null
  return { segments, seconds, peakBps, averageBps: Math.ceil((fileBytes * 8) / seconds) }
}

/** The multivariant playlist, lowest bitrate first: a player that starts with the first variant starts at once. */
export function multivariantPlaylist(variants: readonly Variant[]): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const variant of variants) {
    const { peakBps, averageBps, codec, uri } = variant
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${peakBps},AVERAGE-BANDWIDTH=${averageBps},CODECS="${codec}"`, uri)
  }
  return `${lines.join('\n')}\n`
}
