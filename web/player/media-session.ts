import type { QueueTrack } from '#web/kit/mod.ts'

/** Tells the system what plays, for lock screens and media keys. */
export function announce(track: QueueTrack): void {
  if (!('mediaSession' in navigator)) return
  navigator.mediaSession.metadata = new MediaMetadata({
    title: track.info.title,
    artist: track.info.artist,
    album: track.releaseTitle,
    artwork: track.cover === null ? [] : [{ src: track.cover }],
  })
}

export function onMediaKeys(handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>>): void {
  if (!('mediaSession' in navigator)) return
  for (const [action, handler] of Object.entries(handlers)) {
    try {
      navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler)
    } catch {
      // A browser that does not know an action still handles the others.
    }
  }
}
