import { equals } from 'uint8arrays/equals'
import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { TransferInEntry } from '#protocols/ledger/v1/entry-value.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada } from '#test/support/ledger-story.ts'
import { type Body, codeOf, nobleHasher as hasher, must } from '#test/support/ledger-writer.ts'
import { createRogueLog, robbed, rogueDesk } from '#test/support/rogue-log.ts'
import { CENT, fanOf, hexOf, openTown, transfer, type ValueLog } from '#test/support/value-logs.ts'

const fan = fanOf(0)
const HASH = new Uint8Array(32).fill(7)

const last = (log: ValueLog) => {
  const entry = decodeEntry(log.entries.at(-1) as Uint8Array)
  if (!entry.ok) throw new Error(entry.error.message)
  return entry.value as TransferInEntry
}

describe('a leaf that proves nothing', () => {
  it('stands in no log that is known here', () => {
    const { b, rogue, out, order, take } = robbed()
    out(order())
    expect(codeOf(take(0))).toBe('unknown-head')
    must(b.append(must(b.machine.head(rogue.head(), b.clock.at))))
    const index = out(order())
    expect(codeOf(take(index))).toBe('bad-proof')
  })

  it('was changed, stands elsewhere, or has another path', () => {
    const { b, rogue, learn, out, order } = robbed()
    const [index, other] = [out(order()), out(order({ amount: 600n }), 2)]
    must(learn())
    const shown = rogue.show(index)
    const ask = (change: object) =>
      codeOf(b.machine.transferIn({ source: rogue.community, sequence: 1, ...shown, ...change }, b.clock.at))
    expect(ask({})).toBe('ok')
    expect(ask({ index: other })).toBe('bad-proof')
    expect(ask({ leaf: rogue.entries[other] })).toBe('bad-proof')
    expect(ask({ path: [...shown.path, HASH] })).toBe('bad-proof')
    expect(ask({ path: shown.path.slice(1) })).toBe('bad-proof')
    expect(ask({ index: index + rogue.entries.length })).toBe('bad-proof')
  })

  it('is of another community’s log, or asks another community', () => {
    const { b, rogue, learn, out, order, take } = robbed()
    const index = out(order(), 1, HASH)
    const elsewhere = out(order({ to: HASH }), 1)
    must(learn())
    expect(codeOf(take(index))).toBe('bad-leaf')
    expect(codeOf(take(elsewhere))).toBe('bad-leaf')
    const [, c] = openTown(2) as [ValueLog, ValueLog]
    const shown = { source: c.community, sequence: 1, ...rogue.show(index) }
    expect(codeOf(b.machine.transferIn(shown, b.clock.at))).toBe('unknown-head')
    const own = { source: b.community, sequence: 1, ...rogue.show(index) }
    expect(codeOf(b.machine.transferIn(own, b.clock.at))).toBe('wrong-party')
  })

  it('is of another pair: the same way, one hop too early or too late', () => {
    const [a, c, b] = openTown(3) as [ValueLog, ValueLog, ValueLog]
    for (const [log, other] of [
      [c, a],
      [b, c],
      [b, a],
    ] as const)
      must(log.line(other, 1_000n))
    must(a.send(fan, b, { via: [c.community] }))
    must(b.learn(a))
    const index = a.places.asks.get(`${hexOf(c.community)}/1`) ?? -1
    const shown = { source: a.community, sequence: 1, ...b.show(a, index) }
    expect(codeOf(b.machine.transferIn(shown, b.clock.at))).toBe('wrong-pair')
    must(c.take(a))
    must(b.take(c))
    expect(b.holds(ada.publicKey)).toBe(300n * CENT)
    expect(codeOf(b.machine.transferIn(shown, b.clock.at))).toBe('wrong-pair')
  })

  it('is no transfer at all, or too deep a nest of them', () => {
    const { b, rogue, learn, order, take } = robbed()
    const commit = rogue.head().size - 1
    const forwarded = (leaf: Uint8Array): TransferInEntry => ({
      kind: 'transfer-in',
      at: b.clock.at,
      source: rogue.community,
      sequence: 1,
      index: 0,
      leaf,
      path: [],
      outcome: 'forwarded',
      amount: 1n,
      onward: 1,
      split: HASH,
    })
    let leaf = encodeEntry({ kind: 'transfer-out', at: 1, next: b.community, sequence: 1, order: order() })
    for (let depth = 0; depth < 5; depth++) leaf = encodeEntry(forwarded(leaf))
    const entry = decodeEntry(leaf)
    const deep = entry.ok ? rogue.write(entry.value) : -1
    must(learn({ ...rogue.head() }))
    expect([codeOf(take(commit)), codeOf(take(deep))]).toEqual(['bad-leaf', 'bad-leaf'])
  })
})

