import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { type TestAuthor, testAuthor } from '#test/support/author.ts'
import { howMany } from '#test/support/soak.ts'
import { eventually, type StageClient } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const ROUNDS = howMany('CRASH_ROUNDS', { full: 50, share: 12 })
const KILL_AFTER_MS_MAX = 400
const FANS = 4
const CREDIT = '1000000'

/** What the stage has acknowledged, and so may never lose. */
interface Promised {
  readonly messages: { room: string; id: string }[]
  readonly receipts: number[]
  readonly releases: string[]
}

describe('a stage whose plug is pulled at random moments', () => {
  let folder: string
  let home: StageProcess
  let follower: StageProcess
  let community: string
  let clip: Uint8Array
  const promised: Promised = { messages: [], receipts: [], releases: [] }
  const fans = Array.from({ length: FANS }, (_, n) => testAuthor(100 + n))

  const start = (name: string) => StageProcess.start(join(folder, name), ['--name', name])

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-crash-'))
    clip = await readFile(join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg'))
    ;[home, follower] = await Promise.all([start('home'), start('follower')])
    community = (await home.client.stage()).community
    await followHome()
    for (const fan of fans) {
      const account = asText(fan.publicKey, 'hex')
      await home.client.request('POST', '/desk/credits', { account, amount: CREDIT, evidence: 'test' })
    }
    await publish(home.client)
  })

  afterAll(async () => {
    await Promise.allSettled([home?.stop(), follower?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  async function followHome(): Promise<void> {
    const [address] = (await home.client.stage()).addresses
    await follower.client.request('POST', '/follows', { address })
  }

  async function publish(client: StageClient): Promise<void> {
    const upload = await client.upload('lena.ogg', clip)
    const job = await client.publish({ tracks: [{ upload, title: 'Lena' }], title: 'Clip', artist: 'Sample' })
    if (job.release !== null) promised.releases.push(job.release)
  }

  async function tip(client: StageClient, fan: TestAuthor): Promise<void> {
    const { receipt } = await client.tip(fan, community, promised.releases[0] ?? '', 7n)
    if (receipt !== null) promised.receipts.push(receipt)
  }

  /** Everything a busy minute holds, until the plug is pulled. Whatever is refused or cut off was never promised. */
  async function busy(victim: StageProcess, room: string, round: number): Promise<void> {
    const talk = fans.map(async (fan, n) => {
      for (let i = 0; ; i++) {
        const { id } = await victim.client.chat(fan, community, `round ${round}, fan ${n}, ${i}`, room)
        promised.messages.push({ room, id })
        if (victim === home && i % 4 === 0) await tip(victim.client, fan)
      }
    })
    const media = victim === home && round % 5 === 0 ? [publish(victim.client)] : []
    await Promise.allSettled([...talk, ...media])
  }

  async function missing(client: StageClient, room: string): Promise<string[]> {
    const held = new Set((await client.messages(community, room)).map(message => message.id))
    return promised.messages
      .filter(message => message.room === room && !held.has(message.id))
      .map(message => message.id)
  }

  /** The stage's own numbers of everything said in a room, read in pages. */
  async function numbered(client: StageClient, room: string): Promise<{ numbers: number[]; last: number }> {
    const numbers: number[] = []
    for (let after = 0; ; ) {
      const page = await client.get<api.RoomChanges>(`/rooms/${community}/${room}/log?after=${after}&limit=50`)
      numbers.push(...page.messages.map(({ n }) => n))
      if (page.upTo === page.last) return { numbers, last: page.last }
      after = page.upTo
    }
  }

  it(`starts again and has kept everything acknowledged, ${ROUNDS} times`, { timeout: 600_000 }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const victim = round % 2 === 0 ? home : follower
      const room = round.toString(16).padStart(32, '0')
      const load = busy(victim, room, round)
      await sleep(20 + Math.random() * KILL_AFTER_MS_MAX)
      await victim.kill()
      await load
      if (victim === home) home = await start('home')
      else follower = await start('follower')
      const back = round % 2 === 0 ? home : follower
      expect(await missing(back.client, room), `round ${round}: acknowledged messages that are gone`).toEqual([])
    }
    const receipts = await home.client.get<api.ReceiptInfo[]>(`/receipts?community=${community}&limit=500`)
    const indexes = new Set(receipts.map(receipt => receipt.index))
    const oldest = Math.min(...indexes)
    expect(promised.receipts.filter(index => index >= oldest && !indexes.has(index))).toEqual([])
    const releases = await home.client.get<api.ReleaseSummary[]>(`/releases?community=${community}`)
    expect(promised.releases.filter(id => !releases.some(release => release.id === id))).toEqual([])
    for (const release of releases) expect(release.heldBytes).toBe(release.bytes)
  })

  it('and the two stages agree on every room once both are up', async () => {
    await followHome()
    const rooms = [...new Set(promised.messages.map(message => message.room))]
    for (const room of rooms) {
      await eventually(async () => {
        const [a, b] = await Promise.all([
          home.client.messages(community, room),
          follower.client.messages(community, room),
        ])
        const ids = (messages: typeof a) => messages.map(({ id }) => id).join()
        return ids(a) === ids(b) && (await missing(follower.client, room)).length === 0
      }, `room ${room} is the same on both stages`)
    }
    for (const room of rooms) {
      for (const { client } of [home, follower]) {
        const { numbers, last } = await numbered(client, room)
        expect(numbers, `numbers of room ${room}`).toEqual(Array.from({ length: last }, (_, n) => n + 1))
      }
    }
    expect(promised.messages.length).toBeGreaterThan(ROUNDS)
  })
})
