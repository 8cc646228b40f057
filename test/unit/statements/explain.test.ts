import { describe, expect, test } from 'vitest'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { explainReceipt, type Receipt } from '#src/royalties/statements/explain.ts'
import { holderText, parseSubject, parseWaiting } from '#src/royalties/statements/subject.ts'
import { ada, bo, party, rules, termsOf } from '#test/support/statement-world.ts'

const KEY = 'ab'.repeat(32)
const asset = `TEST/2/${KEY}`
const compiled = rules.compile(
  encodeTerms(
    termsOf([
      [party('ada', ada.publicKey), 6_000],
      [party('bo', bo.publicKey), 4_000],
    ]),
  ),
)
if (!compiled.ok) throw new Error(compiled.error.message)
const agreement = compiled.value
const divided = agreement.divide({
  amount: 10_000_000_000n,
  asset,
  use: 'tip',
  at: 0,
  period: '1970-01',
  standing: (_hash, id) => (id === 'ada' ? 'active' : 'unsigned'),
  account: () => null,
  memory: { get: () => 0n, set: () => undefined },
  nested: () => null,
})
if (!divided.ok) throw new Error(divided.error.message)

const receipt: Receipt = {
  index: 42,
  at: Date.UTC(2026, 10, 3, 17, 5),
  use: 'tip',
  communityName: 'The Pier',
  payer: KEY,
  title: 'Two Songs',
  amount: 10_000_000_000n,
  asset,
  lines: divided.value,
  agreement,
  agreementTitle: 'Two Songs',
  signed: { active: 1, parties: 2 },
  nested: () => null,
  proven: {
    origin: 'bandstand.x/log',
    leafHash: KEY,
    size: 57,
    seats: { names: ['River', 'Park', 'Hill'], weight: 3, quorum: 3, total: 4 },
  },
}

describe('a receipt in plain words', () => {
  test('says what was paid, by whom and when', () => {
    expect(explainReceipt(receipt).paid).toBe(
      `10.00 TEST: a tip for “Two Songs”, by account ${KEY}, on 2026-11-03 17:05 UTC.`,
    )
  })

  test('tells each step of the waterfall, and where a part waits', () => {
    const { steps, gets, rule } = explainReceipt(receipt)
    expect(steps[0]).toBe('10.00 TEST is divided by the agreement “Two Songs”.')
    expect(steps.join(' ')).toContain('where it waits until they may be paid')
    expect(gets.map(line => line.split(':')[0])).toEqual([expect.stringContaining('ada (account'), 'bo, in suspense'])
    expect(rule).toContain('1 of its 2 parties are paid at once; the part of the others waits.')
  })

  test('does not tell steps that would not give these lines', () => {
    const [first, second] = divided.value
    if (first === undefined || second === undefined) throw new Error('expected two lines')
    const lines = [
      { ...first, amount: first.amount - 1n },
      { ...second, amount: second.amount + 1n },
    ]
    expect(explainReceipt({ ...receipt, lines }).steps).toEqual([
      expect.stringContaining('The outcome is fixed by the log'),
    ])
  })

  test('says how it is proven: by which seats, by the community alone, or not yet', () => {
    const proof = (some: Partial<Receipt['proven']>): string =>
      explainReceipt({ ...receipt, proven: { ...receipt.proven, ...some } }).proof.join(' ')
    expect(proof({})).toContain('3 of 4 seats re-executed the log and cosigned it, 3 are needed: River, Park, Hill.')
    expect(proof({ seats: null })).toContain('self-certified')
    expect(proof({ size: null })).toContain('follows within seconds')
  })

  test('says that nothing was paid where an entry pays nobody', () => {
    const commit = { ...receipt, use: 'commit', amount: 0n, asset: 'X/0/', payer: null, title: null, lines: [] }
    expect(explainReceipt(commit).paid).toMatch(/^Nothing was paid: the log fixes its state up to here, on .* UTC\.$/)
  })
})

describe('the names of balances', () => {
  test.each([
    ['desk', 'the cash desk'],
    [`acct:${KEY}`, 'account abababab…'],
    [`susp:${KEY}/bo`, 'bo, in suspense'],
    [`rsrv:${KEY}/bo`, 'bo, in reserve'],
    [`held:${KEY}/bo`, 'bo, below the payout threshold'],
    [`tax:${KEY}/vat`, 'vat, tax'],
    ['pool:user-centric', 'a pool'],
    ['elsewhere:x', 'elsewhere:x'],
  ])('%s is %s', (holder, words) => {
    expect(holderText(holder)).toBe(words)
  })

  test('a subject is an account or a party, and nothing else', () => {
    expect(parseSubject(`acct:${KEY}`)).toEqual({ kind: 'account', key: KEY })
    expect(parseSubject('party:bo')).toEqual({ kind: 'party', id: 'bo' })
    for (const text of ['', 'acct:ab', 'party:', 'bo', `susp:${KEY}/bo`]) expect(parseSubject(text)).toBeNull()
    expect(parseWaiting(`acct:${KEY}`)).toBeNull()
  })
})
