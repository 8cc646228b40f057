import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { StageError } from '#node/errors.ts'
import { BLOCKS_PROTOCOL } from '#protocols/blocks/v1/constants.ts'
import { loopbackNode } from '#test/support/libp2p-pair.ts'
import { MediaNodes, MIB, meet, publish, readAll, until } from '#test/support/media-node.ts'

const nodes = new MediaNodes()
const never = new AbortController().signal

afterEach(() => nodes.stopAll())

describe('fetching a release', () => {
  test('from one holder gives the same bytes, and the fetcher can serve them on', async () => {
    const [alice, bob, carol] = [await nodes.start(), await nodes.start(), await nodes.start()]
    const { root, content } = await publish(alice, 12 * MIB)
    await meet(bob, alice)
    await bob.blocks.fetchAll(root, never, () => {})
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
    expect(bob.vault.usage()).toMatchObject({ ownBytes: 0 })
    expect(await bob.blocks.heldBytes(root)).toMatchObject({ totalBytes: bob.vault.usage().cachedBytes })
    await meet(carol, bob)
    expect(Buffer.compare(await readAll(carol, root), content)).toBe(0)
  })

  test('uses two holders at once, and survives that one dies in the middle', async () => {
    const [alice, bob, carol] = [await nodes.start(), await nodes.start(), await nodes.start()]
    const { root, content } = await publish(alice, 48 * MIB)
    await meet(bob, alice)
    await bob.blocks.fetchAll(root, never, () => {})
    await meet(carol, alice)
    await meet(carol, bob)
    let dying: Promise<void> | undefined
    let servedByAlice = 0
    await carol.blocks.fetchAll(root, never, ({ heldBytes }) => {
      if (heldBytes > 16 * MIB && dying === undefined) {
        servedByAlice = alice.server.bytesServed - 48 * MIB
        dying = nodes.stop(alice)
      }
    })
    await dying
    expect(servedByAlice).toBeGreaterThan(0)
    expect(bob.server.bytesServed).toBeGreaterThan(0)
    expect(Buffer.compare(await readAll(carol, root), content)).toBe(0)
  })

  test('starts to play before the download ends', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start()]
    const { root, content } = await publish(alice, 24 * MIB)
    await meet(bob, alice)
    const range = { offset: 5 * MIB + 17, length: 100_000 }
    const part = await readAll(bob, root, range)
    expect(Buffer.compare(part, content.subarray(range.offset, range.offset + range.length))).toBe(0)
    const { heldBytes, totalBytes } = await bob.blocks.heldBytes(root)
    expect(heldBytes).toBeLessThan(4 * MIB)
    expect(totalBytes).toBeGreaterThan(24 * MIB)
  })

  test('is complete when every block is there, also where the same bytes occur twice', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start()]
    const song = randomBytes(2 * MIB)
    const root = await alice.unixfs.addBytes(Buffer.concat([song, song]))
    await alice.vault.pin(root)
    const held = await alice.blocks.heldBytes(root)
    expect(held.complete).toBe(true)
    expect(held.heldBytes).toBeLessThan(held.totalBytes ?? 0)
    await meet(bob, alice)
    expect((await bob.blocks.heldBytes(root)).complete).toBe(false)
    await readAll(bob, root, { offset: 0, length: 1000 })
    expect((await bob.blocks.heldBytes(root)).complete).toBe(false)
    await bob.blocks.fetchAll(root, never, () => {})
    expect((await bob.blocks.heldBytes(root)).complete).toBe(true)
  })

  test('is counted anew only when what it was counted from may have changed', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start()]
    const { root } = await publish(alice, 2 * MIB)
    const other = await publish(bob, 2 * MIB)
    await meet(bob, alice)
    await meet(alice, bob)
    const own = await alice.blocks.heldBytes(root)
    expect(own.complete).toBe(true)
    await alice.blocks.fetchAll(other.root, never, () => {})
    expect(await alice.blocks.heldBytes(root)).toBe(own)
    const cached = await alice.blocks.heldBytes(other.root)
    expect(cached.complete).toBe(true)
    await alice.vault.setCacheBytesMax(1 * MIB)
    expect((await alice.blocks.heldBytes(other.root)).complete).toBe(false)
    expect(await alice.blocks.heldBytes(root)).toBe(own)
    await alice.vault.unpin(root)
    expect(await alice.blocks.heldBytes(root)).toMatchObject({ heldBytes: 0, complete: false })
  })

  test('waits when every holder is gone, and resumes when one returns', async () => {
    const [alice, carol] = [await nodes.start(), await nodes.start({ noHolderMs: 100 })]
    const { root, content } = await publish(alice, 48 * MIB)
    await meet(carol, alice)
    let leaving: Promise<void> | undefined
    let waiting = false
    const fetched = carol.blocks.fetchAll(root, never, progress => {
      if (progress.heldBytes > 8 * MIB) leaving ??= nodes.stop(alice)
      waiting ||= progress.waiting
    })
    await until(() => waiting)
    await leaving
    const before = carol.client.bytesFetched
    expect(before).toBeLessThan(48 * MIB)
    const back = await nodes.start({ dataDir: alice.dataDir })
    await meet(carol, back)
    await fetched
    expect(carol.client.bytesFetched - before).toBeLessThanOrEqual(49 * MIB - before)
    expect(Buffer.compare(await readAll(carol, root), content)).toBe(0)
  })

  test('that nobody has fails with no-holder, alone and among stages that lack it', async () => {
    const [alice, bob] = [await nodes.start({ bitswap: false }), await nodes.start({ bitswap: false, noHolderMs: 50 })]
    const { root } = await publish(await nodes.start(), 1000)
    await expect(bob.blocks.get(root)).rejects.toMatchObject({ name: 'StageError', code: 'no-holder' })
    await meet(bob, alice)
    await expect(bob.blocks.get(root)).rejects.toMatchObject({ code: 'no-holder' })
    await expect(bob.blocks.get(root, { local: true })).rejects.toMatchObject({ code: 'not-found' })
    await expect(readAll(bob, root)).rejects.toBeInstanceOf(StageError)
  })

  test('that is still being prepared by its publisher gives nothing', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start({ bitswap: false, noHolderMs: 50 })]
    const root = await alice.unixfs.addBytes(new Uint8Array(1000))
    await meet(bob, alice)
    await expect(bob.blocks.get(root)).rejects.toMatchObject({ code: 'no-holder' })
    await alice.vault.pin(root)
    await until(() =>
      bob.blocks.get(root).then(
        () => true,
        () => false,
      ),
    )
  })

  test('can be cancelled, and goes on from there', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start()]
    const { root, content } = await publish(alice, 32 * MIB)
    await meet(bob, alice)
    const stop = new AbortController()
    const first = bob.blocks.fetchAll(root, stop.signal, ({ heldBytes }) => {
      if (heldBytes > 8 * MIB) stop.abort(new Error('enough'))
    })
    await expect(first).rejects.toThrow('enough')
    const before = bob.vault.usage().cachedBytes
    await bob.blocks.fetchAll(root, never, () => {})
    expect(before).toBeGreaterThan(8 * MIB - 1)
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
  })

  test('works with a peer that was connected before', async () => {
    const alice = await nodes.start()
    const { root, content } = await publish(alice, 1000)
    const libp2p = await loopbackNode()
    await libp2p.dial(alice.libp2p.getMultiaddrs())
    await until(async () => (await libp2p.peerStore.get(alice.libp2p.peerId)).protocols.includes(BLOCKS_PROTOCOL))
    const bob = await nodes.start({ libp2p, bitswap: false })
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
  })

  test('crosses to a stage that speaks bitswap alone', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start({ noHolderMs: 50 })]
    const { root, content } = await publish(alice, 3 * MIB)
    await alice.libp2p.unhandle(BLOCKS_PROTOCOL)
    await bob.libp2p.dial(alice.libp2p.getMultiaddrs())
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
  })
})
