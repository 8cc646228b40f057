import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { Entry } from '#protocols/ledger/v1/codec.ts'
import { formatUnits } from '#src/kernel/money.ts'
import { executeOrder } from '#src/ledger/execute.ts'
import { DESK_ACCOUNT, exportHledger, holderAccount, partyAccount } from '#src/ledger/export-hledger.ts'
import { readOrder } from '#src/ledger/orders.ts'
import { applyEntry, createMemoryState } from '#src/ledger/state.ts'
import { asset, community, fan, issueOrder, ports, RELEASE, type TestOrder, tipOrder } from './world.ts'

const AWKWARD = [
  { party: 'Ada; the "first"  of: her (name)', shares: 3_333 },
  { party: 'Bo = {x} * 2 % 3', shares: 3_333 },
  { party: '水の音 & Ко', shares: 3_334 },
]
/** Debian's hledger, an independent reader of our books. */
const HLEDGER = 'hledger'
const installed = spawnSync(HLEDGER, ['--version']).status === 0
if (!installed) console.log('skipped: hledger is not installed')

const state = createMemoryState()
function run({ envelope }: TestOrder, at: number): Entry {
  const order = readOrder(ports.hasher, community, envelope)
  if (!order.ok) throw new Error(order.error.message)
  const entry = executeOrder(ports.hasher, order.value, envelope.bytes, at, AWKWARD)
  if (!entry.ok) throw new Error(entry.error.message)
  const effects = applyEntry(state, { entry: entry.value, order: order.value })
  if (!effects.ok) throw new Error(effects.error.message)
  state.commit(effects.value)
  return entry.value
}

const START = 1_767_225_599_999
const entries = [
  run(issueOrder(1, 9_007_199_254_740_993n), START),
  ...Array.from({ length: 40 }, (_, at) => run(tipOrder(at + 1, BigInt(at * at + 1)), START + at * 86_400_000)),
]

describe('the plain-text-ledger export', () => {
  test('every entry is one transaction, dated in UTC and named by its log index', () => {
    const [first, second] = [...exportHledger(entries)]
    expect(first).toBe(
      `2025-12-31 * (0) credit issued\n    assets:desk  90071992547409.93 "TEST"\n    ${holderAccount(fan.publicKey)}  -90071992547409.93 "TEST"\n\n`,
    )
    expect(second).toContain(`2025-12-31 * (1) tip for ${RELEASE}\n`)
  })

  test('two party names never share an account', () => {
    const names = ['a b', 'a%20b', 'a  b', 'a:b', 'a;b', 'A b']
    expect(new Set(names.map(name => partyAccount(RELEASE, name))).size).toBe(names.length)
  })

  test.skipIf(!installed)('hledger reads it and finds every balance to be what the ledger says', () => {
    const args = ['-f', '-', 'balance', '--flat', '--empty', '--no-total', '-O', 'csv']
    const input = [...exportHledger(entries)].join('')
    const run = spawnSync(HLEDGER, args, { input, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    expect(run.stderr).toBe('')
    const balances = Object.fromEntries(
      [...run.stdout.matchAll(/^"([^"]*)","(-?[0-9.]+) TEST"$/gm)].map(([, account = '', amount = '']) => [
        account,
        amount,
      ]),
    )
    const owed = (units: bigint): string => formatUnits(-units, asset.scale)
    expect(balances).toEqual({
      [DESK_ACCOUNT]: '90071992547409.93',
      [holderAccount(fan.publicKey)]: owed(state.balance(fan.publicKey, asset)),
      ...Object.fromEntries(
        AWKWARD.map(({ party }) => [partyAccount(RELEASE, party), owed(state.earned(RELEASE, party, asset))]),
      ),
    })
  })
})
