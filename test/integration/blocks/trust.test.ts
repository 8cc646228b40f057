import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import { afterEach, describe, expect, test } from 'vitest'
import { BlockClient } from '#node/p2p/blocks/client.ts'
import { STREAMS_PER_PEER_MAX } from '#node/p2p/blocks/limits.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import { decodeRequest, encodeRequest, encodeResponseHeader } from '#protocols/blocks/v1/codec.ts'
import { BLOCKS_PROTOCOL, PIPELINE_MAX, RESPONSE_BYTES_MAX } from '#protocols/blocks/v1/constants.ts'
import { loopbackNode } from '#test/support/libp2p-pair.ts'
import { type MediaNode, MediaNodes, MIB, meet, publish, readAll, until } from '#test/support/media-node.ts'

const nodes = new MediaNodes()
const others: Libp2p[] = []
const never = new AbortController().signal

afterEach(async () => {
  await nodes.stopAll()
  await Promise.all(others.splice(0).map(other => other.stop()))
})

type Answer = (id: number, asked: number) => Uint8Array[] | null

/** A peer that speaks the protocol and answers as it is told. `null` says nothing at all. */
async function holderThat(answer: Answer): Promise<Libp2p> {
  const libp2p = await loopbackNode()
  others.push(libp2p)
  let asked = 0
  await libp2p.handle(BLOCKS_PROTOCOL, async stream => {
    const io = frames(stream, { frameBytesMax: RESPONSE_BYTES_MAX })
    try {
      for (let frame = await io.read(); frame !== null; frame = await io.read()) {
        const request = decodeRequest(frame)
        const parts = request.ok ? answer(request.value.id, asked++) : null
        if (parts !== null) await io.write(parts)
      }
    } catch {}
  })
  return libp2p
}

async function meetPeer(node: MediaNode, other: Libp2p): Promise<void> {
  await node.libp2p.dial(other.getMultiaddrs())
  await until(() => node.client.holders.includes(other.peerId.toString()))
}

describe('a holder that misbehaves', () => {
  test('by sending wrong bytes is dropped and reported, and the release comes from an honest one', async () => {
    const blamed: string[] = []
    const alice = await nodes.start()
    const bob = await nodes.start({ onMisbehaviour: peer => blamed.push(peer.toString()) })
    const liar = await holderThat(id => [encodeResponseHeader(id, 'block'), new Uint8Array(1000)])
    const { root, content } = await publish(alice, 8 * MIB)
    await meetPeer(bob, liar)
    await meet(bob, alice)
    await bob.blocks.fetchAll(root, never, () => {})
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
    expect(blamed).toEqual([liar.peerId.toString()])
    expect(bob.client.holders).toEqual([alice.libp2p.peerId.toString()])
    bob.client.addHolder(liar.peerId)
    expect(bob.client.holders).not.toContain(liar.peerId.toString())
  })

  test('by answering what was not asked is dropped', async () => {
    const blamed: string[] = []
    const bob = await nodes.start({
      bitswap: false,
      noHolderMs: 50,
      onMisbehaviour: peer => blamed.push(peer.toString()),
    })
    const liar = await holderThat(id => [encodeResponseHeader(id + 1, 'not-found')])
    const { root } = await publish(await nodes.start(), 1000)
    await meetPeer(bob, liar)
    await expect(bob.blocks.get(root)).rejects.toMatchObject({ code: 'no-holder' })
    expect(blamed).toEqual([liar.peerId.toString()])
  })

  test('by falling silent is left for another', async () => {
    const alice = await nodes.start()
    const bob = await nodes.start({ stallMs: 300 })
    const silent = await holderThat(() => null)
    const { root, content } = await publish(alice, 4 * MIB)
    await meetPeer(bob, silent)
    await meet(bob, alice)
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
  })

  test('by being busy is asked again', async () => {
    const alice = await nodes.start()
    const bob = await nodes.start()
    const { root, content } = await publish(alice, 100)
    const busyOnce = await holderThat((id, asked) =>
      asked === 0 ? [encodeResponseHeader(id, 'busy')] : [encodeResponseHeader(id, 'block'), content],
    )
    await meetPeer(bob, busyOnce)
    expect(Buffer.compare(await bob.blocks.get(root), content)).toBe(0)
  })

  test('by being slow does not hold up what a fast one could send', async () => {
    const alice = await nodes.start()
    const bob = await nodes.start()
    const { root, content } = await publish(alice, 6 * MIB)
    const tarpit = await holderThat(() => null)
    await meetPeer(bob, tarpit)
    await meet(bob, alice)
    const started = bob.blocks.fetchAll(root, never, () => {})
    await started
    expect(Buffer.compare(await readAll(bob, root), content)).toBe(0)
  })
})

