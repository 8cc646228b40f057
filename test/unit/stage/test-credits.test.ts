import { describe, expect, it } from 'vitest'
import { createTestCredits } from '#node/stage/value/test-credits.ts'
import type { ValueRequest } from '#protocols/value/v1/messages.ts'

const own = new Uint8Array(32).fill(1)
const stranger = (n: number): Uint8Array => new Uint8Array(32).fill(n)
const HOUR_MS = 3_600_000

function world(limit: number, known = false) {
  const granted: { community: Uint8Array; limit: bigint; expiry: number }[] = []
  const clock = { at: 1_000, nowMs: () => clock.at }
  const ledger = { line: () => (known ? ({} as never) : null) }
  const ask = createTestCredits({ limit, own, ledger, clock, grant: async line => granted.push(line) })
  const quote = (peer: Uint8Array, more: Partial<Extract<ValueRequest, { t: 'quote' }>> = {}) =>
    ask(peer, {
      t: 'quote',
      to: own,
      payee: `acct/${'00'.repeat(32)}`,
      code: 'TEST',
      scale: 2,
      amount: 1n,
      path: [peer],
      expiry: 2_000,
      ...more,
    })
  return { granted, clock, ask, quote }
}

describe('test credits', () => {
  it('are granted to nobody unless the operator switched them on', async () => {
    const { granted, quote } = world(0)
    await quote(stranger(2))
    expect(granted).toEqual([])
  })

  it('are a small line, for an hour, to whoever asks for a quote in the asset of trials', async () => {
    const { granted, quote } = world(500)
    await quote(stranger(2))
    expect(granted).toMatchObject([{ community: stranger(2), limit: 500n, expiry: 1_000 + HOUR_MS }])
  })

  it('are for no other asset, no other destination, no way over others, and no other question', async () => {
    const { granted, ask, quote } = world(500)
    await quote(stranger(2), { code: 'EUR' })
    await quote(stranger(2), { scale: 3 })
    await quote(stranger(2), { to: stranger(9) })
    await quote(stranger(2), { path: [stranger(3), stranger(2)] })
    await ask(stranger(2), { t: 'lines' })
    expect(granted).toEqual([])
  })

  it('change no line that is there', async () => {
    const { granted, quote } = world(500, true)
    await quote(stranger(2))
    expect(granted).toEqual([])
  })

  it('are granted to so many strangers an hour, however many ask', async () => {
    const { granted, clock, quote } = world(500)
    for (let n = 2; n < 60; n++) await quote(stranger(n))
    expect(granted.length).toBe(12)
    clock.at += HOUR_MS
    await quote(stranger(99))
    expect(granted.length).toBe(13)
  })
})