describe('what a rogue log asks for', () => {
  const REFUSED: readonly (readonly [what: string, code: string, more: Partial<Body<'value/transfer'>>])[] = [
    ['more than its line', 'over-limit', { amount: 1_001n }],
    ['more than can be counted', 'amount-overflow', { amount: (1n << 64n) - 1n }],
    ['nothing', 'zero-amount', { amount: 0n }],
    [
      'its payer paid in another community’s credit',
      'wrong-asset',
      { asset: { code: 'TEST', scale: 2, issuer: HASH } },
    ],
    ['it is of a scale without a line', 'no-line', { asset: { code: 'TEST', scale: 9, issuer: rogueDesk.publicKey } }],
  ]
  it.each(REFUSED)('is refused, once and for all, when it is for %s: %s', (_, code, more) => {
    const { b, learn, out, order, take, money } = robbed()
    const index = out(order(more))
    must(learn())
    must(take(index))
    expect([last(b).outcome, money(), b.machine.position(rogueDesk.publicKey, 'TEST', 2)]).toEqual([code, 0n, 0n])
    expect(codeOf(take(index))).toBe('replayed')
  })

  it('is delivered once, also when two leaves have the same number, or a successor log has it again', () => {
    const { b, learn, out, order, take, money } = robbed()
    const [first, second] = [out(order()), out(order({ amount: 400n }))]
    must(learn())
    must(take(second))
    expect(codeOf(take(first))).toBe('replayed')
    const successor = createRogueLog(rogueDesk, 2)
    const again = successor.write({
      kind: 'transfer-out',
      at: b.clock.at,
      next: b.community,
      sequence: 1,
      order: order(),
    })
    must(b.append(must(b.machine.head(successor.head(), b.clock.at))))
    const shown = { source: successor.community, sequence: 1, ...successor.show(again) }
    expect(codeOf(b.machine.transferIn(shown, b.clock.at))).toBe('replayed')
    expect(money()).toBe(240n * CENT)
  })

  it('is taken from a closed generation, too, as long as its turn comes', () => {
    const { b, rogue, learn, out, order, take, money } = robbed()
    const index = out(order())
    const successor = createRogueLog(rogueDesk, 2)
    must(b.append(must(b.machine.head(successor.head(), b.clock.at))))
    must(learn())
    expect(b.machine.peer(rogue.community)?.heads.map(({ generation }) => generation)).toEqual([1, 2])
    must(take(index))
    expect(money()).toBe(300n * CENT)
  })

  it('goes no way that passes a community twice', () => {
    const [b] = openTown(1) as [ValueLog]
    const rogue = createRogueLog(rogueDesk)
    must(b.line(rogue, 1_000n))
    // The payer is of this community: its own log would never have sent it.
    const body = { ...transfer(b, { community: b.community }), via: [rogue.community] }
    const order = b.envelope(fan, 'value/transfer', body).bytes
    const first = encodeEntry({ kind: 'transfer-out', at: b.clock.at, next: rogue.community, sequence: 1, order })
    const index = rogue.write({
      kind: 'transfer-in',
      at: b.clock.at,
      source: b.community,
      sequence: 1,
      index: 0,
      leaf: first,
      path: [],
      outcome: 'forwarded',
      amount: 500n * CENT,
      onward: 1,
      split: HASH,
    })
    must(b.append(must(b.machine.head(rogue.head(), b.clock.at))))
    must(
      b.append(must(b.machine.transferIn({ source: rogue.community, sequence: 1, ...rogue.show(index) }, b.clock.at))),
    )
    expect([last(b).outcome, b.holds(ada.publicKey)]).toEqual(['wrong-route', 0n])
  })

  it('is not more than what reached it, nor than what the payer ordered', () => {
    const { b, rogue, learn, order, take } = robbed()
    const payer = testAuthor(651)
    const signed = order({ via: [rogue.community], asset: { ...b.asset, issuer: payer.publicKey } }, payer.publicKey)
    const first = encodeEntry({ kind: 'transfer-out', at: 1, next: rogue.community, sequence: 1, order: signed })
    const index = rogue.write({
      kind: 'transfer-in',
      at: b.clock.at,
      source: payer.publicKey,
      sequence: 1,
      index: 0,
      leaf: first,
      path: [],
      outcome: 'forwarded',
      amount: 501n * CENT,
      onward: 1,
      split: HASH,
    })
    must(learn())
    must(take(index))
    expect(last(b).outcome).toBe('bad-leaf')
  })

  it('shows the payer’s signature to whoever checks it, and only where money moves by it', () => {
    const { b, rogue, learn, out, order } = robbed()
    const index = out(order())
    must(learn())
    const checksOf = (refuse?: string) => {
      const entry = b.machine.transferIn(
        { source: rogue.community, sequence: 1, ...rogue.show(index) },
        b.clock.at,
        refuse,
      )
      return must(readEntry(hasher, b.community, encodeEntry(must(entry)))).checks
    }
    expect(checksOf().map(({ publicKey }) => equals(publicKey, fan.publicKey))).toEqual([true])
    expect(checksOf('bad-signature')).toEqual([])
  })
})

