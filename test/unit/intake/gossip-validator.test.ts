import { describe, expect, it } from 'vitest'
import type { LogCopies } from '#node/ports/ledger.ts'
import { createGossipValidator } from '#node/stage/federation.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { doorOver } from '#test/support/world.ts'

const desk = testAuthor(0)
const neighbour = testAuthor(1)
const fan = testAuthor(2)

const kept = (over: Partial<{ added: number; gap: boolean; size: number; news: boolean }>) =>
  ({ ok: true, value: { added: 0, gap: false, size: 0, news: false, ...over } }) as const

function validatorOver(over: Partial<LogCopies> = {}) {
  const { intake, time } = doorOver(desk.publicKey, { rate: { burst: 2, perSecond: 1 } })
  let held = 0
  const missing: Uint8Array[] = []
  const copies: Pick<LogCopies, 'accept'> = {
    accept: async () => (held++ === 0 ? kept({ added: 1, news: true }) : kept({})),
    ...over,
  }
  return {
    time,
    missing,
    validate: createGossipValidator({
      intake,
      copies: copies as LogCopies,
      logHeard: () => {},
      logIncomplete: community => missing.push(community),
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

  const chatOf = (seq: number, at: number, room = 'main') =>
    signed(fan, {
      type: 'engagement/chat',
      community: desk.publicKey,
      seq,
      at,
      body: { room, name: '', text: 'hello' },
    })

  it('is rejected, at the cost of the messenger, when no honest stage would have passed it on', async () => {
    const { validate, time } = validatorOver()
    const forged = chatOf(1, time.nowMs)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    for (const bytes of [forged, new Uint8Array([1, 2, 3]), chatOf(1, time.nowMs, '')])
      expect(await validate(desk.publicKey, 'events', bytes, 'p')).toBe('reject')
    expect(await validate(neighbour.publicKey, 'events', chatOf(1, time.nowMs), 'p')).toBe('reject')
  })

  it('goes no further, and costs the messenger nothing, when it is refused for its author or its time', async () => {
    const { validate, time } = validatorOver()
    expect(await validate(desk.publicKey, 'events', chatOf(1, time.nowMs + 86_400_000), 'p')).toBe('ignore')
    for (const seq of [1, 2]) await validate(desk.publicKey, 'events', chatOf(seq, time.nowMs), 'p')
    expect(await validate(desk.publicKey, 'events', chatOf(3, time.nowMs), 'p')).toBe('ignore')
  })

  it.each([
    ['bad-signature', 'reject'],
    ['bad-request', 'reject'],
    ['conflict', 'ignore'],
    ['disk-full', 'ignore'],
    ['rate-limited', 'ignore'],
    ['internal', 'ignore'],
  ] as const)('is answered, for a receipt refused with %s, with %s', async (code, verdict) => {
    const { validate } = validatorOver({ accept: async () => ({ ok: false, error: { code, message: '' } }) })
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe(verdict)
  })

  it('spreads the news that a batch is final, although its entries are held', async () => {
    const { validate } = validatorOver({ accept: async () => kept({ news: true }) })
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe('accept')
  })

  it('shows where entries of a log are missing', async () => {
    const { validate, missing } = validatorOver({
      accept: async () => kept({ gap: true }),
    })
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe('accept')
    expect(missing).toEqual([neighbour.publicKey])
  })

  it('is passed on once: likewise a receipt', async () => {
    const { validate } = validatorOver()
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe('accept')
    expect(await validate(neighbour.publicKey, 'receipts', new Uint8Array(1), 'p')).toBe('ignore')
  })
})
