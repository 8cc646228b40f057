import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { equals } from 'uint8arrays/equals'
import { describe, expect, it } from 'vitest'
import { Reader } from '#protocols/codec/reader.ts'
import { Writer } from '#protocols/codec/writer.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { restoreMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { verifyMembership } from '#src/ledger/machine/state-tree.ts'
import { countCodec } from '#src/ledger/machine/values.ts'
import {
  act,
  CHANNELS,
  checkMoney,
  live,
  positionless,
  recommitted,
  replay,
  seeds,
} from '#test/support/ledger-people.ts'
import { DAY_MS, fan, ledgerStory, openedLog, RECORDING, RELEASE } from '#test/support/ledger-story.ts'
import { nobleHasher as hasher, must } from '#test/support/ledger-writer.ts'
import { mutate, seeded } from '#test/support/seeded.ts'

describe('whatever people try', () => {
  it('makes and loses no money; a replay, and a snapshot with the tail, come to the same state', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 10, max: 70 }), fc.nat(100), (seed, steps, cut) => {
        const log = live(seed, steps)
        const root = log.machine.stateRoot()
        expect(replay(log).stateRoot()).toEqual(root)
        const at = cut % log.entries.length
        const half = replay(log, log.entries.slice(0, at + 1))
        const restored = must(restoreMachine(log.init, at + 1, half.snapshot()))
        expect(restored.stateRoot()).toEqual(half.stateRoot())
        const whole = replay(log, log.entries.slice(at + 1), restored)
        expect(whole.stateRoot()).toEqual(root)
        expect([...whole.snapshot()]).toEqual([...log.machine.snapshot()])
        expect([whole.size, whole.committed, whole.lastAt, whole.period, whole.part]).toEqual([
          log.machine.size,
          log.machine.committed,
          log.machine.lastAt,
          log.machine.period,
          log.machine.part,
        ])
        expect([...whole.balances()].length).toBe([...log.machine.balances()].length)
      }),
      { numRuns: 40 },
    )
  })

  it('comes to the same balances and the same state, wherever the commits are', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const log = live(seed, 40)
        const other = recommitted(log, seeded(seed + 1))
        expect(positionless(other)).toEqual(positionless(log.machine))
        expect([other.period, other.part]).toEqual([log.machine.period, log.machine.part])
      }),
      { numRuns: 25 },
    )
  })

  it('is undone exactly: a rollback has the root, the snapshot and the size of its mark', () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), fc.nat(30), (seed, first, second) => {
        const log = live(seed, 10)
        const random = seeded(seed + 2)
        const marks: [mark: number, root: Uint8Array, size: number, snapshot: unknown[]][] = []
        for (const steps of [first, second]) {
          const { machine } = log
          marks.push([machine.mark(), machine.stateRoot(), machine.size, [...machine.snapshot()]])
          for (let step = 0; step < steps; step++) act(log, random)
        }
        for (const [mark, root, size, snapshot] of marks.reverse()) {
          log.machine.rollback(mark)
          expect(log.machine.stateRoot()).toEqual(root)
          expect(log.machine.size).toBe(size)
          expect([...log.machine.snapshot()]).toEqual(snapshot)
          // What is done after a rollback is undone by the mark before it.
          for (let step = 0; step < first; step++) act(log, random)
        }
        const [outer, root] = marks.at(-1) as (typeof marks)[number]
        log.machine.rollback(outer)
        expect(log.machine.stateRoot()).toEqual(root)
        checkMoney(log.machine)
        log.machine.settle()
        expect(() => log.machine.rollback(outer)).toThrow(RangeError)
        expect(log.issue(fan.publicKey, 1n).ok).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('leaves independent channels independent: in any order of their vouchers, all get the same', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), fc.nat(50), (order, amount) => {
        const run = (turns: readonly number[]) => {
          const log = openedLog()
          const { asset, agreement } = log
          const expiry = log.clock.at + DAY_MS
          for (const key of CHANNELS)
            must(
              log.order(fan, 'value/channel-open', {
                channel: key.publicKey,
                asset,
                deposit: 99n,
                expiry,
                pool: 'direct',
              }),
            )
          for (const turn of turns) {
            const cumulative = BigInt(1 + amount + turn)
            must(
              log.voucher(CHANNELS[turn] ?? fan, {
                cumulative,
                use: 'stream',
                recording: RECORDING,
                agreement,
                reference: null,
              }),
            )
          }
          return positionless(log.machine)
        }
        expect(run(order)).toEqual(run([0, 1, 2, 3]))
      }),
      { numRuns: 20 },
    )
  })
})

