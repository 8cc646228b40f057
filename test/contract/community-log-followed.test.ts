import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { community, ports } from '#test/unit/ledger/world.ts'
import { added, at, type Followed, fill, type LogFolder, logFolder, type OwnLog } from './community-log-world.ts'

let folder: LogFolder
let own: OwnLog
let followed: Followed
beforeEach(async () => {
  folder = await logFolder()
  own = folder.ownLog('own')
  followed = folder.followedLogs('followed')
})
afterEach(() => folder.remove())

/** Whatever is shown of a followed log proves into a checkpoint signed by its community. */
function expectProof(index: number): void {
  const proven = followed.prove(community, index)
  const head = proven === null ? null : parseCheckpoint(proven.checkpoint)
  if (proven === null || !head?.ok) throw new Error(`no proof of ${index}`)
  const { size, root } = head.value
  expect(leafHash(ports.hasher, proven.entry)).toEqual(leafHash(ports.hasher, at(own.entries(index, 1), 0)))
  expect(verifyInclusion(ports.hasher, { index, size, leaf: proven.leafHash, root, proof: proven.proof })).toBe(true)
}
const extend = (start: number, count: number, log = own) => {
  const entries = log.entries(start, count)
  const proof = log.consistencyProof(start + entries.length, log.size())
  return followed.extend(community, start, entries, log.checkpoint(), proof)
}

describe('following a log by its announcements', () => {
  test('receipts that come in order are kept one by one, and each can be proven again', () => {
    for (const [index, message] of fill(own, 12).entries()) {
      expect(followed.accept(community, message)).toEqual(added(index))
      for (let earlier = 0; earlier <= index; earlier++) expectProof(earlier)
    }
    expect(followed.contiguous(community)).toBe(12)
    expect(followed.recent(community, 3).map(record => record.index)).toEqual([11, 10, 9])
    expect(followed.receipt(community, 5)?.lines).toEqual(own.receipt(5)?.lines)
    const paid = own.recent(12).find(record => record.release !== null)
    for (const { party } of paid?.lines ?? []) {
      const earned = own.earned(paid?.release ?? '', party)
      expect(earned).toBeGreaterThan(0n)
      expect(followed.earned(community, paid?.release ?? '', party)).toBe(earned)
    }
    expect(followed.evidence(community)).toEqual([])
  })

  test('asking about a community that is not followed leaves no trace', () => {
    const stranger = new Uint8Array(32).fill(7)
    expect(followed.receipt(stranger, 0)).toBeNull()
    expect(followed.prove(stranger, 0)).toBeNull()
    expect(followed.recent(stranger, 5)).toEqual([])
    expect(followed.earned(stranger, 'ab'.repeat(16), 'ana')).toBe(0n)
    expect(followed.contiguous(stranger)).toBe(0)
    expect(followed.evidence(stranger)).toEqual([])
    expect(folder.communitiesIn('followed')).toBe(0)
  })

  test('a receipt that is announced twice is added once', () => {
    const [first] = fill(own, 2)
    expect(followed.accept(community, at([first], 0) as Uint8Array)).toEqual(added(0))
    const again = { ok: true, value: { added: false, index: 0, gap: false } }
    expect(followed.accept(community, own.announce(0))).toEqual(again)
    expect(followed.accept(community, own.announce(0))).toEqual(again)
  })

  test('announcements made late, against a larger tree, are kept with their own proof until the rest arrives', () => {
    fill(own, 9)
    for (let index = 0; index < 9; index++) {
      expect(followed.accept(community, own.announce(index))).toEqual(added(index))
      expectProof(index)
    }
    expect(followed.contiguous(community)).toBe(9)
  })

  test('a receipt beyond a gap is shown on its own proof, and the log fetch joins it to the rest', () => {
    const messages = fill(own, 10)
    followed.accept(community, at(messages, 0))
    expect(followed.accept(community, at(messages, 6))).toEqual(added(6, true))
    expect(followed.accept(community, at(messages, 6))).toEqual({
      ok: true,
      value: { added: false, index: 6, gap: true },
    })
    expectProof(6)
    expect(followed.contiguous(community)).toBe(1)
    expect(followed.recent(community, 5).map(record => record.index)).toEqual([6, 0])
    const fetched = extend(1, 5)
    expect(fetched.ok && fetched.value.map(record => record.index)).toEqual([1, 2, 3, 4, 5])
    expect(followed.contiguous(community)).toBe(7)
    for (let index = 0; index < 7; index++) expectProof(index)
  })

  test('announcements in any order end at the same log', () => {
    const messages = fill(own, 8)
    for (const index of [3, 0, 7, 2, 1, 6, 5, 4]) expect(followed.accept(community, at(messages, index)).ok).toBe(true)
    expect(followed.contiguous(community)).toBe(8)
    for (let index = 0; index < 8; index++) expectProof(index)
    expect(followed.evidence(community)).toEqual([])
  })

  test('what was kept is there after closing and opening', () => {
    const messages = fill(own, 5)
    for (const index of [0, 1, 3]) followed.accept(community, at(messages, index))
    followed.close()
    followed = folder.followedLogs('followed')
    expect(followed.contiguous(community)).toBe(2)
    expect(followed.accept(community, at(messages, 2))).toEqual(added(2))
    expect(followed.contiguous(community)).toBe(4)
  })
})

describe('following a log by fetching it', () => {
  test('batches of any size come to the same log, and entries that are held already may come again, unchanged', () => {
    fill(own, 23)
    expect(extend(0, 7)).toMatchObject({ ok: true })
    const changed = [at(own.entries(0, 1), 0), ...own.entries(5, 8)]
    expect(followed.extend(community, 4, changed, own.checkpoint(), own.consistencyProof(13, 23))).toMatchObject({
      error: { code: 'bad-signature' },
    })
    expect(extend(4, 9)).toMatchObject({ ok: true })
    expect(followed.contiguous(community)).toBe(13)
    const rest = extend(13, 100)
    expect(rest.ok && rest.value.length).toBe(10)
    for (let index = 0; index < 23; index++) expectProof(index)
    expect(extend(23, 100)).toEqual({ ok: true, value: [] })
  })

  test('an empty log can be fetched', () => {
    expect(extend(0, 10)).toEqual({ ok: true, value: [] })
    expect(followed.contiguous(community)).toBe(0)
  })

  test('entries that the checkpoint does not sign are refused and none is kept', () => {
    fill(own, 6)
    const entries = own.entries(0, 6)
    const note = own.checkpoint()
    const refused = { ok: false, error: { code: 'bad-signature' } }
    expect(followed.extend(community, 0, entries.slice(1), note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, [...entries.slice(0, 5), at(entries, 0)], note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, [...entries, at(entries, 0)], note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, entries.slice(0, 3), note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, entries, note.replace('\n6\n', '\n7\n'), [])).toMatchObject(refused)
    expect(followed.extend(community, 0, entries, 'no note at all', [])).toMatchObject({
      error: { code: 'bad-request' },
    })
    expect(followed.extend(community, 3, entries.slice(3), note, [])).toMatchObject({ error: { code: 'bad-request' } })
    expect(followed.contiguous(community)).toBe(0)
    expect(followed.evidence(community)).toEqual([])
  })
})
