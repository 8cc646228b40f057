import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReceiptRecord } from '#node/ports/community-log.ts'
import { createCommunityLog } from '#node/store/ledger/community-log.ts'
import { createFollowedLogs } from '#node/store/ledger/followed-logs.ts'
import { connect } from '#test/support/libp2p-pair.ts'
import { type SyncStage, syncStage } from '#test/support/sim-sync-stage.ts'
import { asset, community, desk, fan, issueOrder, ports } from '#test/unit/ledger/world.ts'

const clock = { nowMs: () => 1_700_000_000_000 }
let folder: string
let log: ReturnType<typeof createCommunityLog>
let followed: ReturnType<typeof createFollowedLogs>
let owner: SyncStage
let follower: SyncStage
const shown: ReceiptRecord[] = []
/** How many receipts came at a time. */
const batches: number[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-fetch-'))
  log = createCommunityLog({ ...ports, file: join(folder, 'own.db'), signer: desk, asset, clock })
  followed = createFollowedLogs({ ...ports, file: join(folder, 'followed.db'), clock })
  shown.length = 0
  batches.length = 0
  owner = await syncStage({ ownCommunity: community, ownLog: log })
  follower = await syncStage({
    followedLogs: followed,
    receipts: (_, receipts) => {
      batches.push(receipts.length)
      shown.push(...receipts)
    },
  })
  await connect(follower.libp2p, owner.libp2p)
})
afterEach(async () => {
  await Promise.all([owner.stop(), follower.stop()])
  log.close()
  followed.close()
  await rm(folder, { recursive: true })
})

function issue(from: number, to: number): void {
  for (let seq = from; seq <= to; seq++) {
    const { envelope, id } = issueOrder(seq, 10n)
    const issued = log.issue(envelope, id)
    if (!issued.ok) throw new Error(issued.error.message)
  }
}

describe('log fetch', () => {
  it('brings a long log in batches that leave the follower free in between', async () => {
    issue(1, 300)
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(300)
    expect(batches).toEqual([256, 44])
    expect(followed.contiguous(community)).toBe(300)
  })

  it('brings a follower up to the signed checkpoint, and later only what is new', async () => {
    issue(1, 40)
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(40)
    expect(followed.contiguous(community)).toBe(40)
    issue(41, 43)
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(3)
    expect(await follower.sync.fetchLog(owner.peer, community)).toBe(0)
    expect(shown.map(receipt => receipt.index)).toEqual(Array.from({ length: 43 }, (_, index) => index))
    expect(followed.prove(community, 20)).not.toBeNull()
  })

  it('is refused by a stage that does not keep the log', async () => {
    await expect(follower.sync.fetchLog(owner.peer, fan.publicKey)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keeps nothing of entries that the checkpoint does not sign', async () => {
    issue(1, 10)
    const entries = log.entries.bind(log)
    log.entries = (start, limit) => entries(start, limit).toReversed()
    await expect(follower.sync.fetchLog(owner.peer, community)).rejects.toMatchObject({ code: 'peer-refused' })
    expect(followed.contiguous(community)).toBe(0)
  })
})
