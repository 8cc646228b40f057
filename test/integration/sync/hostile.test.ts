import type { Stream } from '@libp2p/interface'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Frames, frames } from '#node/p2p/stream/frames.ts'
import { OPENS_BURST, SESSIONS_MAX, STREAMS_PER_PEER_MAX } from '#node/p2p/sync/limits.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { decodeAnswer, encodeMessage, type Request } from '#protocols/sync/v1/codec.ts'
import { MESSAGE_BYTES_MAX, SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import { testAuthor } from '#test/support/author.ts'
import { connect } from '#test/support/libp2p-pair.ts'
import { AT_MS, chat, give, type SyncStage, syncStage } from '#test/support/sim-sync-stage.ts'

const COMMUNITY = testAuthor(0).publicKey
const OPEN = encodeMessage({ t: 'open', community: COMMUNITY, fingerprint: new Uint8Array(16) })
/** Streams open and close in their own time on a busy machine. */
const POLL = { timeout: 20_000 }
let stage: SyncStage
let peer: SyncStage

beforeEach(async () => {
  stage = await syncStage()
  peer = await syncStage()
  await connect(peer.libp2p, stage.libp2p)
})
afterEach(async () => {
  await Promise.all([stage.stop(), peer.stop()])
})

async function raw(): Promise<{ io: Frames; stream: Stream }> {
  const stream = await peer.libp2p.dialProtocol(stage.libp2p.peerId, SYNC_PROTOCOL)
  return { io: frames(stream, { frameBytesMax: MESSAGE_BYTES_MAX * 8 }), stream }
}

async function answerTo(io: Frames, frame: Uint8Array): Promise<unknown> {
  await io.write(frame)
  const answer = await io.read()
  const decoded = answer === null ? null : decodeAnswer(answer)
  return decoded?.ok ? decoded.value : null
}

/** The stage still serves an honest peer. */
async function stillServes(): Promise<void> {
  await give(stage, [chat(testAuthor(1), COMMUNITY, 1)])
  await expect(peer.sync.syncWith(stage.peer, COMMUNITY)).resolves.toMatchObject({ received: 1 })
}

describe('a stage that is sent nonsense', () => {
  it('answers unreadable messages with a typed error and hangs up', async () => {
    for (const frame of [
      new Uint8Array(0),
      new Uint8Array(100).fill(0xff),
      encode({ t: 'gimme' }),
      OPEN.slice(0, 20),
    ]) {
      const { io } = await raw()
      expect(await answerTo(io, frame)).toMatchObject({ t: 'error', code: 'bad-message' })
      expect(await io.read()).toBeNull()
    }
    await stillServes()
  })

  it('answers requests out of order with a typed error', async () => {
    const early: Request[] = [
      { t: 'push', events: [] },
      { t: 'authors', authors: [[COMMUNITY, 0]] },
      { t: 'reconcile', ranges: [] },
    ]
    for (const request of early) {
      const { io } = await raw()
      expect(await answerTo(io, encodeMessage(request))).toMatchObject({ t: 'error', code: 'out-of-order' })
    }
    const { io } = await raw()
    expect(await answerTo(io, OPEN)).toMatchObject({ t: 'vector' })
    expect(await answerTo(io, OPEN)).toMatchObject({ t: 'error', code: 'out-of-order' })
    await stillServes()
  })

  it('drops a frame above the limit before reading it', async () => {
    const { io } = await raw()
    await io.write(new Uint8Array(MESSAGE_BYTES_MAX + 1)).catch(() => {})
    await expect(io.read()).rejects.toMatchObject({ code: 'closed' })
    await stillServes()
  })

  it('stores nothing of forged events and ends the session after a few', async () => {
    const forged = Array.from({ length: 40 }, (_, seq) => {
      const bytes = chat(testAuthor(1), COMMUNITY, seq + 1)
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1
      return bytes
    })
    const { io } = await raw()
    await answerTo(io, OPEN)
    await io.write(encodeMessage({ t: 'push', events: forged }))
    await expect(io.read()).rejects.toMatchObject({ code: 'closed' })
    expect(stage.store.count(COMMUNITY)).toBe(0)
  })

  it('allows a peer a few streams, and one session about a community', async () => {
    const first = await raw()
    expect(await answerTo(first.io, OPEN)).toMatchObject({ t: 'vector' })
    const second = await raw()
    expect(await answerTo(second.io, OPEN)).toMatchObject({ t: 'error', code: 'busy' })
    await first.io.close()
    await first.io.read()
  })

  it('counts the streams of a peer over all its connections', async () => {
    // Sessions about different communities, which stay open.
    const ask = async (n: number): Promise<unknown> => {
      const connection = await peer.libp2p.dial(stage.libp2p.getMultiaddrs(), { force: true })
      const io = frames(await connection.newStream(SYNC_PROTOCOL), { frameBytesMax: MESSAGE_BYTES_MAX })
      const community = testAuthor(n).publicKey
      return answerTo(io, encodeMessage({ t: 'open', community, fingerprint: new Uint8Array(16) })).catch(
        () => 'refused',
      )
    }
    for (let n = 0; n < STREAMS_PER_PEER_MAX; n++) expect(await ask(n)).toMatchObject({ t: 'vector' })
    expect(await ask(STREAMS_PER_PEER_MAX)).toBe('refused')
  })

  it('serves a bounded number of streams over all peers, and others again when some have gone', async () => {
    const crowd = [
      peer,
      ...(await Promise.all(Array.from({ length: SESSIONS_MAX / STREAMS_PER_PEER_MAX }, () => syncStage()))),
    ]
    try {
      const open = async (from: SyncStage): Promise<Frames> => {
        const stream = await from.libp2p.dialProtocol(stage.libp2p.peerId, SYNC_PROTOCOL)
        return frames(stream, { frameBytesMax: MESSAGE_BYTES_MAX })
      }
      const ask = encodeMessage({ t: 'push', events: [] })
      const held: Frames[] = []
      for (const from of crowd.slice(1)) {
        await connect(from.libp2p, stage.libp2p)
        for (let n = 0; n < STREAMS_PER_PEER_MAX; n++) held.push(await open(from))
      }
      const late = (): Promise<unknown> =>
        open(peer)
          .then(
            io => answerTo(io, ask),
            () => null,
          )
          .catch(() => 'refused')
      await expect.poll(late, POLL).toBe('refused')
      for (const io of held.slice(0, STREAMS_PER_PEER_MAX)) io.abort()
      await expect.poll(late, POLL).toMatchObject({ code: 'out-of-order' })
      for (const io of held) io.abort()
    } finally {
      await Promise.all(crowd.slice(1).map(one => one.stop()))
    }
  })

  it('gives up a session in which the other side dawdles, whoever asked', async () => {
    const hasty = await syncStage({ sessionMs: 300 })
    try {
      await peer.sync.stop()
      const trickle: NodeJS.Timeout[] = []
      await peer.libp2p.handle(SYNC_PROTOCOL, stream => {
        // A frame of half a megabyte, one byte at a time.
        stream.send(new Uint8Array([0x80, 0x80, 0x20]))
        trickle.push(setInterval(() => stream.status === 'open' && stream.send(new Uint8Array(1)), 20))
      })
      await connect(hasty.libp2p, peer.libp2p)
      await expect(hasty.sync.syncWith(peer.peer, COMMUNITY)).rejects.toMatchObject({ code: 'peer-unreachable' })
      const stream = await peer.libp2p.dialProtocol(hasty.libp2p.peerId, SYNC_PROTOCOL)
      stream.send(new Uint8Array([0x80, 0x80, 0x20]))
      trickle.push(setInterval(() => stream.status === 'open' && stream.send(new Uint8Array(1)), 20))
      await new Promise(resolve => stream.addEventListener('close', resolve, { once: true }))
      for (const timer of trickle) clearInterval(timer)
    } finally {
      await hasty.stop()
    }
  })

  it('counts the sessions that a peer opens, though it ends each of them at once', async () => {
    await stage.stop()
    // A clock that stands still: nothing is earned back meanwhile, however slow the machine.
    stage = await syncStage({ clock: { nowMs: () => AT_MS } })
    await connect(peer.libp2p, stage.libp2p)
    const answers: unknown[] = []
    for (let n = 0; n < OPENS_BURST + 2; n++) {
      const { io } = await raw()
      answers.push(((await answerTo(io, OPEN)) as { t: string }).t)
      await io.close()
      // Its end shows that the session is over, so that no session is refused for another one about the community.
      await io.read().catch(() => null)
    }
    expect(answers).toEqual([...Array(OPENS_BURST).fill('vector'), 'error', 'error'])
  })

  it('tells a peer that opens sessions without end to come back later', async () => {
    const codes: unknown[] = []
    for (let n = 0; n < 80; n++) {
      const { io } = await raw()
      codes.push(await answerTo(io, encodeMessage({ t: 'log', community: COMMUNITY, from: 0 })))
      await io.close()
    }
    expect(codes.at(0)).toMatchObject({ code: 'no-log' })
    expect(codes.at(-1)).toMatchObject({ code: 'busy' })
  })
})
