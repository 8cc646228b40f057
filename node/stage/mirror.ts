import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Holdings } from '#node/ports/holdings.ts'
import type { ReleaseRow, Views } from '#node/ports/views.ts'

export interface MirrorInit {
  readonly views: Views
  readonly holdings: Holdings
  readonly follows: () => readonly Uint8Array[]
  /** Fetches what is missing under a root until the signal aborts; tells when nobody connected has the rest. */
  readonly fetchAll: (root: CID, signal: AbortSignal, onProgress: (p: { waiting: boolean }) => void) => Promise<void>
  /** How much of a release is held has changed. */
  readonly progressed: (row: ReleaseRow) => void
  readonly warn: (cause: unknown) => void
}

/** Left free of mirrored releases, so that what people play now always finds room without pushing them out. */
const ROOM_FOR_PLAYING = 0.1
/** Pages are told of progress at most this often. */
const TELL_EVERY_MS = 500

/**
 * Keeps the releases of followed communities on this machine, newest first, one at a time, as long as the cache has
 * room: so they play at once, survive their home stage being off, and are served to others.
 */
export function createMirror(init: MirrorInit) {
  const stopping = new AbortController()
  let again = false
  let running: Promise<void> | null = null

  const fits = (missing: number): boolean => {
    const { cachedBytes, capBytes } = init.holdings.usage()
    return cachedBytes + missing <= capBytes * (1 - ROOM_FOR_PLAYING)
  }

  const fetch = async (row: ReleaseRow): Promise<void> => {
    const { root, bytes } = row.manifest
    const held = await init.holdings.held(root)
    if (held.complete || !fits(Math.max(0, bytes - held.bytes))) return
    let told = performance.now()
    // Without a holder the next release has its turn: another look comes with the next peer.
    const noHolder = new AbortController()
    await init.fetchAll(root, AbortSignal.any([stopping.signal, noHolder.signal]), ({ waiting }) => {
      if (waiting) noHolder.abort(new StageError('no-holder', 'No holder of this release is connected.'))
      if (performance.now() - told < TELL_EVERY_MS) return
      told = performance.now()
      init.progressed(row)
    })
    init.progressed(row)
  }

  const pass = async (): Promise<void> => {
    do {
      again = false
      const rows = init.follows().flatMap(community => init.views.releases(community))
      rows.sort((a, b) => b.publishedAt - a.publishedAt)
      for (const row of rows) {
        if (stopping.signal.aborted) return
        await fetch(row).catch(cause => {
          if (!stopping.signal.aborted && !(cause instanceof StageError)) init.warn(cause)
        })
      }
    } while (again && !stopping.signal.aborted)
  }

  return {
    /** Looks for missing media soon; a look that is under way looks once more. */
    look(): void {
      again = true
      running ??= pass().finally(() => {
        running = null
      })
    },
    async stop(): Promise<void> {
      stopping.abort()
      await running
    },
  }
}
