import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { Keeper } from '#node/p2p/sync/keep.ts'
import { Refusals } from '#node/p2p/sync/refusals.ts'
import { testAuthor } from '#test/support/author.ts'
import { chat } from '#test/support/sim-sync-stage.ts'
import { doorOver } from '#test/support/world.ts'

const community = testAuthor(0).publicKey
const events = [1, 2, 3].map(seq => chat(testAuthor(1), community, seq))

describe('what a session brings', () => {
  it('is not fetched any further once the disk is full, and is not held against anybody', async () => {
    let room = false
    const { intake, store, time } = doorOver(testAuthor(9).publicKey, { hasRoom: () => room })
    const refusals = new Refusals({ nowMs: () => time.nowMs })
    const keeper = new Keeper({ intake, hasher, refusals }, 'p')
    await expect(keeper.keep(events)).rejects.toMatchObject({ reason: 'internal', own: 'disk-full' })
    room = true
    expect(await keeper.keep(events)).toEqual({ stored: 3, refused: 0 })
    expect(store.count(community)).toBe(3)
  })
})
