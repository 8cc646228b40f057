import type { Libp2p } from '@libp2p/interface'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { communityFromPeerId } from '#node/p2p/host/peer-key.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import { createValueService, type ValueService } from '#node/p2p/value/value-service.ts'
import type { ValueHandler } from '#node/ports/value.ts'
import { ok } from '#protocols/codec/result.ts'
import { VALUE_MESSAGE_BYTES_MAX, VALUE_PROTOCOL } from '#protocols/value/v1/constants.ts'
import { decodeAnswer, encodeRequest, type ValueAnswer } from '#protocols/value/v1/messages.ts'
import { connect, loopbackNode } from '#test/support/libp2p-pair.ts'
import { must } from '#test/support/own-log-world.ts'

const KNOWS = encodeRequest({ t: 'knows' })
const nobody = { peers: () => [], onPeer: () => () => {} }

let here: Libp2p
let there: Libp2p
let asked: number
let service: ValueService
let client: ValueService
let handler: ValueHandler

beforeEach(async () => {
  ;[here, there] = await Promise.all([loopbackNode(), loopbackNode()])
  asked = 0
  handler = async () => {
    asked++
    return ok({ t: 'known', generation: 0, size: 0, received: asked })
  }
  const clock = { nowMs: () => Date.now() }
  service = createValueService({ libp2p: there, network: nobody, handler: (...of) => handler(...of), clock })
  client = createValueService({ libp2p: here, network: nobody, handler, clock })
  await service.start()
  await connect(here, there)
})
afterEach(async () => {
  await Promise.all([client.stop(), service.stop()])
  await Promise.all([here.stop(), there.stop()])
})

const key = () => communityFromPeerId(there.peerId)
const ask = () => client.peers.ask(key(), { t: 'knows' })
const streams = () =>
  here
    .getConnections(there.peerId)
    .flatMap(({ streams: open }) => open.filter(({ protocol }) => protocol === VALUE_PROTOCOL))

/** Raw frames on one stream, and the answers; the list ends where the stream was cut. */
async function send(...messages: Uint8Array[]): Promise<ValueAnswer[]> {
  const io = frames(await here.dialProtocol(there.peerId, VALUE_PROTOCOL), {
    frameBytesMax: VALUE_MESSAGE_BYTES_MAX * 2,
  })
  const answers: ValueAnswer[] = []
  try {
    for (const message of messages) {
      await io.write(message)
      const frame = await io.read()
      if (frame === null) break
      answers.push(must(decodeAnswer(frame)))
    }
  } catch {
    // It was cut.
  }
  await io.close()
  return answers
}

describe('the value protocol between two stages', () => {
  it('asks one question after another over one stream', async () => {
    for (let n = 1; n <= 5; n++) expect(await ask()).toMatchObject({ value: { received: n } })
    expect(streams()).toHaveLength(1)
  })

  it('lets many questions to one peer wait for their turn', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, ask))
    expect(answers.filter(({ ok: answered }) => answered)).toHaveLength(100)
    expect(streams().length).toBeLessThanOrEqual(5)
  })

  it('asks again over a new stream when the kept one is gone', async () => {
    await ask()
    for (const stream of streams()) stream.abort(new Error('cut'))
    expect(await ask()).toMatchObject({ ok: true })
    await service.stop()
    expect(await ask()).toMatchObject({ error: { code: 'peer-unreachable' } })
  })

  it('refuses what cannot be read, and ends that stream; a frame over the limit is cut', async () => {
    expect(await send(new Uint8Array([0xff]), KNOWS)).toMatchObject([{ t: 'refused', code: 'bad-message' }])
    expect(await send(new Uint8Array(VALUE_MESSAGE_BYTES_MAX + 1))).toEqual([])
    expect(asked).toBe(0)
    expect(await send(KNOWS)).toMatchObject([{ t: 'known' }])
  })

  it('says that something broke here without saying what, and goes on', async () => {
    handler = async () => {
      throw new Error('a secret at line 7')
    }
    const [answer] = await send(KNOWS)
    expect(answer).toMatchObject({ t: 'refused', code: 'internal' })
    expect(JSON.stringify(answer)).not.toMatch(/secret|line 7/)
  })

  it('tells a peer that asks too often to wait, and then cuts its stream', async () => {
    const answers = await send(...Array.from({ length: 4_000 }, () => KNOWS))
    expect(answers.some(answer => answer.t === 'refused' && answer.code === 'busy')).toBe(true)
    expect(answers.length).toBeLessThan(4_000)
    expect(asked).toBeLessThan(answers.length)
  })
})
