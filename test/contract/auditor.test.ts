import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Copies } from '#node/store/ledger/copies/open.ts'
import { addEntry, announcementOf, type CopiesWorld, copiesWorld } from '#test/support/copies-world.ts'
import { community, furnish, must, type OwnLog, signerOf } from '#test/support/own-log-world.ts'

let world: CopiesWorld
let log: OwnLog
let copies: Copies

beforeEach(async () => {
  world = copiesWorld()
  log = world.logs.open(world.logs.folder())
  copies = world.copies(signerOf('north'), await world.registry())
  await furnish(log, world.clock.now)
  must(log.commit(1))
})
afterEach(() => world.remove())

const judge = (from: number) => copies.auditor.judge(community, log.submission(from))
const head = () => copies.auditor.head(community, null)
async function batch(): Promise<void> {
  await addEntry(log, world.clock.now)
  must(log.commit(1))
}

describe('a seat for a log that its stage follows, too', () => {
  it('cosigns what it holds already, and what follows on it, without the entries being sent again', async () => {
    must(await copies.logs.accept(community, announcementOf(log, 0)))
    const held = log.signedSize()
    expect(head()).toBeNull()
    expect(await judge(held)).toMatchObject({ kind: 'cosign' })
    expect(head()?.size).toBe(held)
    await batch()
    must(await copies.logs.accept(community, announcementOf(log, held)))
    await batch()
    expect(await judge(log.signedSize() - 2)).toMatchObject({ kind: 'cosign' })
    expect(head()?.size).toBe(log.signedSize())
  })

  it('cosigns entries that reach it twice once', async () => {
    expect(await judge(0)).toMatchObject({ kind: 'cosign' })
    const held = log.signedSize()
    await batch()
    const message = announcementOf(log, held)
    const [judged, told] = await Promise.all([judge(held), copies.logs.accept(community, message)])
    expect(judged).toMatchObject({ kind: 'cosign' })
    expect(told).toMatchObject({ ok: true, value: { added: 0 } })
    expect(copies.logs.contiguous(community)).toBe(log.signedSize())
  })

  it('says how much it holds when entries are missing before those it was sent', async () => {
    await batch()
    expect(await judge(log.signedSize() - 2)).toEqual({ kind: 'behind', size: 0 })
    expect(await judge(0)).toMatchObject({ kind: 'cosign' })
  })

  it('judges one submission of a log at a time, and tells others to wait', async () => {
    const answers = await Promise.all([judge(0), judge(0), judge(0), judge(0)])
    expect(answers.filter(answer => answer.kind === 'cosign').length).toBeGreaterThanOrEqual(1)
    for (const answer of answers)
      if (answer.kind !== 'cosign') expect(answer).toMatchObject({ kind: 'refuse', code: 'busy' })
  })

  it('signs for no log in which it holds no seat', async () => {
    const stranger = world.copies(signerOf('stranger'), await world.registry())
    expect(await stranger.auditor.judge(community, log.submission(0))).toMatchObject({ code: 'not-a-seat' })
    const alone = world.copies(signerOf('north'), await world.registry(null))
    expect(await alone.auditor.judge(community, log.submission(0))).toMatchObject({ code: 'not-a-seat' })
  })
})
