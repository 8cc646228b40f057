import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCommunityLog } from '#node/store/ledger/community-log.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { verifyConsistency, verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { replayLog } from '#src/ledger/replay.ts'
import { testAuthor } from '#test/support/author.ts'
import {
  asset,
  BAND,
  community,
  desk,
  fan,
  issueOrder,
  order,
  ports,
  RELEASE,
  tipOrder,
} from '#test/unit/ledger/world.ts'

let folder: string
let now: number
const open = () =>
  createCommunityLog({ ...ports, file: join(folder, 'ledger.db'), signer: desk, asset, clock: { nowMs: () => now } })
let log: ReturnType<typeof open>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-'))
  now = 1_700_000_000_000
  log = open()
})
afterEach(async () => {
  log.close()
  await rm(folder, { recursive: true })
})

const issue = (seq: number, amount: bigint) => {
  const { envelope, id } = issueOrder(seq, amount)
  return log.issue(envelope, id)
}
const tip = (seq: number, amount: bigint, splits = BAND) => {
  const { envelope, id } = tipOrder(seq, amount)
  return log.tip(envelope, id, splits)
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
/** Hashes may be Buffers or plain arrays; only their bytes matter. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item) =>
      typeof item === 'bigint' ? String(item) : item?.type === 'Buffer' ? { ...item.data } : item,
    ),
  )
const root = (note: string) => {
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value.root
}

describe('the own log', () => {
  test('an empty log has a signed checkpoint of size 0', () => {
    expect(log.size()).toBe(0)
    expect(verifyCheckpoint(ports, community, log.checkpoint())).toMatchObject({ ok: true, value: { size: 0 } })
  })

  test('an issue credits the account and a tip divides it exactly among the parties', () => {
    expect(issue(1, 1_000n)).toMatchObject({ ok: true, value: { index: 0, kind: 'issue', amount: 1_000n, lines: [] } })
    expect(tip(1, 7n)).toMatchObject({
      ok: true,
      value: {
        index: 1,
        kind: 'tip',
        release: RELEASE,
        lines: [
          { party: 'Ada', amount: 4n },
          { party: 'Bo', amount: 2n },
          { party: 'Çelik', amount: 1n },
        ],
      },
    })
    expect(log.balance(fan.publicKey)).toBe(993n)
    expect(BAND.map(({ party }) => log.earned(RELEASE, party))).toEqual([4n, 2n, 1n])
  })

  test('the same order twice answers with the first receipt and appends nothing', () => {
    issue(1, 1_000n)
    const first = tip(1, 100n)
    now += 60_000
    expect(plain(tip(1, 100n))).toEqual(plain(first))
    expect(log.size()).toBe(2)
    expect(log.balance(fan.publicKey)).toBe(900n)
  })

  test('a tip above the balance is refused in a sentence that says the balance, and nothing is appended', () => {
    issue(1, 1_050n)
    const before = log.checkpoint()
    const refused = tip(1, 1_051n)
    expect(refused).toMatchObject({ ok: false, error: { code: 'insufficient-balance' } })
    expect(!refused.ok && refused.error.message).toContain('10.50 TEST')
    expect(log.checkpoint()).toBe(before)
    expect(log.balance(fan.publicKey)).toBe(1_050n)
  })

  test('orders that are nobody’s business here are refused with a typed code', () => {
    issue(1, 100n)
    const forged = issueOrder(1, 5n, testAuthor(9))
    expect(log.issue(forged.envelope, forged.id)).toMatchObject({ ok: false, error: { code: 'not-operator' } })
    const elsewhere = order(fan, 'value/tip', 1, { release: RELEASE, amount: 1, asset, note: null }, fan.publicKey)
    expect(log.tip(elsewhere.envelope, elsewhere.id, BAND)).toMatchObject({ error: { code: 'not-for-you' } })
    expect(tip(1, 0n)).toMatchObject({ error: { code: 'bad-request' } })
    const foreign = { ...asset, issuer: fan.publicKey }
    const other = order(fan, 'value/tip', 1, { release: RELEASE, amount: 1, asset: foreign, note: null })
    expect(log.tip(other.envelope, other.id, BAND)).toMatchObject({ error: { code: 'bad-request' } })
    const finer = order(fan, 'value/tip', 1, { release: RELEASE, amount: 1, asset: { ...asset, scale: 3 }, note: null })
    expect(log.tip(finer.envelope, finer.id, BAND)).toMatchObject({ error: { code: 'bad-request' } })
    expect(tip(2, 10n, [{ party: 'Ada', shares: 9_999 }])).toMatchObject({ error: { code: 'bad-splits' } })
    const twice = [...BAND.slice(0, 1), ...BAND.slice(0, 1)]
    expect(tip(3, 10n, twice)).toMatchObject({ error: { code: 'bad-splits' } })
    const real = tipOrder(4, 10n)
    expect(log.issue(real.envelope, real.id)).toMatchObject({ error: { code: 'bad-envelope' } })
    expect(log.tip(real.envelope, issueOrder(9, 1n).id, BAND)).toMatchObject({ error: { code: 'bad-envelope' } })
    expect(log.size()).toBe(1)
  })

  test('a balance cannot grow past 64 bits', () => {
    expect(issue(1, (1n << 64n) - 1n)).toMatchObject({ ok: true })
    expect(issue(2, 1n)).toMatchObject({ ok: false, error: { code: 'bad-request' } })
    expect(log.balance(fan.publicKey)).toBe((1n << 64n) - 1n)
  })

  test('every receipt proves into the current checkpoint, and every earlier checkpoint is consistent with it', () => {
    issue(1, 100_000n)
    const notes = [log.checkpoint()]
    for (let seq = 1; seq < 20; seq++) {
      tip(seq, 11n)
      notes.push(log.checkpoint())
    }
    const size = log.size()
    for (let index = 0; index < size; index++) {
      const proven = log.prove(index)
      if (proven === null) throw new Error('no proof')
      const leaf = proven.leafHash
      expect(verifyInclusion(ports.hasher, { index, size, leaf, root: log.root(), proof: proven.proof })).toBe(true)
      const from = index + 1
      const proof = log.consistencyProof(from, size)
      const fromRoot = root(notes[index] ?? '')
      expect(verifyConsistency(ports.hasher, { from, to: size, fromRoot, toRoot: log.root(), proof })).toBe(true)
    }
    expect(log.prove(size)).toBeNull()
    expect(log.receipt(size)).toBeNull()
  })

  test('an auditor who replays the entries alone comes to the same root and balances', () => {
    issue(1, 5_000n)
    for (let seq = 1; seq <= 9; seq++) tip(seq, BigInt(seq * 7))
    const replay = replayLog(ports, community, log.entries(0, 100), log.checkpoint())
    if (!replay.ok) throw new Error(replay.error.message)
    expect(hex(replay.value.root)).toBe(hex(log.root()))
    expect(replay.value.state.balance(fan.publicKey, asset)).toBe(log.balance(fan.publicKey))
    for (const { party } of BAND)
      expect(replay.value.state.earned(RELEASE, party, asset)).toBe(log.earned(RELEASE, party))
  })

  test('recent receipts come newest first, entries oldest first', () => {
    issue(1, 500n)
    tip(1, 1n)
    tip(2, 2n)
    expect(log.recent(2).map(record => record.index)).toEqual([2, 1])
    expect(log.recent(50).map(record => record.index)).toEqual([2, 1, 0])
    expect(log.entries(1, 1)).toEqual([log.receipt(1)?.entry])
  })

  test('a clock that is set back does not reverse the log', () => {
    issue(1, 500n)
    now -= 3_600_000
    expect(tip(1, 1n)).toMatchObject({ ok: true, value: { at: now + 3_600_000 } })
  })

  test('what was acknowledged is there after closing and opening, with the same checkpoint bytes', () => {
    issue(1, 500n)
    tip(1, 99n)
    const before = { note: log.checkpoint(), recent: log.recent(9), balance: log.balance(fan.publicKey) }
    log.close()
    log = open()
    const after = { note: log.checkpoint(), recent: log.recent(9), balance: log.balance(fan.publicKey) }
    expect(plain(after)).toEqual(plain(before))
  })

  const tamper = (sql: string) => {
    log.close()
    const db = new DatabaseSync(join(folder, 'ledger.db'))
    db.exec(sql)
    db.close()
  }

  test.each([
    ['fewer entries than were signed', 'DELETE FROM entry WHERE idx = 1'],
    ['no signed checkpoint', 'DELETE FROM head'],
    ['another checkpoint than this community signed', "UPDATE head SET note = replace(note, '2', '3')"],
    ['a changed tree', 'UPDATE node SET hash = zeroblob(32) WHERE level = 1'],
  ])('a file with %s refuses to start', (_, sql) => {
    issue(1, 500n)
    tip(1, 99n)
    tamper(sql)
    expect(open).toThrow(expect.objectContaining({ code: 'conflict' }))
  })
})
