import { describe, expect, it } from 'vitest'
import type { Entry, StreamEntry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { createMachine } from '#src/ledger/machine/create.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { testAuthor } from '#test/support/author.ts'
import { ada, bandTerms, bo, DAY_MS, fan, label, openedLog, RECORDING, RELEASE } from '#test/support/ledger-story.ts'
import { codeOf, createLedgerWriter, type LedgerWriter, must, NOON } from '#test/support/ledger-writer.ts'

const HASH = new Uint8Array(32).fill(7)
const stranger = testAuthor(99)

const tip = (log: LedgerWriter, amount: bigint, release = RELEASE) => ({
  amount,
  asset: log.asset,
  release,
  reference: null,
  use: 'tip' as const,
})
const opening = (log: LedgerWriter, key = testAuthor(20), deposit = 100n) => ({
  channel: key.publicKey,
  asset: log.asset,
  deposit,
  expiry: log.clock.at + DAY_MS,
  pool: 'direct' as const,
})
const play = (agreement: Uint8Array, cumulative: bigint) => ({
  cumulative,
  use: 'stream' as const,
  recording: RECORDING,
  agreement,
  reference: null,
})
type Opened = ReturnType<typeof openedLog>

/** One thing wrong with an otherwise good entry, and the code that says so. */
const WRONG: readonly (readonly [what: string, code: string, attempt: (log: Opened) => { ok: boolean }])[] = [
  [
    'a payment of more than the account holds',
    'insufficient-balance',
    log => log.order(fan, 'value/tip', tip(log, 10_001n)),
  ],
  ['a payment of nothing', 'zero-amount', log => log.order(fan, 'value/tip', tip(log, 0n))],
  ['an amount beyond 64 bits', 'amount-overflow', log => log.issue(fan.publicKey, (1n << 64n) - 1n)],
  [
    'an order whose sequence was used',
    'replayed',
    log => log.submit(log.envelope(fan, 'value/tip', tip(log, 1n), { seq: 0 })),
  ],
  [
    'an order signed two hours ago',
    'time-off',
    log => log.submit(log.envelope(fan, 'value/tip', tip(log, 1n), { at: NOON - 7_200_000 })),
  ],
  [
    'an order for another community',
    'wrong-community',
    log => log.submit(log.envelope(fan, 'value/tip', tip(log, 1n), { to: HASH })),
  ],
  [
    'an asset of another community',
    'wrong-asset',
    log => log.order(fan, 'value/tip', { ...tip(log, 1n), asset: { ...log.asset, issuer: HASH } }),
  ],
  [
    'credit that the desk did not issue',
    'not-the-desk',
    log => log.order(fan, 'value/issue', { account: fan.publicKey, amount: 1n, asset: log.asset, reference: null }),
  ],
  [
    'a release without an agreement',
    'unknown-agreement',
    log => log.order(fan, 'value/tip', tip(log, 1n, '0'.repeat(32))),
  ],
  [
    'an agreement proposed twice',
    'agreement-known',
    log => log.order(log.desk, 'agreement/propose', { terms: bandTerms() }),
  ],
  [
    'a second agreement for a release',
    'agreement-known',
    log => log.order(log.desk, 'agreement/propose', { terms: bandTerms('Other') }),
  ],
  [
    'a proposal by a stranger',
    'wrong-party',
    log => log.order(stranger, 'agreement/propose', { terms: bandTerms('Other').slice() }),
  ],
  ['terms that are no terms', 'bad-terms', log => log.order(log.desk, 'agreement/propose', { terms: HASH })],
  [
    'a signature by a stranger',
    'wrong-party',
    log => log.order(stranger, 'agreement/sign', { agreement: log.agreement }),
  ],
  ['a second signature', 'already-signed', log => log.order(ada, 'agreement/sign', { agreement: log.agreement })],
  ['a signature on nothing', 'unknown-agreement', log => log.order(ada, 'agreement/sign', { agreement: HASH })],
  [
    'a dispute about nobody',
    'unknown-party',
    log => log.order(ada, 'agreement/dispute', { agreement: log.agreement, party: 'nobody', reason: null }),
  ],
  [
    'a dispute by a stranger',
    'wrong-party',
    log => log.order(stranger, 'agreement/dispute', { agreement: log.agreement, party: 'bo', reason: null }),
  ],
  [
    'a settlement by a party',
    'not-the-desk',
    log => log.order(ada, 'agreement/settle', { agreement: log.agreement, party: 'label', account: label.publicKey }),
  ],
  [
    'a settlement of what nobody disputes',
    'not-disputed',
    log => log.order(log.desk, 'agreement/settle', { agreement: log.agreement, party: 'bo', account: bo.publicKey }),
  ],
  [
    "a settlement to somebody else's account",
    'wrong-party',
    log => log.order(log.desk, 'agreement/settle', { agreement: log.agreement, party: 'bo', account: fan.publicKey }),
  ],
  [
    'a channel that has expired already',
    'bad-expiry',
    log => log.order(fan, 'value/channel-open', { ...opening(log), expiry: NOON }),
  ],
  [
    'a deposit that the payer does not hold',
    'insufficient-balance',
    log => log.order(ada, 'value/channel-open', opening(log)),
  ],
  ['a channel that does not exist', 'unknown-channel', log => log.order(fan, 'value/channel-close', { channel: HASH })],
  ['a voucher of no channel', 'unknown-channel', log => log.voucher(stranger, play(log.agreement, 1n))],
  ['a second genesis', 'bad-genesis', log => log.genesis()],
  [
    'a redemption of more than is held',
    'insufficient-balance',
    log => log.order(ada, 'value/redeem', { amount: 1n, asset: log.asset, reference: null }),
  ],
  [
    'guardianship that was not given',
    'not-a-guardian',
    log => log.order(ada, 'account/recover', { account: fan.publicKey, key: HASH, next: null }),
  ],
  ['the end of a recovery that never began', 'no-recovery', log => log.order(fan, 'account/cancel', {})],
  [
    'a rotation that was not announced',
    'wrong-key',
    log => log.order(stranger, 'account/rotate', { account: fan.publicKey, next: null }),
  ],
  [
    'guardians of oneself',
    'bad-guardians',
    log => log.order(fan, 'account/open', { next: null, guardians: [fan.publicKey], threshold: 1, delayMs: 0 }),
  ],
  [
    "a rotation of the community's key",
    'wrong-party',
    log => log.order(log.desk, 'account/open', { next: HASH, guardians: [], threshold: 0, delayMs: 0 }),
  ],
]

describe('an order with one thing wrong', () => {
  it.each(WRONG)('%s is refused as %s, and changes nothing', (_, code, attempt) => {
    const log = openedLog()
    const [root, size] = [log.machine.stateRoot(), log.machine.size]
    expect(codeOf(attempt(log) as never)).toBe(code)
    expect(log.machine.stateRoot()).toEqual(root)
    expect(log.machine.size).toBe(size)
  })
})

describe('an entry that says something else than the rules give', () => {
  const streaming = () => {
    const log = openedLog()
    const key = testAuthor(20)
    must(log.order(fan, 'value/channel-open', opening(log, key)))
    must(log.voucher(key, play(log.agreement, 40n)))
    const voucher = { channel: key.publicKey, ...play(log.agreement, 41n) }
    const entry = must(log.machine.fromVoucher(voucher, new Uint8Array(64), log.clock.at))
    return { log, key, entry }
  }
  it.each([
    ['bad-split', { split: HASH }],
    ['replayed', { cumulative: 40n }],
    ['insufficient-balance', { cumulative: 101n }],
    ['unknown-agreement', { agreement: HASH }],
    ['not-in-force', { recording: `${'0'.repeat(32)}/1` }],
    ['unknown-channel', { channel: HASH }],
    ['time-reversed', { at: NOON - 1 }],
    ['channel-expired', { at: NOON + DAY_MS + 1 }],
    ['period-open', { at: NOON + 20 * DAY_MS }],
    ['time-off', { at: Number.MAX_SAFE_INTEGER }],
  ] as const)('is refused as %s', (code, change: Partial<StreamEntry>) => {
    const { log, entry } = streaming()
    expect(codeOf(log.append({ ...entry, ...change }))).toBe(code)
    expect(codeOf(log.append(entry))).toBe('ok')
    expect(codeOf(log.append(entry))).toBe('replayed')
  })

  it('refuses vouchers of a closed channel, and to close it twice or early', () => {
    const { log, key, entry } = streaming()
    const close = { channel: key.publicKey }
    expect(codeOf(log.order(fan, 'value/channel-close', close))).toBe('channel-open')
    expect(codeOf(log.order(ada, 'value/channel-close', close))).toBe('wrong-party')
    must(log.order(log.desk, 'value/channel-close', close))
    expect(codeOf(log.append(entry))).toBe('channel-closed')
    expect(codeOf(log.order(log.desk, 'value/channel-close', close))).toBe('channel-closed')
    expect(codeOf(log.order(fan, 'value/channel-open', opening(log, key)))).toBe('channel-taken')
  })

  it('refuses a receipt by an agreement that is known and not in force', () => {
    const log = openedLog()
    const other = must(log.machine.fromOrder(log.envelope(fan, 'value/tip', tip(log, 5n)), log.clock.at))
    expect(codeOf(log.append({ ...other, agreement: HASH } as Entry))).toBe('unknown-agreement')
    expect(codeOf(log.append({ ...other, split: HASH } as Entry))).toBe('bad-split')
    expect(codeOf(log.append(other))).toBe('ok')
  })

  it.each([
    ['wrong-state-root', { stateRoot: HASH }],
    ['wrong-rules', { rules: HASH }],
    ['wrong-previous', { previous: 1 }],
    ['time-reversed', { at: NOON - 1 }],
  ] as const)('refuses a commit as %s', (code, change) => {
    const log = openedLog()
    const commit = log.machine.commit(log.clock.at, 3)
    expect(codeOf(log.append({ ...commit, ...change } as Entry))).toBe(code)
    must(log.append(commit))
    expect(codeOf(log.append(log.machine.commit(log.clock.at, 3)))).toBe('empty-commit')
    log.clock.at += 9_999
    expect(codeOf(log.append(log.machine.commit(log.clock.at, 3)))).toBe('empty-commit')
    log.clock.at += 1
    must(log.append(log.machine.commit(log.clock.at, 3)))
    expect(codeOf(log.append(log.machine.commit(log.clock.at, 3)))).toBe('empty-commit')
    must(log.issue(fan.publicKey, 1n))
    expect(codeOf(log.append(log.machine.commit(log.clock.at, 2)))).toBe('wrong-epoch')
  })

  it.each([
    ['wrong-period', { period: '2026-10' }],
    ['wrong-period', { part: 1 }],
    ['wrong-period', { from: 1 }],
    ['wrong-statements', { statements: HASH }],
    ['wrong-statements', { count: 1 }],
    ['wrong-statements', { totals: [] }],
  ] as const)('refuses a period-close as %s', (code, change) => {
    const log = openedLog()
    expect(codeOf(log.append({ ...log.machine.periodClose(log.clock.at), ...change } as Entry))).toBe(code)
    expect(codeOf(log.close())).toBe('ok')
    expect([log.machine.period, log.machine.part]).toEqual(['2026-11', 1])
  })

  it('refuses a genesis of other rules, another community or another network', () => {
    const log = createLedgerWriter()
    const genesis: Entry = {
      kind: 'genesis',
      at: NOON,
      network: 'bandstand',
      community: log.community,
      generation: 1,
      predecessor: null,
      rules: log.init.rules.hash,
    }
    expect(codeOf(log.append({ ...genesis, network: 'other' }))).toBe('wrong-network')
    expect(codeOf(log.append({ ...genesis, rules: HASH }))).toBe('wrong-rules')
    expect(codeOf(log.append({ ...genesis, community: HASH }))).toBe('wrong-community')
    expect(codeOf(log.issue(fan.publicKey, 1n))).toBe('bad-genesis')
    const predecessor = { origin: `bandstand.${'0'.repeat(64)}/log`, size: 1, root: HASH, stateRoot: HASH }
    expect(codeOf(log.append({ ...genesis, generation: 2, predecessor }))).toBe('bad-genesis')
    expect(codeOf(log.append(genesis))).toBe('ok')
  })

  it('counts at most 256 assets, and none that was never issued', () => {
    const log = openedLog()
    const asset = (n: number) => ({ ...log.asset, code: `A${String(n).padStart(3, '0')}` })
    const issue = (n: number) =>
      log.order(log.desk, 'value/issue', { account: fan.publicKey, amount: 1n, asset: asset(n), reference: null })
    expect(codeOf(log.order(fan, 'value/tip', { ...tip(log, 1n), asset: asset(0) }))).toBe('insufficient-balance')
    for (let n = 1; n < 256; n++) must(issue(n))
    expect(codeOf(issue(256))).toBe('too-many-assets')
    expect(codeOf(issue(255))).toBe('ok')
    must(log.close())
  })

  it('refuses an order under the kind of another', () => {
    const log = openedLog()
    const order = log.envelope(fan, 'value/tip', tip(log, 5n)).bytes
    const read = (entry: Entry) => readEntry(log.init.hasher, log.community, encodeEntry(entry))
    expect(codeOf(read({ kind: 'redeem', at: NOON, order }))).toBe('bad-entry')
    expect(codeOf(read({ kind: 'redeem', at: NOON, order: HASH }))).toBe('bad-order')
    expect(codeOf(readEntry(log.init.hasher, log.community, HASH))).toBe('bad-entry')
  })

  it('takes nothing before a genesis', () => {
    const log = openedLog()
    const fresh = createMachine(log.init)
    for (const bytes of log.entries.slice(1))
      expect(codeOf(fresh.apply(must(readEntry(log.init.hasher, log.community, bytes))))).toBe('bad-genesis')
  })
})
