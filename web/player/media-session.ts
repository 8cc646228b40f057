import type { Player, QueueTrack } from '#web/kit/mod.ts'

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

/** The system goes on counting by itself: it is told when that would be wrong by more than this. */
const DRIFT_MS = 1_500

/** Shows the system how far it is, and whether it plays. */
export function tellPosition({ clock, state }: Pick<Player, 'clock' | 'state'>): void {
  if (!('mediaSession' in navigator) || navigator.mediaSession.setPositionState === undefined) return
  let told = { positionMs: -1, durationMs: -1, atMs: 0 }
  const tell = (): void => {
    const { positionMs, durationMs } = clock.get()
    const now = performance.now()
    const expected = told.positionMs + (navigator.mediaSession.playbackState === 'playing' ? now - told.atMs : 0)
    if (durationMs <= 0 || (durationMs === told.durationMs && Math.abs(positionMs - expected) < DRIFT_MS)) return
    told = { positionMs, durationMs, atMs: now }
    navigator.mediaSession.setPositionState({
      duration: durationMs / 1000,
      position: Math.min(positionMs, durationMs) / 1000,
    })
  }
  clock.subscribe(tell)
  state.subscribe(({ status }) => {
    navigator.mediaSession.playbackState = status === 'playing' ? 'playing' : status === 'idle' ? 'none' : 'paused'
    tell()
  })
}