describe('bytes that nobody should send', () => {
  it('are refused with a code and a sentence, and change nothing', () => {
    const log = ledgerStory()
    const stand = replay(log, log.entries.slice(0, 12))
    const before = stand.stateRoot()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), seeds, fc.nat(log.entries.length - 1), (bytes, seed, which) => {
        const changed = mutate(seeded(seed), log.entries[which] ?? bytes, log.entries)
        for (const input of [bytes, changed]) {
          const read = readEntry(hasher, log.community, input)
          const mark = stand.mark()
          const done = read.ok ? stand.apply(read.value) : read
          if (!done.ok)
            expect([done.error.code, done.error.message]).toEqual([expect.any(String), expect.stringMatching(/.{10}/)])
          if (!done.ok) expect(stand.stateRoot()).toEqual(before)
          checkMoney(stand)
          stand.rollback(mark)
          stand.settle()
        }
      }),
      { numRuns: 500 },
    )
  })

  it('make no snapshot: what was changed in one is refused, or has another root', () => {
    const log = ledgerStory()
    const [root, snapshot] = [log.machine.stateRoot(), [...log.machine.snapshot()]]
    fc.assert(
      fc.property(seeds, fc.nat(snapshot.length - 1), (seed, which) => {
        const [key, value] = snapshot[which] as [string, Uint8Array]
        const bad = mutate(seeded(seed), value)
        if (equals(bad, value) || key === '~head') return
        const restored = restoreMachine(log.init, 9, snapshot.with(which, [key, bad]))
        if (restored.ok) expect(restored.value.stateRoot()).not.toEqual(root)
        else expect(restored.error.message.length).toBeGreaterThan(10)
      }),
      { numRuns: 300 },
    )
  })

  it('write no amount in a second way: zero has no sign', () => {
    const zero = countCodec.write(new Writer(), 0n).finish()
    expect(countCodec.read(new Reader(zero, 9))).toBe(0n)
    expect(() => countCodec.read(new Reader(zero.with(1, 1), 9))).toThrow('zero has no sign')
  })
})

describe('the state root', () => {
  it('proves any single key of the state', () => {
    const { machine } = ledgerStory()
    const root = machine.stateRoot()
    let proven = 0
    for (const [key, value] of machine.snapshot()) {
      const proof = machine.prove(key)
      if (key === '~head') continue
      const hash = sha256(new TextEncoder().encode(key))
      expect(proof?.value).toEqual(value)
      expect(verifyMembership(hasher, root, hash, value, proof?.siblings ?? [])).toBe(true)
      proven++
    }
    expect(proven).toBeGreaterThan(15)
    expect([machine.prove('~head'), machine.prove('holding/nothing')]).toEqual([null, null])
  })

  it('does not change by asking what an order or a voucher would become', () => {
    const log = openedLog()
    const root = log.machine.stateRoot()
    const body = { amount: 5n, asset: log.asset, release: RELEASE, reference: null, use: 'tip' as const }
    const entry: Entry = must(log.machine.fromOrder(log.envelope(fan, 'value/tip', body), log.clock.at))
    expect(entry.kind).toBe('receipt')
    expect(log.machine.stateRoot()).toEqual(root)
  })
})
