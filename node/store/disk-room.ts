import { statfsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/**
 * Left free by what strangers say, so that the community itself can still speak, moderate, pay and stop in good order.
 * Keys are free, so no rate per author bounds a crowd of them; the disk must not be the bound.
 */
const RESERVE_BYTES = 64 * 1024 ** 2
/** On a small disk the reserve is this share of it. */
const RESERVE_SHARE = 0.02
/** How long "there is room" is believed, in ms: at the fastest intake measured, some 60 MB. */
const BELIEVED_MS = 1_000

/** Answers whether the disk under `folder` has room for what is not the community's own. Cheap: asked for every event. */
export function createDiskRoom(folder: string): () => boolean {
  let believedUntil = 0
  return () => {
    const now = performance.now()
    if (now < believedUntil) return true
    const { bavail, blocks, bsize } = statfsSync(folder)
    if (bavail * bsize < Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_SHARE)) return false
    believedUntil = now + BELIEVED_MS
    return true
  }
}
