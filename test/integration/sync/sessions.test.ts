import { afterEach, describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { connect } from '#test/support/libp2p-pair.ts'
import { chat, give, type SyncStage, syncStage } from '#test/support/sim-sync-stage.ts'

const COMMUNITY = testAuthor(0).publicKey
const stages: SyncStage[] = []

async function start(...options: Parameters<typeof syncStage>): Promise<SyncStage> {
  const stage = await syncStage(...options)
  stages.push(stage)
  return stage
}

async function pair(): Promise<[SyncStage, SyncStage]> {
  const [a, b] = [await start(), await start()]
  await connect(a.libp2p, b.libp2p)
  return [a, b]
}

afterEach(async () => {
  await Promise.all(stages.splice(0).map(stage => stage.stop()))
})

const written = new Map<number, Uint8Array[]>()

/** Messages 1 to `count` of one author, signed once. */
function messages(seed: number, count: number): Uint8Array[] {
  const held = written.get(seed) ?? []
  written.set(seed, held)
  while (held.length < count) held.push(chat(testAuthor(seed), COMMUNITY, held.length + 1))
  return held.slice(0, count)
}

describe('sync between real stages', () => {
  it('brings tails, gaps and two events with one sequence to both sides in one session', async () => {
    const [a, b] = await pair()
    const [ana, ben] = [messages(1, 200), messages(2, 200)]
    await give(a, [...ana, ...ben.slice(0, 50), chat(testAuthor(3), COMMUNITY, 1, 'one')])
    await give(b, [...ana.filter((_, seq) => seq % 7 !== 0), ...ben, chat(testAuthor(3), COMMUNITY, 1, 'another')])
    const report = await a.sync.syncWith(b.peer, COMMUNITY)
    expect(report).toMatchObject({ mode: 'ranges', received: 151, sent: 30, refused: 0 })
    expect(a.ids(COMMUNITY)).toEqual(b.ids(COMMUNITY))
    expect(a.ids(COMMUNITY)).toHaveLength(402)
    expect(await a.sync.syncWith(b.peer, COMMUNITY)).toMatchObject({ mode: 'same', rounds: 1, received: 0, sent: 0 })
  })

  it('gives a newcomer the whole history in batches', async () => {
    const [a, b] = await pair()
    await give(b, messages(1, 2_500))
    const report = await a.sync.syncWith(b.peer, COMMUNITY)
    expect(report).toMatchObject({ mode: 'vector', received: 2_500 })
    expect(report.rounds).toBeLessThan(8)
    expect(a.ids(COMMUNITY)).toEqual(b.ids(COMMUNITY))
  })

  it('lets followers serve each other when the first source is gone', async () => {
    const [b, a] = await pair()
    await give(a, messages(1, 100))
    await b.sync.syncWith(a.peer, COMMUNITY)
    await a.stop()
    stages.splice(stages.indexOf(a), 1)
    const c = await start()
    await connect(c.libp2p, b.libp2p)
    expect(await c.sync.syncWith(b.peer, COMMUNITY)).toMatchObject({ received: 100 })
  })

  it('moves everything once when both sides ask at the same moment', async () => {
    const [a, b] = await pair()
    await a.sync.syncWith(b.peer, testAuthor(9).publicKey)
    await give(a, messages(1, 300))
    await give(b, messages(2, 300))
    const reports = await Promise.all([a.sync.syncWith(b.peer, COMMUNITY), b.sync.syncWith(a.peer, COMMUNITY)])
    expect(a.ids(COMMUNITY)).toHaveLength(600)
    expect(b.ids(COMMUNITY)).toHaveLength(600)
    expect(reports.map(report => report.received)).toEqual([300, 300])
    expect(reports.map(report => report.mode).sort()).toEqual(['same', 'vector'])
  })

  it('goes on while live events arrive on both sides', async () => {
    const [a, b] = await pair()
    await give(b, messages(1, 1_000))
    const live = [...messages(2, 300), ...messages(3, 300)]
    const [report] = await Promise.all([
      a.sync.syncWith(b.peer, COMMUNITY),
      ...live.map((bytes, index) => give(index % 2 === 0 ? a : b, [bytes])),
    ])
    expect(report.received).toBeGreaterThanOrEqual(1_000)
    await a.sync.syncWith(b.peer, COMMUNITY)
    expect(a.ids(COMMUNITY)).toHaveLength(1_600)
    expect(a.ids(COMMUNITY)).toEqual(b.ids(COMMUNITY))
  })

  it('says plainly that a stage does not hold a community', async () => {
    const [a, b] = [await start(), await start({ holds: () => false })]
    await connect(a.libp2p, b.libp2p)
    await expect(a.sync.syncWith(b.peer, COMMUNITY)).rejects.toMatchObject({ code: 'unknown-community' })
  })

  it('reports a peer that is gone, keeps what arrived, and completes at the next contact', async () => {
    const [a, b] = await pair()
    await give(b, messages(1, 2_500))
    let arrived = 0
    const { intake } = a
    const submit = intake.submit.bind(intake)
    intake.submit = (bytes, source) => {
      if (++arrived === 1_500) for (const connection of b.libp2p.getConnections()) connection.abort(new Error('cut'))
      return submit(bytes, source)
    }
    await expect(a.sync.syncWith(b.peer, COMMUNITY)).rejects.toMatchObject({ code: 'peer-unreachable' })
    const kept = a.ids(COMMUNITY).length
    expect(kept).toBeGreaterThan(500)
    await connect(a.libp2p, b.libp2p)
    expect(await a.sync.syncWith(b.peer, COMMUNITY)).toMatchObject({ received: 2_500 - kept })
  })

  it('stops a session when it is told to', async () => {
    const [a, b] = await pair()
    await give(b, messages(1, 10))
    await expect(a.sync.syncWith(b.peer, COMMUNITY, AbortSignal.abort())).rejects.toMatchObject({ code: 'stopping' })
  })

  it('does not ask again for events that its rules refused', async () => {
    const [a, b] = await pair()
    const events = messages(1, 30)
    await give(b, events)
    const { intake } = a
    const submit = intake.submit.bind(intake)
    intake.submit = async (bytes, source) =>
      events.indexOf(bytes) < 0 && Buffer.from(bytes).equals(Buffer.from(events[12] as Uint8Array))
        ? { ok: false, error: { code: 'not-for-you', message: 'not here', gossip: 'ignore' } }
        : submit(bytes, source)
    expect(await a.sync.syncWith(b.peer, COMMUNITY)).toMatchObject({ received: 29, refused: 1 })
    expect(await a.sync.syncWith(b.peer, COMMUNITY)).toMatchObject({ received: 0, refused: 0 })
  })

  it.each(['rate-limited', 'clock-off', 'unknown-community'] as const)(
    'asks again for an event that was refused with %s, which passes by itself',
    async code => {
      const [a, b] = await pair()
      await give(b, messages(1, 5))
      const { intake } = a
      const submit = intake.submit.bind(intake)
      let refusals = 1
      intake.submit = async (bytes, source) =>
        refusals-- > 0 ? { ok: false, error: { code, message: 'later', gossip: 'ignore' } } : submit(bytes, source)
      expect(await a.sync.syncWith(b.peer, COMMUNITY)).toMatchObject({ refused: 1 })
      await a.sync.syncWith(b.peer, COMMUNITY)
      expect(a.store.count(COMMUNITY)).toBe(5)
    },
  )
})
