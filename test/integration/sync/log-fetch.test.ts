import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogSource } from '#node/p2p/sync/log-fetch.ts'
import type { Copies } from '#node/store/ledger/copies/open.ts'
import { addEntry, type CopiesWorld, copiesWorld } from '#test/support/copies-world.ts'
import { connect } from '#test/support/libp2p-pair.ts'
import { community, furnish, must, NOW, type OwnLog, signerOf } from '#test/support/own-log-world.ts'
import { type SyncStage, syncStage } from '#test/support/sim-sync-stage.ts'

let world: CopiesWorld
let log: OwnLog
let copies: Copies
let owner: SyncStage
let follower: SyncStage
/** How many entries came at a time. */
const batches: number[] = []

const sourceOf = (own: OwnLog): LogSource => ({ ...own, size: own.signedSize })

beforeEach(async () => {
  world = copiesWorld()
  log = world.logs.open(world.logs.folder())
  batches.length = 0
  copies = world.copies(signerOf('north'), await world.registry(null), {
    grew: (_community, from, to) => batches.push(to - from),
  })
  owner = await syncStage({ logOf: asked => (Buffer.compare(asked, community) === 0 ? sourceOf(log) : null) })
  follower = await syncStage({ copies: copies.logs })
  await connect(follower.libp2p, owner.libp2p)
  await furnish(log)
})
afterEach(async () => {
  await Promise.all([owner.stop(), follower.stop()])
  await world.remove()
})

async function grow(entries: number): Promise<void> {
  await Promise.all(Array.from({ length: entries }, () => addEntry(log, NOW)))
  must(log.commit(0))
}

describe('log fetch', () => {
  it('brings a long log in batches that leave the follower free in between', async () => {
    await grow(600)
    const size = log.signedSize()
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(size)
    expect(batches.reduce((sum, batch) => sum + batch, 0)).toBe(size)
    expect(Math.max(...batches)).toBeLessThanOrEqual(256)
    expect(copies.logs.contiguous(community)).toBe(size)
  })

  it('brings a follower up to the signed checkpoint, and later only what is new', async () => {
    await grow(40)
    const first = log.signedSize()
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(first)
    await grow(2)
    // What waits for the next checkpoint is nobody's to fetch yet.
    await addEntry(log, NOW)
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(3)
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(0)
    expect(copies.logs.prove(community, 20)).not.toBeNull()
    expect(copies.logs.checkpoint(community)).toBe(log.checkpoint())
  })

  it('is refused by a stage that does not keep the log', async () => {
    const nobody = signerOf('nobody').publicKey
    await expect(follower.sync.fetchLog(owner.peer, nobody)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('takes a log from whoever holds a copy, as long as its community signed it', async () => {
    await grow(300)
    await follower.sync.fetchLog(owner.peer, community)
    const { logs } = copies
    const holder = await syncStage({
      logOf: asked => ({
        checkpoint: () => logs.checkpoint(asked) ?? '',
        size: () => logs.contiguous(asked),
        entries: (start, limit) => logs.entries(asked, start, limit),
        consistencyProof: (from, to) => logs.consistencyProof(asked, from, to),
      }),
    })
    const third = world.copies(signerOf('east'), await world.registry(null))
    const reader = await syncStage({ copies: third.logs })
    try {
      await connect(reader.libp2p, holder.libp2p)
      expect(await reader.sync.fetchLog(holder.peer, community)).toBe(log.signedSize())
      expect(third.logs.checkpoint(community)).toBe(log.checkpoint())
    } finally {
      await Promise.all([holder.stop(), reader.stop()])
    }
  })

  it('keeps nothing of entries that the checkpoint does not sign', async () => {
    await grow(10)
    const honest = log.entries
    log.entries = (start, limit) => honest(start, limit).toReversed()
    await expect(follower.sync.fetchLog(owner.peer, community)).rejects.toMatchObject({ code: 'peer-refused' })
    expect(copies.logs.contiguous(community)).toBe(0)
  })
})
