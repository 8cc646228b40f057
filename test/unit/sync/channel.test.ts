import { describe, expect, it } from 'vitest'
import type { Frames } from '#node/p2p/stream/frames.ts'
import { INBOUND_BYTES_PER_SESSION_MAX, REQUESTS_PER_SESSION_MAX } from '#node/p2p/sync/limits.ts'
import { Channel } from '#node/p2p/sync/session.ts'
import { encodeMessage } from '#protocols/sync/v1/codec.ts'
import { MESSAGE_BYTES_MAX } from '#protocols/sync/v1/constants.ts'

/** The other side sends the same frame for ever. */
const endless = (frame: Uint8Array): Channel => {
  const frames: Frames = { read: async () => frame, write: async () => {}, close: async () => {}, abort: () => {} }
  return new Channel(frames, new AbortController().signal)
}

/** How many frames are read before the budget is spent; gives up beyond any budget. */
async function framesRead(read: () => Promise<unknown>): Promise<number> {
  for (let count = 0; count <= REQUESTS_PER_SESSION_MAX; count++) {
    try {
      await read()
    } catch (cause) {
      expect(cause).toMatchObject({ reason: 'over-budget' })
      return count
    }
  }
  return Number.POSITIVE_INFINITY
}

describe('one session', () => {
  it('takes so many messages of the other side and no more, whoever asks', async () => {
    const asked = endless(encodeMessage({ t: 'ids', ids: [] }))
    expect(await framesRead(() => asked.readRequest())).toBe(REQUESTS_PER_SESSION_MAX)
    const answered = endless(encodeMessage({ t: 'same' }))
    expect(await framesRead(() => answered.readAnswer())).toBe(REQUESTS_PER_SESSION_MAX)
  })

  it('takes so many bytes of the other side and no more', async () => {
    const channel = endless(new Uint8Array(MESSAGE_BYTES_MAX))
    expect(await framesRead(() => channel.readRequest())).toBe(INBOUND_BYTES_PER_SESSION_MAX / MESSAGE_BYTES_MAX)
  })
})