describe('a client that misbehaves', () => {
  test('with malformed requests loses its stream and nothing else', async () => {
    const alice = await nodes.start()
    const { root, content } = await publish(alice, 1000)
    const client = await loopbackNode()
    others.push(client)
    await client.dial(alice.libp2p.getMultiaddrs())
    const io = frames(await client.dialProtocol(alice.libp2p.peerId, BLOCKS_PROTOCOL), {
      frameBytesMax: RESPONSE_BYTES_MAX,
    })
    await io.write(new Uint8Array([1, 2, 3]))
    await expect(io.read()).rejects.toMatchObject({ code: 'closed' })
    const honest = new BlockClient({ libp2p: client })
    honest.addHolder(alice.libp2p.peerId)
    expect(Buffer.compare(await honest.get(root), content)).toBe(0)
    await honest.stop()
  })

  test('with many connections has no more streams than with one', async () => {
    const alice = await nodes.start()
    const { root, content } = await publish(alice, 1000)
    const client = await loopbackNode()
    others.push(client)
    const asks = async (): Promise<number | 'refused'> => {
      const connection = await client.dial(alice.libp2p.getMultiaddrs(), { force: true })
      const io = frames(await connection.newStream(BLOCKS_PROTOCOL), { frameBytesMax: RESPONSE_BYTES_MAX })
      try {
        await io.write(encodeRequest({ id: 1, cid: root }))
        return (await io.read())?.length ?? 'refused'
      } catch {
        return 'refused'
      }
    }
    const answers: unknown[] = []
    for (let n = 0; n <= STREAMS_PER_PEER_MAX; n++) answers.push(await asks())
    expect(answers.pop()).toBe('refused')
    for (const length of answers) expect(length).toBeGreaterThan(content.length)
  })

  test('with giant frames loses its stream', async () => {
    const alice = await nodes.start()
    const client = await loopbackNode()
    others.push(client)
    await client.dial(alice.libp2p.getMultiaddrs())
    const io = frames(await client.dialProtocol(alice.libp2p.peerId, BLOCKS_PROTOCOL), {
      frameBytesMax: RESPONSE_BYTES_MAX,
    })
    await io.write(new Uint8Array(200))
    await expect(io.read()).rejects.toMatchObject({ code: 'closed' })
  })

  test('that asks for much and reads nothing costs a bounded amount of memory', async () => {
    const alice = await nodes.start()
    const { root } = await publish(alice, MIB - 1)
    let reads = 0
    const client = await loopbackNode()
    others.push(client)
    const read = alice.vault.readForOthers.bind(alice.vault)
    alice.vault.readForOthers = cid => {
      reads += 1
      return read(cid)
    }
    await client.dial(alice.libp2p.getMultiaddrs())
    const stream = await client.dialProtocol(alice.libp2p.peerId, BLOCKS_PROTOCOL)
    const io = frames(stream, { frameBytesMax: RESPONSE_BYTES_MAX, highWaterBytes: 1024 })
    for (let id = 0; id < PIPELINE_MAX; id++) await io.write(encodeRequest({ id, cid: root }))
    await sleep(300)
    // Four slots, and what one window and one frame in transit take.
    expect(reads).toBeLessThan(10)
    for (let id = 0; id < PIPELINE_MAX; id++) expect((await io.read())?.length).toBeGreaterThan(MIB - 10)
    io.abort()
  })
})
