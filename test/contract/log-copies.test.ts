import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Copies } from '#node/store/ledger/copies/open.ts'
import { addEntry, announcementOf, type CopiesWorld, copiesWorld } from '#test/support/copies-world.ts'
import {
  channel,
  community,
  furnish,
  must,
  type OwnLog,
  RELEASE,
  signerOf,
  voucher,
} from '#test/support/own-log-world.ts'

let world: CopiesWorld
let log: OwnLog
let copies: Copies
let file: string
const grown: [number, number][] = []

beforeEach(async () => {
  grown.length = 0
  world = copiesWorld()
  log = world.logs.open(world.logs.folder())
  file = join(world.logs.folder(), 'followed-logs.db')
  copies = world.copies(signerOf('follower'), await world.registry(null), {
    file,
    grew: (_, from, to) => void grown.push([from, to]),
  })
})
afterEach(() => world.remove())

async function batch(): Promise<number> {
  const from = log.signedSize()
  if (from === 0) await furnish(log, world.clock.now)
  else await addEntry(log, world.clock.now)
  must(log.commit(0))
  return from
}

describe('copies of logs', () => {
  it('execute and keep what is announced, and answer as the log itself does', async () => {
    for (let round = 0; round < 3; round++) {
      const from = await batch()
      const accepted = must(await copies.logs.accept(community, announcementOf(log, from)))
      expect(accepted).toMatchObject({ gap: false, news: true, size: log.signedSize() })
    }
    must(await log.voucher(voucher(channel, 700n)))
    const from = log.signedSize()
    must(log.commit(0))
    must(await copies.logs.accept(community, announcementOf(log, from)))
    expect(copies.logs.contiguous(community)).toBe(log.signedSize())
    expect(copies.logs.checkpoint(community)).toBe(log.checkpoint())
    const strip = <T extends object>(records: T[]) => records.map(record => ({ ...record, finality: null }))
    expect(strip(copies.logs.recent(community, 3))).toEqual(strip(log.recent(3)))
    const index = log.recent(1)[0]?.index ?? -1
    expect(copies.logs.record(community, index)).toMatchObject({ kind: 'stream', release: RELEASE, finality: 'final' })
    expect(copies.logs.record(community, index)?.lines.length).toBe(3)
    expect(copies.logs.prove(community, index)?.proof).toEqual(log.prove(index)?.proof)
    for (const holder of ['desk', `chan:${Buffer.from(channel.publicKey).toString('hex')}`])
      expect(copies.logs.holding(community, holder)).toBe(log.holding(holder))
    expect(copies.logs.agreementOf(community, RELEASE)).toEqual(log.agreementOf(RELEASE))
    expect(grown.at(-1)).toEqual([from, log.signedSize()])
  })

  it('take the same announcement twice without news', async () => {
    const from = await batch()
    const message = announcementOf(log, from)
    must(await copies.logs.accept(community, message))
    expect(must(await copies.logs.accept(community, message))).toMatchObject({ added: 0, gap: false, news: false })
  })

  it('tell of a gap, and close it from the log in pieces of any length', async () => {
    for (let round = 0; round < 4; round++) await batch()
    expect(must(await copies.logs.accept(community, announcementOf(log, 5)))).toMatchObject({ added: 0, gap: true })
    for (let start = 0; start < log.signedSize(); start += 2) {
      const entries = log.entries(start, 2)
      const end = start + entries.length
      const proof = log.consistencyProof(end, log.signedSize())
      must(await copies.logs.extend(community, start, entries, log.checkpoint(), end === log.signedSize() ? [] : proof))
    }
    expect(copies.logs.contiguous(community)).toBe(log.signedSize())
    expect(copies.logs.record(community, 1)?.finality).toBe('final')
  })

  it('keep nothing of entries that the checkpoint does not sign', async () => {
    await batch()
    const entries = log.entries(0, 100).toReversed()
    const refused = await copies.logs.extend(community, 0, entries, log.checkpoint(), [])
    expect(refused).toMatchObject({ ok: false, error: { code: 'bad-signature' } })
    expect(copies.logs.contiguous(community)).toBe(0)
    must(await copies.logs.extend(community, 0, log.entries(0, 100), log.checkpoint(), []))
  })

  it('are the same after they were closed and opened, also in the middle of a batch', async () => {
    for (let round = 0; round < 3; round++) await batch()
    const size = log.signedSize()
    must(await copies.logs.extend(community, 0, log.entries(0, 4), log.checkpoint(), log.consistencyProof(4, size)))
    await copies.close()
    const again = world.copies(signerOf('follower'), await world.registry(null), { file })
    expect(again.logs.contiguous(community)).toBe(4)
    must(await again.logs.extend(community, 4, log.entries(4, 100), log.checkpoint(), []))
    expect(again.logs.holding(community, 'desk')).toBe(log.holding('desk'))
  })

  it('refuse a log over the limit, and keep what they have', async () => {
    const small = world.copies(signerOf('small'), await world.registry(null), { logBytesMax: 2_000 })
    const from = await batch()
    must(await small.logs.accept(community, announcementOf(log, from)))
    const size = small.logs.contiguous(community)
    let refused: Awaited<ReturnType<typeof small.logs.accept>> | null = null
    for (let round = 0; round < 10 && refused?.ok !== false; round++)
      refused = await small.logs.accept(community, announcementOf(log, await batch()))
    expect(refused).toMatchObject({ ok: false, error: { code: 'too-large' } })
    expect(small.logs.contiguous(community)).toBeGreaterThanOrEqual(size)
  })

  it('refuse messages that cannot be read, and checkpoints of others', async () => {
    const from = await batch()
    const message = announcementOf(log, from)
    expect(await copies.logs.accept(community, message.subarray(0, 50))).toMatchObject({
      error: { code: 'bad-request' },
    })
    const other = signerOf('other').publicKey
    expect(await copies.logs.accept(other, message)).toMatchObject({ error: { code: 'bad-request' } })
    const spoiled = message.slice()
    const at = Buffer.from(spoiled).indexOf('— ') + 150
    spoiled[at] = spoiled[at] === 0x41 ? 0x42 : 0x41
    expect((await copies.logs.accept(community, spoiled)).ok).toBe(false)
    expect(copies.logs.contiguous(community)).toBe(0)
  })

  it('remember the heads of the last batches, and let older ones go', async () => {
    for (let round = 0; round < 140; round++) {
      const from = await batch()
      must(await copies.logs.accept(community, announcementOf(log, from)))
    }
    const db = new DatabaseSync(file, { readOnly: true })
    const { n } = db.prepare('SELECT count(*) AS n FROM head').get() as { n: number }
    db.close()
    expect(n).toBeGreaterThanOrEqual(64)
    expect(n).toBeLessThan(128)
    expect(copies.logs.checkpoint(community)).toBe(log.checkpoint())
  })

  it('verify many batches that arrive at once, one after another', async () => {
    const froms: number[] = []
    for (let round = 0; round < 6; round++) froms.push(await batch())
    const size = log.signedSize()
    const results = await Promise.all(
      froms.map(start =>
        copies.logs.extend(
          community,
          0,
          log.entries(0, start + 2),
          log.checkpoint(),
          log.consistencyProof(Math.min(size, start + 2), size),
        ),
      ),
    )
    expect(results.every(result => result.ok)).toBe(true)
  })
})
