import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { formatUnits } from '#src/kernel/money.ts'
import { type Book, type BookEntry, FINE_SCALE, NO_TITLES } from '#src/royalties/statements/book.ts'
import { CSV_COLUMNS, exportCsv } from '#src/royalties/statements/csv.ts'
import { exportDsrShaped } from '#src/royalties/statements/dsr.ts'
import { BEANCOUNT, exportJournal, type Flavour, HLEDGER } from '#src/royalties/statements/journal.ts'
import {
  type Balances,
  beancountBalances,
  beancountComplaint,
  hledgerBalances,
  installed,
} from '#test/support/accounting.ts'
import { seeded } from '#test/support/seeded.ts'
import { ada, asset, busyMonth, collect } from '#test/support/statement-world.ts'

const ISSUER = 'ab'.repeat(32)
const ASSETS = [`TEST/2/${ISSUER}`, `EUR/0/${ISSUER}`]
const AGREEMENT = 'cd'.repeat(32)
const RELEASE = '00112233445566778899aabbccddeeff'
const ADA = `acct:${'1f'.repeat(32)}`
const HOLDERS = [
  ADA,
  `acct:${'2e'.repeat(32)}`,
  `susp:${AGREEMENT}/Ada%3B%20the%20%22first%22`,
  `susp:${AGREEMENT}/Ada-3B`,
  `rsrv:${AGREEMENT}/=SUM(A1)`,
  'tax:vat_DE',
  'desk',
]

/** A book of random balanced entries, with amounts down to the last fine unit. */
function randomBook(seed: number): Book {
  const random = seeded(seed)
  const entries = Array.from({ length: 60 }, (_, at): BookEntry => {
    const asset = random.pick(ASSETS)
    const moved = Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => ({
      holder: random.pick(HOLDERS),
      amount: BigInt(Math.floor(random.next() * 1e15)) + 1n,
    }))
    const total = moved.reduce((sum, one) => sum + one.amount, 0n)
    return {
      index: at + 7,
      at: Date.UTC(2026, 10, 1) + at * 30_000_000,
      leaf: hasher.sha256(fromString(`leaf ${at}`)),
      use: random.pick(['tip', 'stream', 'issue']),
      release: random.pick([RELEASE, null]),
      track: random.pick([null, 1, 2]),
      agreement: fromString(AGREEMENT, 'base16'),
      reference: null,
      postings: [
        { holder: 'desk', asset, amount: -total, tag: 'payment', party: '' },
        ...moved.map(one => ({ ...one, asset, tag: 'share', party: 'Ada; "the" first, =1+1' })),
      ],
    }
  })
  const opening = { asset: ASSETS[0] ?? '', amount: 9_007_199_254_740_993_000_000_001n }
  return {
    log: `bandstand.${ISSUER}/log`,
    period: '2026-11',
    provisional: false,
    closedBefore: 1_000,
    openings: [
      { holder: ADA, ...opening },
      { holder: 'desk', ...opening, amount: -opening.amount },
    ],
    entries,
    belongs: () => true,
  }
}

/** What the journal must balance to, computed without it. */
function expected(book: Book, flavour: Flavour): Balances {
  const sums = new Map<string, bigint>()
  const moves = [...book.openings, ...book.entries.flatMap(entry => entry.postings)]
  for (const { holder, asset, amount } of moves) {
    const key = `${flavour.account(holder)} ${asset.split('/')[0]}`
    sums.set(key, (sums.get(key) ?? 0n) - amount)
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0n).map(([key, sum]) => [key, formatUnits(sum, FINE_SCALE)]))
}

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bandstand-books-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('the plain-text ledger', () => {
  test.skipIf(!installed('hledger'))('hledger finds every balance to be what the book says', () => {
    for (const seed of [1, 2, 3]) {
      const book = randomBook(seed)
      expect(hledgerBalances([...exportJournal(book, HLEDGER)].join(''))).toEqual(expected(book, HLEDGER))
    }
  })

  test.skipIf(!installed('bean-check'))('beancount finds every balance to be what the book says', () => {
    for (const seed of [1, 2, 3]) {
      const book = randomBook(seed)
      expect(beancountBalances([...exportJournal(book, BEANCOUNT)].join(''), dir)).toEqual(expected(book, BEANCOUNT))
    }
  })

  test.skipIf(!installed('bean-check'))('beancount refuses a journal in which one amount was changed', () => {
    const journal = [...exportJournal(randomBook(4), BEANCOUNT)].join('')
    const path = join(dir, 'changed.beancount')
    writeFileSync(
      path,
      journal.replace(/(\n {4}Liabilities\S+ {2}-?)(\d)/, (_, before, digit) => `${before}${(Number(digit) + 1) % 10}`),
    )
    expect(beancountComplaint(path)).toContain('does not balance')
  })

  test('two holders never share an account', () => {
    const holders = [
      'susp:a/b c',
      'susp:a/b%20c',
      'susp:a/b-20c',
      'susp:a/b_c',
      'susp:a/B c',
      'susp:a/b/c',
      'rsrv:a/b c',
      'desk',
      'susp:a/b:c',
    ]
    for (const flavour of [HLEDGER, BEANCOUNT]) expect(new Set(holders.map(flavour.account)).size).toBe(holders.length)
  })

  test('of one party, it opens with the balance from before and keeps every transaction whole', () => {
    const book = { ...randomBook(5), belongs: (holder: string) => holder === ADA }
    const journal = [...exportJournal(book, HLEDGER)].join('')
    expect(journal).toContain('2026-11-01 * (opening) opening balances')
    expect(journal).toContain('equity:opening  9007199254740993.000000001 "TEST"')
    expect(journal).toMatch(/2026-11-0\d \* \(\d+\) (?:tip|stream|issue)/)
  })
})

