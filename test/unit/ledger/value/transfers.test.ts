import { describe, expect, it } from 'vitest'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { RECOURSE_MS, TRANSFER_MS_MAX } from '#src/ledger/transfer-times.ts'
import { ada, bo, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, must } from '#test/support/ledger-writer.ts'
import { CENT, fanOf, hexOf, meet, openTown, type ValueLog } from '#test/support/value-logs.ts'

const fan = fanOf(0)

function lastOf(log: ValueLog) {
  const entry = decodeEntry(log.entries.at(-1) as Uint8Array)
  if (!entry.ok) throw new Error(entry.error.message)
  return entry.value
}

function pair(limit = 1_000n, haircut = 0): [ValueLog, ValueLog] {
  const [a, b] = openTown(2) as [ValueLog, ValueLog]
  must(b.line(a, limit, { haircut }))
  return [a, b]
}

describe('a payment to a release of another community', () => {
  it('leaves the payer for good, is delivered to the artists there, and ends here as a debt', () => {
    const [a, b] = pair()
    must(a.send(fan, b, { amount: 500n }))
    expect([a.holds(fan.publicKey), a.held(b), a.position(b)]).toEqual([9_500n * CENT, 500n * CENT, 0n])
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ kind: 'transfer-in', outcome: 'delivered', amount: 500n * CENT, onward: null })
    expect([b.holds(ada.publicKey), b.holds(bo.publicKey), b.position(a)]).toEqual([
      300n * CENT,
      200n * CENT,
      -500n * CENT,
    ])
    must(a.end(b, 1))
    expect(lastOf(a)).toMatchObject({ kind: 'transfer-end', outcome: 'delivered', back: null })
    expect([a.holds(fan.publicKey), a.held(b), a.position(b)]).toEqual([9_500n * CENT, 0n, 500n * CENT])
    expect([...a.machine.outs()]).toEqual([])
  })

  it('is refused in the other log, and the payer has the money again', () => {
    const [a, b] = pair(100n)
    must(a.send(fan, b, { amount: 500n }))
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ outcome: 'over-limit', amount: 0n, onward: null })
    must(a.end(b, 1))
    expect(lastOf(a)).toMatchObject({ outcome: 'over-limit' })
    expect([a.holds(fan.publicKey), a.held(b), a.position(b), b.position(a)]).toEqual([10_000n * CENT, 0n, 0n, 0n])
  })

  it('goes to one account when that is who is paid', () => {
    const [a, b] = pair()
    must(a.send(fan, b, { amount: 7n, payee: `acct/${hexOf(fanOf(1).publicKey)}`, use: 'gift' }))
    const { lines } = must(b.take(a))
    expect(lines).toEqual([
      { holder: `acct:${hexOf(fanOf(1).publicKey)}`, party: '', amount: 7n * CENT, tag: 'transfer' },
    ])
    expect(b.holds(fanOf(1).publicKey)).toBe(10_007n * CENT)
  })

  it('leaves the haircut with the community that bears the risk, rounded down', () => {
    const [a, b] = pair(1_000n, 333)
    must(a.send(fan, b, { amount: 1n, minimum: 0n }))
    must(b.take(a))
    expect(b.holds(b.community)).toBe((CENT * 333n) / 10_000n)
    expect(b.holds(ada.publicKey) + b.holds(bo.publicKey)).toBe(CENT - (CENT * 333n) / 10_000n)
    expect(b.position(a)).toBe(-CENT)
  })

  it('moves only once: a leaf that was answered is not answered again', () => {
    const [a, b] = pair()
    must(a.send(fan, b))
    must(b.take(a))
    expect(codeOf(b.take(a, 1))).toBe('replayed')
    must(a.end(b, 1))
    expect(codeOf(a.end(b, 1))).toBe('unknown-transfer')
  })

  it('waits for those before it', () => {
    const [a, b] = pair()
    must(a.send(fan, b))
    must(a.send(fan, b))
    expect(codeOf(b.take(a, 2))).toBe('sequence-gap')
    meet(a, b)
    expect(b.machine.peer(a.community)?.received).toBe(2)
  })

  it('may come until its time, to the millisecond, and is refused after it', () => {
    const [a, b] = pair()
    const expiry = a.clock.at + 1_000
    must(a.send(fan, b, { expiry }))
    must(a.send(fan, b, { expiry }))
    b.clock.at = expiry
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ outcome: 'delivered' })
    b.clock.at = expiry + 1
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ outcome: 'expired' })
  })
})

