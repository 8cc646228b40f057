import { describe, expect, it } from 'vitest'
import type { FollowedLogs } from '#node/ports/community-log.ts'
import { createGossipValidator } from '#node/stage/federation.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { doorOver } from '#test/support/world.ts'

const desk = testAuthor(0)
const neighbour = testAuthor(1)
const fan = testAuthor(2)

function validatorOver() {
  const { intake, time } = doorOver(desk.publicKey)
  let held = 0
  const followedLogs: Pick<FollowedLogs, 'accept'> = {
    accept: () => ({ ok: true, value: { added: held++ === 0, index: 0, gap: false } }),
  }
  return {
    time,
    validate: createGossipValidator({
      intake,
      followedLogs: followedLogs as FollowedLogs,
      own: desk.publicKey,
      receiptKept: () => {},
      logIncomplete: () => {},
    }),
  }
}

describe('what gossip brings', () => {
  it('is passed on once: an event that is held already goes no further, so that nobody can send history round again', async () => {
    const { validate, time } = validatorOver()
    const chat = { room: 'main', name: '', text: 'hello' }
    const draft = { type: 'engagement/chat', community: desk.publicKey, seq: 1, at: time.nowMs, body: chat }
    const bytes = signed(fan, draft)
    expect(await validate(desk.publicKey, 'events', bytes, 'p')).toBe('accept')
    expect(await validate(desk.publicKey, 'events', bytes, 'p')).toBe('ignore')
  })

  it('is passed on once: likewise a receipt', async () => {
    const { validate } = validatorOver()
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe('accept')
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe('ignore')
  })
})
