import type { CID } from 'multiformats/cid'
import { StageError } from '#node/errors.ts'
import type { Holdings } from '#node/ports/holdings.ts'
import type { ReleaseRow, Views } from '#node/ports/views.ts'

interface Progress {
  readonly waiting: boolean
  /** Of this release, blocks and folders alike. */
  readonly heldBytes: number
}

export interface MirrorInit {
  readonly views: Views
  readonly holdings: Holdings
  readonly follows: () => readonly Uint8Array[]
  /** Fetches what is missing under a root until the signal aborts; tells when nobody connected has the rest. */
  readonly fetchAll: (root: CID, signal: AbortSignal, onProgress: (p: Progress) => void) => Promise<void>
  /** How much of a release is held has changed. */
  readonly progressed: (row: ReleaseRow) => void
  readonly warn: (cause: unknown) => void
}

/** Left free of mirrored releases, so that what people play now always finds room without pushing them out. */
const ROOM_FOR_PLAYING = 0.1
/** What folders and links take beside the files, at the most: a larger release is not what its manifest says. */
const OVERHEAD_SHARE = 0.1
const OVERHEAD_BYTES = 1024 * 1024
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
  /** Roots that were larger than announced: going on would push out what people listen to. */
  const oversized = new Set<string>()

  const fits = (missing: number): boolean => {
    const { cachedBytes, capBytes } = init.holdings.usage()
    return cachedBytes + missing <= capBytes * (1 - ROOM_FOR_PLAYING)
  }

  const fetch = async (row: ReleaseRow): Promise<void> => {
    const { root, bytes } = row.manifest
    const held = await init.holdings.held(root)
    if (held.complete || oversized.has(root.toString()) || !fits(Math.max(0, bytes - held.bytes))) return
    const bytesMax = bytes * (1 + OVERHEAD_SHARE) + OVERHEAD_BYTES
    let told = performance.now()
    // Without a holder the next release has its turn: another look comes with the next peer.
    const giveUp = new AbortController()
    await init.fetchAll(root, AbortSignal.any([stopping.signal, giveUp.signal]), ({ waiting, heldBytes }) => {
      if (waiting) giveUp.abort(new StageError('no-holder', 'No holder of this release is connected.'))
      if (heldBytes > bytesMax) {
        oversized.add(root.toString())
        giveUp.abort(new StageError('too-large', 'This release is larger than its manifest says; it was not kept.'))
      }
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
      running ??= pass()
        .catch(init.warn)
        .finally(() => {
          running = null
        })
    },
    /** Resolves when nothing is looked for. */
    idle: async (): Promise<void> => void (await running),
    async stop(): Promise<void> {
      stopping.abort()
      await running
    },
  }
}
