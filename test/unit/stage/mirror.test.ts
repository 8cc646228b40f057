import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import type { ReleaseRow, Views } from '#node/ports/views.ts'
import { createMirror, type MirrorInit } from '#node/stage/mirror.ts'

const ROOT = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')
const row = { publishedAt: 1, manifest: { root: ROOT, bytes: 1_000 } } as ReleaseRow

/** A holder that sends more and more, as long as it is asked. */
function mirrorOf(over: Partial<MirrorInit>) {
  const fetched: number[] = []
  const mirror = createMirror({
    views: { releases: () => [row] } as unknown as Views,
    holdings: {
      held: async () => ({ bytes: 0, complete: false }),
      usage: () => ({ ownBytes: 0, cachedBytes: 0, capBytes: 1_000_000_000 }),
    },
    follows: () => [new Uint8Array(32)],
    fetchAll: async (_root, signal, onProgress) => {
      for (let heldBytes = 0; heldBytes < 1_000_000_000; heldBytes += 1_000_000) {
        signal.throwIfAborted()
        fetched.push(heldBytes)
        onProgress({ waiting: false, heldBytes })
      }
    },
    progressed: () => {},
    warn: () => {},
    ...over,
  })
  return { mirror, fetched }
}

describe('mirroring', () => {
  it('gives up a release that turns out larger than its manifest says, and leaves it alone from then on', async () => {
    const { mirror, fetched } = mirrorOf({})
    mirror.look()
    await mirror.idle()
    const once = fetched.length
    expect(once).toBeLessThan(10)
    mirror.look()
    await mirror.idle()
    expect(fetched).toHaveLength(once)
  })

  const held = (bytes: number, cachedBytes: number, capBytes: number): MirrorInit['holdings'] => ({
    held: async () => ({ bytes, complete: false }),
    usage: () => ({ ownBytes: 0, cachedBytes, capBytes }),
  })

  it.each([
    ['fits when the rest of it leaves a tenth of the cache free', held(400, 8_400, 10_000), true],
    ['does not fit when one byte of that tenth would go', held(400, 8_401, 10_000), false],
    ['does not fit into a cache that has no room at all', held(0, 10_000, 10_000), false],
  ])('a release %s', async (_, holdings, fits) => {
    const { mirror, fetched } = mirrorOf({ holdings })
    mirror.look()
    await mirror.idle()
    expect(fetched.length > 0).toBe(fits)
  })

  it('brings the newest release first', async () => {
    const other = CID.parse('bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy')
    const newer = { publishedAt: 2, manifest: { root: other, bytes: 1_000 } } as ReleaseRow
    const roots: string[] = []
    const { mirror } = mirrorOf({
      views: { releases: () => [row, newer] } as unknown as Views,
      fetchAll: async root => void roots.push(root.toString()),
    })
    mirror.look()
    await mirror.idle()
    expect(roots).toEqual([other.toString(), ROOT.toString()])
  })

  it('warns of what it cannot read, and looks again when asked to', async () => {
    const warned: unknown[] = []
    const broken = () => {
      throw new Error('a stored manifest cannot be read')
    }
    const { mirror } = mirrorOf({
      views: { releases: broken } as unknown as Views,
      warn: cause => void warned.push(cause),
    })
    for (const looks of [1, 2]) {
      mirror.look()
      await mirror.idle()
      expect(warned).toHaveLength(looks)
    }
  })
})