describe('a payment over communities in between', () => {
  function chain(haircut = 0): ValueLog[] {
    const town = openTown(4)
    for (const [at, log] of town.entries()) if (at > 0) must(log.line(town[at - 1] as ValueLog, 1_000n, { haircut }))
    return town
  }

  it('is forwarded hop by hop, delivered once, and each log follows the next', () => {
    const [a, c, d, b] = chain(100) as [ValueLog, ValueLog, ValueLog, ValueLog]
    must(a.send(fan, b, { amount: 1_000n, via: [c.community, d.community], minimum: 970n }))
    must(c.take(a))
    expect(lastOf(c)).toMatchObject({ outcome: 'forwarded', onward: 1, amount: 990n * CENT })
    must(d.take(c))
    must(b.take(d))
    expect(lastOf(b)).toMatchObject({ outcome: 'delivered', amount: 970_299n * (CENT / 1_000n) })
    expect(b.position(d)).toBe(-980_100n * (CENT / 1_000n))
  })

  it('comes back whole when the last community refuses', () => {
    const [a, c, d, b] = chain() as [ValueLog, ValueLog, ValueLog, ValueLog]
    must(b.line(d, 0n))
    must(a.send(fan, b, { via: [c.community, d.community] }))
    must(c.take(a))
    must(d.take(c))
    must(b.take(d))
    must(d.end(b, 1))
    must(c.end(d, 1))
    must(a.end(c, 1))
    expect(lastOf(a)).toMatchObject({ outcome: 'line-closed' })
    expect(a.holds(fan.publicKey)).toBe(10_000n * CENT)
    for (const [log, other] of [
      [a, c],
      [c, a],
      [c, d],
      [d, c],
      [d, b],
      [b, d],
    ] as const)
      expect([log.position(other), log.held(other)]).toEqual([0n, 0n])
  })

  it('gives each hop its haircut only once the payment was delivered', () => {
    const [a, c, d, b] = chain(100) as [ValueLog, ValueLog, ValueLog, ValueLog]
    must(a.send(fan, b, { amount: 1_000n, via: [c.community, d.community] }))
    must(c.take(a))
    must(d.take(c))
    must(b.take(d))
    expect([c.holds(c.community), d.holds(d.community)]).toEqual([0n, 0n])
    must(d.end(b, 1))
    must(c.end(d, 1))
    must(a.end(c, 1))
    expect([c.holds(c.community), d.holds(d.community)]).toEqual([10n * CENT, 990n * (CENT / 100n)])
    expect([a.position(c), c.position(a)]).toEqual([1_000n * CENT, -1_000n * CENT])
    expect([c.position(d), d.position(c)]).toEqual([990n * CENT, -990n * CENT])
    expect(d.position(b) + b.position(d)).toBe(0n)
  })

  it('is not ended by a hop that only forwarded it', () => {
    const [a, c, d, b] = chain() as [ValueLog, ValueLog, ValueLog, ValueLog]
    must(a.send(fan, b, { via: [c.community, d.community] }))
    must(c.take(a))
    const index = c.entries.length - 1
    must(a.learn(c))
    const shown = { next: c.community, sequence: 1, ...a.show(c, index) }
    expect(codeOf(a.machine.transferEnd(shown, a.clock.at))).toBe('not-decided')
  })
})

