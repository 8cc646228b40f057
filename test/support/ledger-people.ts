import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { expect } from 'vitest'
import { Reader } from '#protocols/codec/reader.ts'
import type { Result } from '#protocols/codec/result.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { holdingCodec } from '#src/ledger/machine/values.ts'
import { testAuthor } from './author.ts'
import { ada, bo, fan, label, openedLog, RECORDING, RELEASE } from './ledger-story.ts'
import { createLedgerWriter, nobleHasher as hasher, type LedgerWriter, must } from './ledger-writer.ts'
import { type Seeded, seeded } from './seeded.ts'

export const PEOPLE = [fan, ada, bo, label]
export const CHANNELS = [40, 41, 42, 43].map(testAuthor)
export const POOLS = ['direct', 'direct', 'user-centric', 'pro-rata'] as const

export type Log = ReturnType<typeof openedLog>

/** One random thing that somebody tries; about half of these are refused. */
export function act(log: Log, random: Seeded): Result<unknown, unknown> {
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
export function checkMoney(machine: Machine): void {
  const sums = new Map<string, bigint>()
  for (const { holder, asset, amount } of machine.balances()) {
    if (holder !== 'desk') expect(amount, holder).toBeGreaterThan(0n)
    expect(machine.balance(holder, asset)).toBe(amount)
    sums.set(asset, (sums.get(asset) ?? 0n) + amount)
  }
  for (const sum of sums.values()) expect(sum).toBe(0n)
}

export function live(seed: number, steps: number): Log {
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

export const replay = (log: LedgerWriter, entries = log.entries, machine = createMachine(log.init)): Machine => {
  for (const bytes of entries) must(machine.apply(must(readEntry(hasher, log.community, bytes))))
  return machine
}

/** The state without what must name positions in the log: indexes in statement chains, and where a part began. */
export function positionless(machine: Machine): [string, unknown][] {
  return [...machine.snapshot()]
    .filter(([key]) => key !== '~head' && key !== 'meta')
    .map(([key, value]) => {
      if (!key.startsWith('holding/')) return [key, value]
      const { digest, ...rest } = holdingCodec.read(new Reader(value, 1_000))
      return [key, rest]
    })
}

/** The same entries, with commits elsewhere. */
export function recommitted(log: LedgerWriter, random: Seeded): Machine {
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

export const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 })
