import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '#node/ports/ledger.ts'
import { openDatabase } from '#node/store/database.ts'
import { createEarnings } from '#node/store/earnings.ts'
import { refuseTrialLedger } from '#node/store/ledger/trial-ledger.ts'
import { createPartyAccounts } from '#node/store/party-accounts.ts'
import { createReceiptTexts } from '#node/store/receipt-texts.ts'
import { MIGRATIONS } from '#node/store/schema.ts'

const community = new Uint8Array(32).fill(1)
const RELEASE = 'ab'.repeat(16)
const ORIGIN = 'bandstand.x/log'
const open = () => openDatabase(':memory:', MIGRATIONS, 'NORMAL')

/** A tip of one unit, a fifth of it to each of two parties and the rest to a fee. */
const tip = {
  release: RELEASE,
  amount: 100n,
  asset: { code: 'TEST', scale: 2, issuer: community },
  lines: [
    { holder: 'acct:1', party: 'ana', amount: 200_000_000n, tag: 'share' },
    { holder: 'susp:1/ben', party: 'ben', amount: 200_000_000n, tag: 'share' },
    { holder: 'fee:rail', party: '', amount: 600_000_000n, tag: 'rail-fee' },
  ],
} as unknown as LogRecord
const credit = { release: null, amount: 5n, asset: tip.asset, lines: [] } as unknown as LogRecord

describe('what was earned', () => {
  it('is counted once for each entry, however often and in whatever steps the log is read', async () => {
    const earnings = createEarnings(open())
    const log = [credit, ...Array.from({ length: 600 }, () => tip)]
    for (const size of [0, 1, 2, 2, 400, log.length, log.length])
      await earnings.readOn(community, ORIGIN, size, index => log[index] ?? null)
    expect(Object.fromEntries(earnings.of(community, RELEASE))).toEqual({
      '': 600n * 1_000_000_000n,
      ana: 600n * 200_000_000n,
      ben: 600n * 200_000_000n,
    })
  })

  it('goes on under a successor, and is counted anew when a log was started anew', async () => {
    const earnings = createEarnings(open())
    const read = (origin: string, size: number) => earnings.readOn(community, origin, size, () => tip)
    await read(ORIGIN, 3)
    await read(`${ORIGIN}.2`, 1)
    expect(earnings.of(community, RELEASE).get('ana')).toBe(4n * 200_000_000n)
    await read(ORIGIN, 1)
    expect(earnings.of(community, RELEASE).get('ana')).toBe(200_000_000n)
  })
})

describe('texts beside the log', () => {
  it('are found by their commitment until they are erased', () => {
    const texts = createReceiptTexts(open())
    const [commitment, salt] = [new Uint8Array(32).fill(2), new Uint8Array(16).fill(3)]
    texts.keep(commitment, { salt, text: 'cash at the door' }, 1)
    expect(texts.find(commitment)).toMatchObject({ text: 'cash at the door', salt })
    expect(texts.erase(commitment)).toBe(true)
    expect(texts.find(commitment)).toBeNull()
    expect(texts.erase(commitment)).toBe(false)
  })

  it('say which account a name has, the last one that was given', () => {
    const accounts = createPartyAccounts(open())
    accounts.keep('Ana', new Uint8Array(32).fill(4))
    accounts.keep('Ana', new Uint8Array(32).fill(5))
    expect([...accounts.of(['Ben', 'Ana'])]).toEqual([['Ana', new Uint8Array(32).fill(5)]])
  })
})

describe('the ledger of a trial version', () => {
  it('is refused with what to do, and left as it is; any other file is not this check’s concern', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trial-'))
    try {
      refuseTrialLedger(folder)
      const db = new DatabaseSync(join(folder, 'ledger.db'))
      db.exec('CREATE TABLE log (id INTEGER)')
      refuseTrialLedger(folder)
      db.exec('CREATE TABLE earned (log INTEGER)')
      expect(() => refuseTrialLedger(folder)).toThrow(/move these files out of the folder and start again/)
      expect(() => refuseTrialLedger(folder)).toThrow(expect.objectContaining({ code: 'data-folder-unusable' }))
      expect(db.prepare('SELECT count(*) AS n FROM earned').get()).toEqual({ n: 0 })
      db.close()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