describe('a head of another log', () => {
  it('is signed by its community, of this network, with the commit that ends it', () => {
    const { b, rogue, out, order } = robbed()
    out(order())
    const shown = rogue.head()
    const code = (change: object) => {
      const entry = b.machine.head({ ...shown, ...change }, b.clock.at)
      if (!entry.ok) return entry.error.code
      return codeOf(readEntry(hasher, b.community, encodeEntry(entry.value)))
    }
    expect(code({})).toBe('ok')
    expect(code({ note: shown.note.replace(/^—.*$/m, '') })).toBe('bad-entry')
    expect(code({ note: shown.note.replaceAll('bandstand.', 'elsewhere.') })).toBe('wrong-network')
    expect(code({ note: 'nothing' })).toBe('bad-entry')
    expect(code({ commit: rogue.entries[0] })).toBe('bad-proof')
    expect(code({ path: [...shown.path, HASH] })).toBe('bad-proof')
    expect(code({ consistency: [HASH] })).toBe('bad-proof')
    const checks = must(readEntry(hasher, b.community, encodeEntry(must(b.machine.head(shown, b.clock.at))))).checks
    expect(checks.map(({ publicKey }) => publicKey)).toEqual([rogue.community])
    const own = createRogueLog(b.desk)
    expect(codeOf(b.machine.head(own.head(), b.clock.at))).toBe('wrong-party')
    // A line of another key under its name is no signature of its own.
    const forged = shown.note.replaceAll(/— .*$/gm, line => `— somebody.else ${line.split(' ')[2]}`)
    expect(
      codeOf(readEntry(hasher, b.community, encodeEntry({ kind: 'head', at: b.clock.at, ...shown, note: forged }))),
    ).toBe('bad-signature')
  })

  it('only grows, and never into another history', () => {
    const { b, rogue, learn, out, order } = robbed()
    out(order())
    const first = rogue.head()
    out(order())
    const second = rogue.head()
    must(learn({ ...second, consistency: [] }))
    expect(codeOf(learn(first))).toBe('stale-head')
    expect(codeOf(learn(second))).toBe('stale-head')
    const other = createRogueLog(rogueDesk)
    for (let n = 0; n < 5; n++)
      other.write({ kind: 'transfer-out', at: n, next: b.community, sequence: 1, order: order() })
    const fork = other.head()
    expect(codeOf(learn({ ...fork, consistency: other.consistency(second.size, fork.size) as never }))).toBe(
      'bad-proof',
    )
    expect(codeOf(learn(fork))).toBe('bad-proof')
    out(order())
    const third = rogue.head()
    must(learn({ ...third, consistency: rogue.consistency(second.size, third.size) as never }))
  })

  it('is kept for the newest four generations', () => {
    const { b } = robbed()
    const heads = [2, 3, 4, 5].map(generation => createRogueLog(rogueDesk, generation).head())
    for (const head of heads) must(b.append(must(b.machine.head(head, b.clock.at))))
    expect(codeOf(b.machine.head(createRogueLog(rogueDesk, 1).head(), b.clock.at))).toBe('stale-head')
    must(b.append(must(b.machine.head(createRogueLog(rogueDesk, 9).head(), b.clock.at))))
    expect(b.machine.peer(rogueDesk.publicKey)?.heads.map(({ generation }) => generation)).toEqual([3, 4, 5, 9])
  })
})