describe('the whole log as a plain-text ledger', () => {
  const world = busyMonth()
  const { book } = collect(world, null)
  const machineSays = (flavour: Flavour): Balances =>
    new Map(
      [...world.machine.balances()]
        .filter(one => one.amount !== 0n)
        .map(({ holder, asset, amount }) => [
          `${flavour.account(holder)} ${asset.split('/')[0]}`,
          formatUnits(-amount, FINE_SCALE),
        ]),
    )

  test.skipIf(!installed('hledger'))('hledger finds every balance that the machine has, and no other', () => {
    expect(machineSays(HLEDGER).size).toBeGreaterThan(4)
    expect(hledgerBalances([...exportJournal(book, HLEDGER)].join(''))).toEqual(machineSays(HLEDGER))
  })

  test.skipIf(!installed('bean-check'))('beancount finds every balance that the machine has, and no other', () => {
    expect(beancountBalances([...exportJournal(book, BEANCOUNT)].join(''), dir)).toEqual(machineSays(BEANCOUNT))
  })

  test.skipIf(!installed('hledger'))('of one party, its own balances are those of the machine', () => {
    const holder = `acct:${toText(ada.publicKey, 'base16')}`
    const own = collect(world, { kind: 'account', key: toText(ada.publicKey, 'base16') })
    const balances = hledgerBalances([...exportJournal(own.book, HLEDGER)].join(''))
    const account = `${HLEDGER.account(holder)} TEST`
    expect(balances.get(account)).toBe(machineSays(HLEDGER).get(account))
  })

  test('a period that is closed to its end is not provisional, and one with newer entries is', () => {
    expect(book.provisional).toBe(false)
    world.order(ada, 'value/redeem', { amount: 1n, asset, reference: null })
    expect(collect(world, null).book.provisional).toBe(true)
  })
})

describe('the CSV', () => {
  const rows = (book: Book): string[] => [...exportCsv(book, NO_TITLES)]

  test('has a row for each movement, with the place in the log and the fingerprint of the entry', () => {
    const book = { ...randomBook(6), belongs: (holder: string) => holder === ADA }
    const [head, ...body] = rows(book)
    expect(head).toBe(`${CSV_COLUMNS.join(',')}\r\n`)
    expect(head).toContain('log,index,leafHash')
    const movements = book.entries.flatMap(entry => entry.postings.filter(one => one.holder === ADA))
    expect(body).toHaveLength(movements.length)
    for (const row of body) expect(row).toMatch(/,bandstand\.[0-9a-f]{64}\/log,\d+,[0-9a-f]{64}\r\n$/)
  })

  test('never lets a name run as a formula in a spreadsheet', () => {
    const book = randomBook(7)
    const named = {
      ...book,
      entries: book.entries.map(entry => ({
        ...entry,
        postings: entry.postings.map(one => ({ ...one, party: '=HYPERLINK("x")' })),
      })),
    }
    expect(
      rows(named)
        .slice(1)
        .every(row => row.includes(`"'=HYPERLINK(""x"")"`)),
    ).toBe(true)
  })

  test('says of each row whether its part is closed', () => {
    const all = rows({ ...randomBook(8), provisional: true, closedBefore: 30 })
    expect(all[1]).toContain(',closed,')
    expect(all.at(-1)).toContain(',provisional,')
  })
})

describe('the DSR-shaped file', () => {
  const lines = (book: Book): string[] =>
    [...exportDsrShaped(book, 'party:Ada', NO_TITLES)].join('').split('\r\n').slice(0, -1)

  test('says in its first line that it is DSR-shaped and no conforming message', () => {
    expect(lines(randomBook(1))[0]).toBe(
      '# DSR-shaped flat file: the form of a DDEX digital sales report, not a conforming message.',
    )
  })

  test('counts its own lines, and sums to what the party got for releases', () => {
    const book = { ...randomBook(9), belongs: (holder: string) => holder === ADA }
    const records = lines(book)
      .filter(line => !line.startsWith('#'))
      .map(line => line.split('\t'))
    const foot = records.at(-1) ?? []
    expect(foot[0]).toBe('FFOT')
    expect(Number(foot[1])).toBe(records.length)
    const sum = (kind: string, column: number): bigint =>
      records
        .filter(record => record[0] === kind)
        .reduce((total, record) => total + BigInt((record[column] ?? '').replace('.', '')), 0n)
    const moved = book.entries
      .filter(entry => entry.release !== null)
      .flatMap(entry => entry.postings.filter(one => one.holder === ADA))
      .reduce((total, one) => total + one.amount, 0n)
    expect([sum('SY02', 3), sum('SU01', 6)]).toEqual([moved, moved])
  })
})
