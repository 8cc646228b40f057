import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { equals } from 'uint8arrays/equals'
import { describe, expect, it } from 'vitest'
import { Reader } from '#protocols/codec/reader.ts'
import type { Result } from '#protocols/codec/result.ts'
import { Writer } from '#protocols/codec/writer.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { createMachine, restoreMachine } from '#src/ledger/machine/create.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { verifyMembership } from '#src/ledger/machine/state-tree.ts'
import { countCodec, holdingCodec } from '#src/ledger/machine/values.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, bo, DAY_MS, fan, label, ledgerStory, openedLog, RECORDING, RELEASE } from '#test/support/ledger-story.ts'
import { createLedgerWriter, nobleHasher as hasher, type LedgerWriter, must } from '#test/support/ledger-writer.ts'
import { mutate, type Seeded, seeded } from '#test/support/seeded.ts'

const PEOPLE = [fan, ada, bo, label]
const CHANNELS = [40, 41, 42, 43].map(testAuthor)
const POOLS = ['direct', 'direct', 'user-centric', 'pro-rata'] as const

type Log = ReturnType<typeof openedLog>

/** One random thing that somebody tries; about half of these are refused. */
function act(log: Log, random: Seeded): Result<unknown, unknown> {
  const { asset, clock, agreement } = log
  const [who, channel] = [random.pick(PEOPLE), random.pick(CHANNELS)]
  const amount = BigInt(random.int(900))
  clock.at += random.int(3) === 0 ? random.int(5_000) : 0
  switch (random.int(16)) {
    case 0:
      return log.issue(who.publicKey, amount)
    case 1:
      return log.order(who, 'value/redeem', { amount, asset, reference: null })
    case 2: {
      const pool = random.pick(POOLS)
      const expiry = clock.at + random.int(60_000)
      return log.order(who, 'value/channel-open', { channel: channel.publicKey, asset, deposit: amount, expiry, pool })
    }
    case 3:
      return log.order(random.pick([who, log.desk]), 'value/channel-close', { channel: channel.publicKey })
    case 4:
      return log.order(log.desk, 'agreement/dispute', {
        agreement,
        party: random.pick(['ada', 'bo', 'label']),
        reason: null,
      })
    case 5: {
      const [party, account] = random.pick([
        ['ada', ada],
        ['bo', bo],
        ['label', label],
      ] as const)
      return log.order(log.desk, 'agreement/settle', { agreement, party, account: account.publicKey })
    }
    case 6:
      return log.commit()
    case 7:
      return random.int(4) === 0 ? log.close() : log.commit()
    case 8: {
      const next = testAuthor(50 + random.int(3))
      const policy = {
        next: sha256(next.publicKey),
        guardians: [testAuthor(60).publicKey],
        threshold: 1,
        delayMs: 2_000,
      }
      return log.order(who, 'account/open', policy)
    }
    case 9:
      return log.order(testAuthor((random.int(2) ? 50 : 70) + random.int(3)), 'account/rotate', {
        account: who.publicKey,
        next: null,
      })
    case 10:
      return log.order(testAuthor(60), 'account/recover', {
        account: who.publicKey,
        key: testAuthor(70 + random.int(4)).publicKey,
        next: null,
      })
    case 11:
    case 12:
    case 13:
      return log.voucher(channel, {
        cumulative: (log.machine.channel(channel.publicKey)?.spent ?? 0n) + BigInt(random.int(60)),
        use: 'stream',
        recording: RECORDING,
        agreement,
        reference: null,
      })
    default: {
      const use = random.pick(['tip', 'purchase'] as const)
      return log.order(who, 'value/tip', { amount, asset, release: RELEASE, reference: null, use })
    }
  }
}

/** Money is neither made nor lost, and nobody but the desk owes any. */
function checkMoney(machine: Machine): void {
  const sums = new Map<string, bigint>()
  for (const { holder, asset, amount } of machine.balances()) {
    if (holder !== 'desk') expect(amount, holder).toBeGreaterThan(0n)
    expect(machine.balance(holder, asset)).toBe(amount)
    sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  }
  for (const sum of sums.values()) expect(sum).toBe(0n)
}

function live(seed: number, steps: number): Log {
  const random = seeded(seed)
  const log = openedLog()
  const expiry = log.clock.at + 60_000
  for (const [i, { publicKey }] of PEOPLE.entries()) must(log.issue(publicKey, 2_000n + BigInt(i)))
  for (const [i, pool] of POOLS.entries()) {
    const channel = (CHANNELS[i] ?? fan).publicKey
    const body = { channel, asset: log.asset, deposit: 500n, expiry, pool }
    if (random.int(3) > 0) must(log.order(PEOPLE[i] ?? fan, 'value/channel-open', body))
  }
  for (let step = 0; step < steps; step++) {
    const before = random.int(8) === 0 ? log.machine.stateRoot() : null
    const done = act(log, random)
    if (before !== null && !done.ok) expect(log.machine.stateRoot()).toEqual(before)
    checkMoney(log.machine)
  }
  return log
}

const replay = (log: LedgerWriter, entries = log.entries, machine = createMachine(log.init)): Machine => {
  for (const bytes of entries) must(machine.apply(must(readEntry(hasher, log.community, bytes))))
  return machine
}

/** The state without what must name positions in the log: indexes in statement chains, and where a part began. */
function positionless(machine: Machine): [string, unknown][] {
  return [...machine.snapshot()]
    .filter(([key]) => key !== '~head' && key !== 'meta')
    .map(([key, value]) => {
      if (!key.startsWith('holding/')) return [key, value]
      const { digest, ...rest } = holdingCodec.read(new Reader(value, 1_000))
      return [key, rest]
    })
}

/** The same entries, with commits elsewhere. */
function recommitted(log: LedgerWriter, random: Seeded): Machine {
  const machine = createMachine(log.init)
  const other = createLedgerWriter({ machine, init: log.init })
  for (const bytes of log.entries) {
    const { entry } = must(readEntry(hasher, log.community, bytes))
    if (entry.kind === 'commit') continue
    must(entry.kind === 'period-close' ? other.append(machine.periodClose(entry.at)) : other.appendBytes(bytes))
    if (random.int(3) === 0) must(other.append(machine.commit(machine.lastAt, machine.epoch)))
  }
  return machine
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 })

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
