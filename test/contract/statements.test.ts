import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasher, verifier } from '#node/identity/crypto-ports.ts'
import type { LogCopies } from '#node/ports/ledger.ts'
import { createMemoryRegistry } from '#node/registry/memory-registry.ts'
import { createStatements } from '#node/stage/statements.ts'
import { decodeAck } from '#protocols/ledger/v1/ack.ts'
import { parseTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import { formatUnits } from '#src/kernel/money.ts'
import { checkAck, readAck } from '#src/ledger/check-ack.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { FINE_SCALE } from '#src/royalties/statements/book.ts'
import { Collector } from '#src/royalties/statements/collect.ts'
import { BEANCOUNT, exportJournal, HLEDGER } from '#src/royalties/statements/journal.ts'
import { verifyBundle } from '#src/royalties/statements/verify/verify-bundle.ts'
import { beancountBalances, hledgerBalances, installed } from '#test/support/accounting.ts'
import {
  agreement,
  asset,
  channel,
  community,
  desk,
  fan,
  furnish,
  must,
  NOW,
  type OwnLog,
  order,
  ownLogFolders,
  RELEASE,
  rules,
  signerOf,
  tip,
  voucher,
} from '#test/support/own-log-world.ts'

const PERIOD = '2026-05'
const text = (bytes: Uint8Array): string => toText(bytes)
const folders = ownLogFolders()
let log: OwnLog
let dir: string
let ack: Uint8Array
const titles = { release: () => ({ title: 'A song', artist: 'The Pier Band' }), track: () => null }

const stage = () =>
  createStatements({
    own: community,
    log,
    copies: {} as LogCopies,
    registry: createMemoryRegistry({ clock: folders.clock, hasher }),
    rules,
    hasher,
    verifier,
    asset,
    titles,
    nameOf: () => 'The Pier',
  })

const refusal = async (asked: Promise<unknown>): Promise<string> => {
  const thrown = await asked.then(() => null).catch((cause: Error) => cause)
  return thrown?.message ?? 'nothing was refused'
}

beforeAll(async () => {
  expect(new Date(NOW).toISOString().slice(0, 7)).toBe(PERIOD)
  dir = mkdtempSync(join(tmpdir(), 'bandstand-statements-'))
  log = folders.open(folders.folder())
  await furnish(log)
  for (const amount of [1_000n, 333n, 7n]) {
    const made = tip(fan, amount)
    ack = must(await log.order(made.envelope, made.id)).ack
  }
  for (const cumulative of [11n, 22n]) must(await log.voucher(voucher(channel, cumulative)))
  must(log.commit(0))
})
afterAll(async () => {
  await folders.remove()
  rmSync(dir, { recursive: true, force: true })
})

describe('while the month is open', () => {
  it('a bundle is refused with the command that closes it', async () => {
    expect(await refusal(stage().statement({ party: 'ana', period: PERIOD, format: 'bundle' }))).toContain(
      'bandstand log close-period',
    )
  })

  it('the CSV comes from the log, marked provisional', async () => {
    const { name, bytes } = await stage().statement({ party: 'ana', period: PERIOD, format: 'csv' })
    const rows = text(bytes).trim().split('\r\n')
    expect(name).toBe('2026-05-ana.csv')
    expect(rows).toHaveLength(6)
    expect(rows[1]).toContain(',provisional,tip,The Pier Band,A song,')
  })

  it('a party may be asked for by the name in the terms', async () => {
    const asked = (party: string) => stage().statement({ party, period: PERIOD, format: 'csv' })
    const [named, byId] = [await asked(' ANA '), await asked('ana')]
    expect(text(named.bytes)).toBe(text(byId.bytes))
  })

  it('every balance of the whole log is the machine’s, under hledger and under beancount', async () => {
    const machine = log.replica(0)
    for (const bytes of log.entries(machine.size, 1_000)) must(machine.apply(must(readEntry(hasher, community, bytes))))
    const balances = (account: (holder: string) => string) =>
      new Map(
        [...machine.balances()]
          .filter(one => one.amount !== 0n)
          .map(one => [`${account(one.holder)} TEST`, formatUnits(-one.amount, FINE_SCALE)]),
      )
    const [ledger, bean] = [
      await stage().statement({ period: PERIOD, format: 'ledger' }),
      await stage().statement({ period: PERIOD, format: 'beancount' }),
    ]
    expect(balances(HLEDGER.account).size).toBe(6)
    if (installed('hledger')) expect(hledgerBalances(text(ledger.bytes))).toEqual(balances(HLEDGER.account))
    if (installed('bean-check')) expect(beancountBalances(text(bean.bytes), dir)).toEqual(balances(BEANCOUNT.account))
  })

  it('a receipt is explained: paid, rule, steps, who got what, proof', () => {
    const said = stage().explain(toText(community, 'base16'), 4)
    expect(said.paid).toContain('10.00 TEST: a tip for “A song”, by account')
    expect(said.rule).toContain('The agreement “A song”, its first version')
    expect(said.steps.length).toBeGreaterThan(2)
    expect(said.gets).toHaveLength(3)
    expect(said.gets[0]).toContain('6.00 TEST, their share')
    expect(said.proof.join(' ')).toContain('self-certified')
  })

  it('an agreement is tried out in words, and nothing moves', () => {
    const before = log.size()
    const said = stage().whatIf({ agreement: RELEASE, gross: '100' })
    expect(said.agreement).toBe(toText(agreement, 'base16'))
    expect(said.steps[0]).toContain('100.00 TEST is divided by the agreement “A song”')
    expect(said.lines.reduce((sum, line) => sum + BigInt(line.amount.replace('.', '')), 0n)).toBe(100_000_000_000n)
    expect(log.size()).toBe(before)
  })

  it('an ack is held against the log that gave it', () => {
    const read = decodeAck(ack)
    if (!read.ok) throw new Error(read.error.message)
    const shown = stage().logProof(toText(community, 'base16'), read.value.index)
    const proof = parseTlogProof(shown.tlogProof ?? '')
    const promise = readAck({ hasher, verifier }, ack)
    if (!proof.ok || !promise.ok) throw new Error('expected a proof and a promise')
    const at = { leaf: fromString(shown.leaf ?? '', 'base16'), path: proof.value.path }
    expect(checkAck({ hasher, verifier }, promise.value, { note: shown.checkpoint, at, commit: null })).toMatchObject({
      ok: true,
      value: { kind: 'kept' },
    })
  })

  it.each([
    [{ party: 'nobody', period: PERIOD, format: 'csv' }, 'No agreement here has a party called "nobody".'],
    [{ period: PERIOD, format: 'bundle' }, 'A bundle is of one party'],
  ] as const)('%j is refused in a sentence', async (query, sentence) => {
    expect(await refusal(stage().statement(query))).toContain(sentence)
  })
})

describe('once the month is closed and certified', () => {
  beforeAll(async () => {
    must(await log.closePeriod())
    must(log.commit(0))
  })

  it.each(['ana', 'bea'])('the bundle of %s verifies without the stage', async party => {
    const { bytes } = await stage().statement({ party, period: PERIOD, format: 'bundle' })
    const judged = verifyBundle({ hasher, verifier, rules }, bytes)
    if (!judged.ok) throw new Error(`${judged.error.part}: ${judged.error.message}`)
    const [statement] = judged.value.statements
    expect(statement?.closing).toBe(log.holding(statement?.holder ?? ''))
    expect(judged.value.steps.at(-1)?.detail).toBe('the same to the last unit')
  })

  it('the books of the next months open with what this one closed with', async () => {
    const made = tip(fan, 50n)
    must(await log.order(made.envelope, made.id))
    must(log.commit(0))
    const { bytes } = await stage().statement({ party: 'ana', period: PERIOD, format: 'csv' })
    expect(text(bytes)).toContain(',closed,')
    expect(text(bytes)).toContain(',provisional,')
  })
})

describe('a party that was given an account later', () => {
  it('goes by its id from then on, and is paid in a trial as it would be', async () => {
    const account = signerOf('bea').publicKey
    const made = order(desk, 'agreement/settle', { agreement, party: 'bea', account })
    must(await log.order(made.envelope, made.id))
    const paid = tip(fan, 100n)
    must(await log.order(paid.envelope, paid.id))
    must(log.commit(0))
    const said = stage().whatIf({ agreement: RELEASE, gross: '10' })
    expect(said.lines.find(line => line.party === 'bea')?.holder).toBe(`acct:${toText(account, 'base16')}`)
    const by = async (party: string) => text((await stage().statement({ party, period: PERIOD, format: 'csv' })).bytes)
    expect(await by('bea')).toContain(`acct:${toText(account, 'base16')}`)
    expect(await by('party:bea')).toContain('susp:')
    expect(await by('party:bea')).not.toContain('acct:')
  })
})

describe('a later month, read from a snapshot', () => {
  const NEXT = '2026-06'

  it('opens with what the month before closed with, and is the same as read from the first entry', async () => {
    const folder = folders.folder()
    log = folders.open(folder)
    await furnish(log)
    must(log.commit(0))
    await log.close()
    folders.clock.now = Date.parse('2026-06-10T12:00:00Z')
    log = folders.open(folder)
    const made = tip(fan, 400n, folders.clock.now)
    must(await log.order(made.envelope, made.id))
    must(log.commit(0))
    must(await log.closePeriod())
    must(log.commit(0))
    expect(log.replica(5).size).toBeGreaterThan(0)

    const { bytes } = await stage().statement({ party: 'ana', period: NEXT, format: 'bundle' })
    expect(verifyBundle({ hasher, verifier, rules }, bytes).ok).toBe(true)
    const books = await stage().statement({ period: NEXT, format: 'ledger' })
    const init = { hasher, rules, community, log: log.checkpoint().split('\n', 1)[0] ?? '', machine: log.replica(0) }
    const collector = new Collector({ ...init, subject: null, period: NEXT })
    for (const entry of log.entries(0, 1_000)) must(collector.add(entry))
    expect(text(books.bytes)).toBe([...exportJournal(collector.finish().book, HLEDGER)].join(''))
    expect(text(books.bytes)).toContain('opening balances')
  })
})
