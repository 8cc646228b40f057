import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { toString as toText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { type AgreementTerms, encodeTerms, type Party, type PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { createMachine, restoreMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { testAuthor } from '#test/support/author.ts'
import { DAY_MS, fan, RECORDING, RELEASE } from '#test/support/ledger-story.ts'
import { createLedgerWriter, type LedgerWriter, must, nobleHasher } from '#test/support/ledger-writer.ts'
import { type Seeded, seeded } from '#test/support/seeded.ts'
import { anyTerms } from '#test/unit/royalties/terms-arbitraries.ts'

const OWNERS = Array.from({ length: 12 }, (_, n) => testAuthor(100 + n))
const THIEVES = Array.from({ length: 4 }, (_, n) => testAuthor(200 + n))
const UNBORN = [testAuthor(300), testAuthor(301)]
const CHANNELS = [testAuthor(400), testAuthor(401), testAuthor(402)]
const acct = (key: Uint8Array) => `acct:${toText(key, 'base16')}`

/** A log in which somebody's agreement is in force: every owner with a key signed, and some parties have none. */
function opened(drawn: AgreementTerms) {
  const log = createLedgerWriter()
  must(log.genesis())
  const assetKey = `TEST/2/${toText(log.community, 'base16')}`
  const parties = drawn.parties.map((party, at) => ({
    ...party,
    key: party.key === null ? null : (OWNERS[at]?.publicKey ?? null),
  }))
  const terms: AgreementTerms = { ...drawn, parties, subject: RELEASE, asset: assetKey, previous: null, first: null }
  must(log.issue(fan.publicKey, 100_000n))
  for (const { publicKey } of [...OWNERS, ...THIEVES]) must(log.issue(publicKey, 1_000n))
  const bytes = encodeTerms(terms)
  const agreement = sha256(bytes)
  must(log.order(log.desk, 'agreement/propose', { terms: bytes }))
  parties.forEach(({ key }, at) => {
    const owner = OWNERS[at]
    if (key !== null && owner !== undefined) must(log.order(owner, 'agreement/sign', { agreement }))
  })
  for (const [at, pool] of (['direct', 'user-centric', 'pro-rata'] as const).entries())
    must(
      log.order(fan, 'value/channel-open', {
        channel: CHANNELS[at]?.publicKey ?? fan.publicKey,
        asset: log.asset,
        deposit: 5_000n,
        expiry: log.clock.at + 400 * DAY_MS,
        pool,
      }),
    )
  const known: { hash: Uint8Array; terms: AgreementTerms }[] = [{ hash: agreement, terms }]
  return { ...log, assetKey, agreement, terms, known }
}

type Town = ReturnType<typeof opened>

/** Terms as a thief would like them, after those of somebody else. */
function twisted(town: Town, random: Seeded): AgreementTerms {
  const { hash, terms } = random.pick(town.known)
  const own: Party = { ...(terms.parties[0] as Party), id: `x${random.int(3)}`, key: random.pick(THIEVES).publicKey }
  const taken = terms.parties.map(party =>
    party.key === null && random.int(2) === 0 ? { ...party, key: random.pick(THIEVES).publicKey } : party,
  )
  const parties = [...taken.filter(({ id }) => id !== own.id), own]
  const to = own.id
  const clause = (party: string): PayeeTerms => ({
    party,
    escalator: random.int(3) === 0 ? { to, tiers: [{ above: 0n, keeps: 0 }] } : null,
    advance: random.int(3) === 0 ? { amount: (1n << 64n) - 1n, to, rate: 10_000 } : null,
    reserve: null,
    cap: random.int(3) === 0 ? { amount: 0n, to } : null,
    guarantee: null,
    withholding: null,
    threshold: null,
  })
  const drawn = random.pick(terms.parties).id
  const draining = { ...clause(to), escalator: null, advance: null, cap: null }
  const guarantee = { amount: (1n << BigInt(random.int(64))) + 1n, from: drawn === to ? (taken[0]?.id ?? '') : drawn }
  const others = terms.payees.filter(({ party }) => party !== to && party !== drawn)
  const payees =
    random.int(2) === 0 || guarantee.from === to
      ? [...others, ...(drawn === to ? [] : [clause(drawn)])]
      : [...others, { ...draining, guarantee }]
  const amends = random.int(3) > 0
  const nests = random.int(3) === 0
  return {
    ...terms,
    subject: random.int(2) === 0 ? terms.subject : null,
    previous: amends ? hash : null,
    first: amends ? (terms.first ?? hash) : null,
    from: amends ? '2026-12' : null,
    parties,
    payees: random.int(4) === 0 ? terms.payees : payees,
    ...(nests
      ? {
          composition: null,
          master: { weight: 10_000, shares: [{ party: null, agreement: hash, right: 'all', shares: 10_000 }] },
        }
      : {}),
  }
}

function steal(town: Town, random: Seeded): void {
  const { asset } = town
  const thief = random.pick(THIEVES)
  const { hash, terms } = random.pick(town.known)
  const party = random.pick(terms.parties).id
  switch (random.int(9)) {
    case 0:
    case 1:
    case 2: {
      const next = twisted(town, random)
      const bytes = encodeTerms(next)
      if (town.order(thief, 'agreement/propose', { terms: bytes }).ok)
        town.known.push({ hash: sha256(bytes), terms: next })
      return
    }
    case 3:
    case 4:
      town.order(thief, 'agreement/sign', { agreement: hash })
      return
    case 5:
      town.order(thief, 'agreement/dispute', { agreement: hash, party, reason: null })
      town.order(thief, 'agreement/settle', { agreement: hash, party, account: thief.publicKey })
      return
    case 6:
      town.order(thief, 'account/open', {
        next: sha256(random.pick(UNBORN).publicKey),
        guardians: [random.pick(THIEVES.filter(other => other !== thief)).publicKey],
        threshold: 1,
        delayMs: 0,
      })
      return
    case 7: {
      const key = random.pick([...UNBORN, ...OWNERS, ...THIEVES]).publicKey
      const account = random.pick([...OWNERS, ...THIEVES]).publicKey
      town.order(thief, 'account/recover', { account, key, next: null })
      town.order(thief, 'account/rotate', { account, next: null })
      return
    }
    default: {
      const channel = random.pick([...CHANNELS, testAuthor(500)])
      town.order(thief, 'value/channel-close', { channel: channel.publicKey })
      const expiry = town.clock.at + DAY_MS
      town.order(thief, 'value/channel-open', {
        channel: channel.publicKey,
        asset,
        deposit: 5n,
        expiry,
        pool: 'pro-rata',
      })
    }
  }
}

function live(town: Town, random: Seeded): void {
  const { agreement } = town
  const channel = random.pick(CHANNELS)
  const spent = town.machine.channel(channel.publicKey)?.spent ?? 0n
  const cumulative = spent + BigInt(random.int(90))
  town.voucher(channel, { cumulative, use: 'stream', recording: RECORDING, agreement, reference: null })
  const amount = BigInt(random.int(900) + 1)
  must(town.order(fan, 'value/tip', { amount, asset: town.asset, release: RELEASE, reference: null, use: 'tip' }))
}

const held = ({ machine, assetKey }: Town, keys: readonly { readonly publicKey: Uint8Array }[]): bigint =>
  keys.reduce((sum, { publicKey }) => sum + machine.balance(acct(publicKey), assetKey), 0n)

function checkMoney(town: Town): void {
  let sum = 0n
  for (const { amount } of town.machine.balances()) sum += amount
  expect(sum).toBe(0n)
  expect(held(town, THIEVES)).toBeLessThanOrEqual(4_000n * 10_000_000n)
  for (const { standing } of town.machine.agreement(town.agreement)?.parties ?? [])
    expect(standing).not.toBe('disputed')
}

function replayed(log: LedgerWriter): void {
  const machine = createMachine(log.init)
  for (const bytes of log.entries) must(machine.apply(must(readEntry(nobleHasher, log.community, bytes))))
  const restored = must(restoreMachine(log.init, machine.size, machine.snapshot()))
  expect(restored.stateRoot()).toEqual(log.machine.stateRoot())
  const { at } = log.clock
  expect(restored.periodClose(at)).toEqual(log.machine.periodClose(at))
  const closed = must(restored.apply(must(readEntry(nobleHasher, log.community, bytesOfClose(log, at)))))
  expect(must(log.machine.apply(must(readEntry(nobleHasher, log.community, bytesOfClose(log, at))))).postings).toEqual(
    closed.postings,
  )
  expect(restored.stateRoot()).toEqual(log.machine.stateRoot())
}

const bytesOfClose = (log: LedgerWriter, at: number): Uint8Array => encodeEntry(log.machine.periodClose(at))

describe('strangers who sign whatever they can', () => {
  it('take nothing, hold nothing up, and no month ends otherwise for a snapshot than for a replay', () => {
    fc.assert(
      fc.property(anyTerms, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (drawn, seed) => {
        const random = seeded(seed)
        const town = opened(drawn)
        for (let month = 0; month < 3; month++) {
          for (let step = 0; step < 12; step++) {
            steal(town, random)
            if (random.int(3) === 0) live(town, random)
          }
          checkMoney(town)
          if (random.int(2) === 0) must(town.close())
          town.clock.at += 31 * DAY_MS
          if (month === 2) replayed(town)
          else must(town.close())
          checkMoney(town)
        }
      }),
      { numRuns: 25 },
    )
  })
})