describe('a next hop that never answers', () => {
  it('is given up a day after the payment expired, and not before', () => {
    const [a, b] = pair()
    const expiry = a.clock.at + 1_000
    must(a.send(fan, b, { expiry }))
    a.clock.at = expiry + RECOURSE_MS - 1
    expect(codeOf(a.writeOff(b, 1))).toBe('too-early')
    a.clock.at = expiry + RECOURSE_MS
    must(a.writeOff(b, 1))
    expect([a.holds(fan.publicKey), a.held(b), a.position(b)]).toEqual([10_000n * CENT, 0n, 0n])
    expect(codeOf(a.writeOff(b, 1))).toBe('unknown-transfer')
    expect(a.machine.out(b.community, 1)).toMatchObject({ written: true })
  })

  it('costs the community that gave it up when it delivered after all', () => {
    const [a, b] = pair()
    const expiry = a.clock.at + 1_000
    must(a.send(fan, b, { amount: 500n, expiry }))
    must(b.take(a))
    a.clock.at = expiry + RECOURSE_MS
    must(a.writeOff(b, 1))
    const desk = a.machine.balance('desk', `TEST/2/${hexOf(a.community)}`)
    must(a.end(b, 1))
    expect(lastOf(a)).toMatchObject({ outcome: 'delivered', back: null })
    expect(a.holds(fan.publicKey)).toBe(10_000n * CENT)
    expect(a.machine.balance('desk', `TEST/2/${hexOf(a.community)}`)).toBe(desk - 500n * CENT)
    expect([a.position(b), b.position(a)]).toEqual([500n * CENT, -500n * CENT])
    expect(codeOf(a.end(b, 1))).toBe('unknown-transfer')
  })

  it('moves nothing more when it turns out to have refused', () => {
    const [a, b] = pair(1n)
    const expiry = a.clock.at + 1_000
    must(a.send(fan, b, { expiry }))
    a.clock.at = expiry + RECOURSE_MS
    must(a.writeOff(b, 1))
    b.clock.at = a.clock.at
    must(b.take(a))
    expect(must(a.end(b, 1)).postings).toEqual([])
    expect([...a.machine.outs()]).toEqual([])
  })

  it('is a refusal upstream when a hop in between gave up, and a late delivery is that hop’s own loss', () => {
    const [a, c, b] = openTown(3) as [ValueLog, ValueLog, ValueLog]
    must(c.line(a, 1_000n))
    must(b.line(c, 1_000n))
    const expiry = a.clock.at + 1_000
    must(a.send(fan, b, { via: [c.community], expiry }))
    must(c.take(a))
    must(b.take(c))
    c.clock.at = expiry + RECOURSE_MS
    a.clock.at = c.clock.at
    must(c.writeOff(b, 1))
    must(a.end(c, 1))
    expect(lastOf(a)).toMatchObject({ outcome: 'written-off' })
    expect(a.holds(fan.publicKey)).toBe(10_000n * CENT)
    must(c.end(b, 1))
    expect(lastOf(c)).toMatchObject({ outcome: 'delivered', back: null })
    expect([c.position(a), c.position(b), b.position(c)]).toEqual([0n, 500n * CENT, -500n * CENT])
  })
})

describe('an order for another community', () => {
  const REFUSED: readonly (readonly [
    what: string,
    code: string,
    order: (a: ValueLog, b: ValueLog) => { ok: boolean },
  ])[] = [
    ['more than the account holds', 'insufficient-balance', (a, b) => a.send(fan, b, { amount: 10_001n })],
    ['nothing', 'zero-amount', (a, b) => a.send(fan, b, { amount: 0n })],
    ['in the credit of the other community', 'wrong-asset', (a, b) => a.send(fan, b, { asset: b.asset })],
    ['to its own community', 'wrong-route', a => a.send(fan, a)],
    ['over its own community', 'wrong-route', (a, b) => a.send(fan, b, { via: [a.community] })],
    ['that is over already', 'bad-expiry', (a, b) => a.send(fan, b, { expiry: a.clock.at })],
    [
      'that waits for more than a day',
      'bad-expiry',
      (a, b) => a.send(fan, b, { expiry: a.clock.at + TRANSFER_MS_MAX + 1 }),
    ],
    ['of which more would have to arrive', 'below-minimum', (a, b) => a.send(fan, b, { amount: 5n, minimum: 6n })],
    ['more than can be counted', 'amount-overflow', (a, b) => a.send(fan, b, { amount: (1n << 64n) - 1n })],
  ]
  it.each(REFUSED)('is refused when it is %s: %s', (_, code, order) => {
    const [a, b] = pair()
    const root = a.machine.stateRoot()
    expect(codeOf(order(a, b) as never)).toBe(code)
    expect(a.machine.stateRoot()).toEqual(root)
  })
})

