import type { Libp2p, Stream } from '@libp2p/interface'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type FramesOptions, frames } from '#node/p2p/stream/frames.ts'
import { connect, loopbackNode } from '#test/support/libp2p-pair.ts'

const PROTOCOL = '/test/frames/1'
const MIB = 1024 * 1024

let server: Libp2p
let client: Libp2p

beforeAll(async () => {
  server = await loopbackNode()
  client = await loopbackNode(false)
  await connect(client, server)
})

afterEach(() => server.unhandle(PROTOCOL))

afterAll(async () => {
  await client.stop()
  await server.stop()
})

/** Both ends of a new stream. The far end is handed to `onStream` in the tick in which it arrives. */
async function open<T>(onStream: (stream: Stream) => T): Promise<{ near: Stream; far: Promise<T> }> {
  const { promise, resolve } = Promise.withResolvers<T>()
  await server.handle(PROTOCOL, stream => resolve(onStream(stream)))
  const near = await client.dialProtocol(server.peerId, PROTOCOL)
  return { near, far: promise }
}

const options = (over: Partial<FramesOptions> = {}): FramesOptions => ({
  frameBytesMax: 4 * MIB,
  idleMs: 10_000,
  ...over,
})

/** A frame whose every byte depends on its number and position. */
const pattern = (length: number, salt: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + salt) & 0xff)

describe('frames over a real stream', () => {
  test('arrive whole and in order, from empty to several windows long', async () => {
    const { near, far } = await open(stream => frames(stream, options()))
    const sizes = [0, 1, 127, 128, 5_000, 300_000, 3 * MIB, 0, 9]
    const out = frames(near, options())
    const sent = Promise.all(sizes.map((size, i) => out.write(pattern(size, i)))).then(() => out.close())
    const reader = await far
    for (const [i, size] of sizes.entries())
      expect(Buffer.compare((await reader.read()) as Uint8Array, pattern(size, i))).toBe(0)
    expect(await reader.read()).toBeNull()
    await sent
  })

  test('made of several parts arrive as one', async () => {
    const { near, far } = await open(stream => frames(stream, options()))
    await frames(near, options()).write([pattern(3, 1), pattern(10_000, 2), pattern(0, 0), pattern(7, 3)])
    const expected = Buffer.concat([pattern(3, 1), pattern(10_000, 2), pattern(7, 3)])
    expect(Buffer.compare((await (await far).read()) as Uint8Array, expected)).toBe(0)
  })

  test('wait for a slow reader, with bounded memory on both sides', async () => {
    let raw: Stream | undefined
    const { near, far } = await open(stream => {
      raw = stream
      return frames(stream, options({ highWaterBytes: 64 * 1024 }))
    })
    const out = frames(near, options())
    let written = 0
    const total = 16
    const sending = (async () => {
      for (let i = 0; i < total; i++) {
        await out.write(pattern(MIB, i))
        written += 1
      }
      await out.close()
    })()
    const reader = await far
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(written).toBeLessThan(6)
    expect(near.writeBufferLength).toBeLessThanOrEqual(2 * MIB)
    for (let i = 0; i < total; i++) {
      const frame = (await reader.read()) as Uint8Array
      expect(Buffer.compare(frame, pattern(MIB, i))).toBe(0)
      expect(raw?.readBufferLength ?? 0).toBeLessThanOrEqual(2 * MIB)
    }
    expect(await reader.read()).toBeNull()
    await sending
  })

  test('survive a remote that sends everything and closes before the first read', async () => {
    const { near, far } = await open(stream => frames(stream, options({ highWaterBytes: 1024 })))
    const out = frames(near, options())
    for (let i = 0; i < 3; i++) await out.write(pattern(50_000, i))
    await out.close()
    const reader = await far
    await new Promise(resolve => setTimeout(resolve, 100))
    for (let i = 0; i < 3; i++) expect(Buffer.compare((await reader.read()) as Uint8Array, pattern(50_000, i))).toBe(0)
    expect(await reader.read()).toBeNull()
    await reader.close()
  })

  test('over the limit are refused before their bytes are kept', async () => {
    const { near, far } = await open(stream => frames(stream, options({ frameBytesMax: 1000 })))
    near.send(Uint8Array.of(0xe9, 0x07))
    await expect((await far).read()).rejects.toMatchObject({ name: 'StreamError', code: 'too-large' })
    await expect(frames(near, options({ frameBytesMax: 10 })).write(new Uint8Array(11))).rejects.toMatchObject({
      code: 'too-large',
    })
  })

  test('with a malformed length are refused', async () => {
    const { near, far } = await open(stream => frames(stream, options()))
    near.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff))
    await expect((await far).read()).rejects.toMatchObject({ code: 'bad-length' })
  })

  test('cut short by the end of the stream are reported, not delivered', async () => {
    const { near, far } = await open(stream => frames(stream, options()))
    near.send(Uint8Array.of(100, 1, 2, 3))
    await near.close()
    await expect((await far).read()).rejects.toMatchObject({ code: 'truncated' })
  })

  test('that stop coming end in a timeout, and the stream is dropped', async () => {
    const { near, far } = await open(stream => frames(stream, options({ idleMs: 50 })))
    near.send(Uint8Array.of(100, 1, 2, 3))
    await expect((await far).read()).rejects.toMatchObject({ code: 'timeout' })
    await expect(frames(near, options()).read()).rejects.toMatchObject({ code: 'closed' })
  })

  test('that nobody takes end in a timeout for the writer', async () => {
    const { near } = await open(stream => frames(stream, options({ highWaterBytes: 1024 })))
    const out = frames(near, options({ idleMs: 100 }))
    const writing = (async () => {
      for (;;) await out.write(new Uint8Array(MIB))
    })()
    await expect(writing).rejects.toMatchObject({ code: 'timeout' })
  })

  test('can be given up by a signal', async () => {
    const { near } = await open(stream => frames(stream, options()))
    const giveUp = new AbortController()
    const reading = frames(near, options()).read(giveUp.signal)
    giveUp.abort()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('end with an error when the connection goes away', async () => {
    const { near, far } = await open(stream => frames(stream, options()))
    near.send(Uint8Array.of(100, 1, 2, 3))
    const reading = (await far).read()
    near.abort(new Error('gone'))
    await expect(reading).rejects.toMatchObject({ code: 'closed' })
  })
})