describe('a credit line', () => {
  const outcome = (b: ValueLog) => (lastOf(b) as { outcome?: string }).outcome

  it('lets in what fits, to the unit, and counts what is owed', () => {
    const [a, b] = pair(500n)
    for (const amount of [300n, 200n, 1n]) must(a.send(fan, b, { amount }))
    must(b.take(a))
    must(b.take(a))
    expect([outcome(b), b.position(a)]).toEqual(['delivered', -500n * CENT])
    must(b.take(a))
    expect(outcome(b)).toBe('over-limit')
  })

  it('has room for what this community owes the other', () => {
    const [a, b] = pair(100n)
    must(a.line(b, 1_000n))
    must(b.send(fanOf(1), a, { amount: 400n }))
    meet(a, b)
    must(a.send(fan, b, { amount: 500n }))
    must(b.take(a))
    expect([outcome(b), b.position(a)]).toEqual(['delivered', -100n * CENT])
  })

  it('that is lowered, closed or expired lets nothing more in, and what is owed stays owed', () => {
    const [a, b] = pair(1_000n)
    for (let n = 0; n < 4; n++) must(a.send(fan, b, { amount: 400n }))
    must(b.take(a))
    must(b.line(a, 500n))
    must(b.take(a))
    expect(outcome(b)).toBe('over-limit')
    must(b.line(a, 0n))
    must(b.take(a))
    expect(outcome(b)).toBe('line-closed')
    must(b.line(a, 5_000n, { expiry: b.clock.at + 1 }))
    b.clock.at += 2
    must(b.take(a))
    expect([outcome(b), b.position(a)]).toEqual(['line-expired', -400n * CENT])
  })

  it('is no line for another code or scale, or another community', () => {
    const [a, b, c] = openTown(3) as [ValueLog, ValueLog, ValueLog]
    must(b.line(a, 500n, { scale: 3 }))
    must(b.line(a, 500n, { code: 'EUR' }))
    must(b.line(c, 500n))
    must(a.send(fan, b))
    must(b.take(a))
    expect(outcome(b)).toBe('no-line')
  })

  it('stops while the pair is frozen, in both directions; what is under way still ends', () => {
    const [a, b] = pair()
    must(a.send(fan, b))
    must(a.send(fan, b))
    must(b.take(a))
    must(b.order(b.desk, 'value/freeze', { community: a.community, frozen: true, reason: null }))
    must(b.take(a))
    expect(outcome(b)).toBe('line-frozen')
    expect(codeOf(b.send(fanOf(1), a))).toBe('line-frozen')
    must(a.order(a.desk, 'value/freeze', { community: b.community, frozen: true, reason: null }))
    must(a.end(b, 1))
    must(a.end(b, 2))
    expect([a.held(b), a.position(b)]).toEqual([0n, 500n * CENT])
    expect(codeOf(a.order(a.desk, 'value/freeze', { community: b.community, frozen: true, reason: null }))).toBe(
      'already-disputed',
    )
  })

  it('is the community’s own to open', () => {
    const [a, b] = pair()
    const body = {
      community: a.community,
      code: 'TEST',
      scale: 2,
      limit: 1n,
      haircut: 0,
      expiry: b.clock.at + 9,
      alone: true,
    }
    expect(codeOf(b.order(fan, 'value/line', body))).toBe('not-the-desk')
    expect(codeOf(b.line(b, 1n))).toBe('wrong-party')
    expect(codeOf(b.line(a, 1n, { expiry: b.clock.at }))).toBe('bad-expiry')
    expect(codeOf(b.line(a, 1n << 63n))).toBe('amount-overflow')
  })
})

describe('a release that the other log cannot pay', () => {
  it('is refused with whatever the log cannot do, so that the next number has its turn', () => {
    const [a, b] = pair(1_000n)
    const full = fanOf(1).publicKey
    must(b.issue(full, ((1n << 64n) - 1n) / CENT - 10_000n))
    must(a.send(fan, b, { payee: `acct/${hexOf(full)}`, use: 'gift', amount: 500n }))
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ kind: 'transfer-in', outcome: 'amount-overflow', amount: 0n, onward: null })
    must(a.end(b, 1))
    expect([a.holds(fan.publicKey), a.held(b), b.position(a)]).toEqual([10_000n * CENT, 0n, 0n])
    must(a.send(fan, b, { amount: 500n }))
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ sequence: 2, outcome: 'delivered' })
  })

  it('is refused with the reason, and the division is not asked for more than once', () => {
    const [a, b] = pair()
    must(a.send(fan, b, { payee: `release/${'ff'.repeat(16)}` }))
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ outcome: 'unknown-agreement' })
    must(a.send(fan, b, { payee: `release/${RELEASE}`, amount: 10n, minimum: 10n }))
    must(b.line(a, 1_000n, { haircut: 1 }))
    must(b.take(a))
    expect(lastOf(b)).toMatchObject({ outcome: 'below-minimum' })
    must(a.send(fan, b))
    must(b.take(a, 3, 'declined'))
    expect(lastOf(b)).toMatchObject({ outcome: 'declined' })
  })
})
