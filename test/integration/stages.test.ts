import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { type TestAuthor, testAuthor } from '#test/support/author.ts'
import { eventually, type StageClient } from '#test/support/stage-client.ts'
import { StageHere } from '#test/support/stage-here.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function publishLena(client: StageClient, title: string): Promise<api.ReleaseDetail> {
  const upload = await client.upload('lena.ogg', await readFile(LENA))
  const splits = [
    { party: 'ana', shares: 5_000 },
    { party: 'ben', shares: 3_000 },
    { party: 'cem', shares: 2_000 },
  ]
  const job = await client.publish({ tracks: [{ upload, title: 'Lena' }], title, artist: 'Sample', splits })
  return client.get(`/releases/${job.release}`)
}

async function bytesOf(client: StageClient, url: string, headers: Record<string, string> = {}): Promise<Uint8Array> {
  const response = await fetch(client.url + url, { headers })
  if (!response.ok) throw new Error(`${response.status} for ${url}: ${await response.text()}`)
  return new Uint8Array(await response.arrayBuffer())
}

const texts = (messages: readonly api.ChatMessage[]) => messages.map(message => message.text)
/** Everything but the stage's own numbers: those say in which order things came there. */
const unnumbered = (messages: readonly api.ChatMessage[]) => messages.map(({ n: _n, ...message }) => message)

describe('two communities', () => {
  let home: StageHere
  let away: StageHere
  let community: string
  let release: api.ReleaseDetail
  const ana = testAuthor(1)
  const ben = testAuthor(2)

  beforeAll(async () => {
    ;[home, away] = await Promise.all([StageHere.start('home'), StageHere.start('away')])
    community = (await home.client.stage()).community
    release = await publishLena(home.client, 'First')
  })
  afterAll(async () => {
    await Promise.all([home?.remove(), away?.remove()])
  })

  it('follow: the catalog arrives, with names and signatures checked', async () => {
    await home.client.chat(ana, community, 'before anybody listened')
    const followed = await away.client.request<api.CommunityInfo>('POST', '/follows', { address: home.address })
    expect(followed).toMatchObject({ community, name: 'home', own: false, online: true })
    const releases = await away.client.get<api.ReleaseSummary[]>(`/releases?community=${community}`)
    expect(releases.map(r => [r.id, r.title, r.communityName])).toEqual([[release.id, 'First', 'home']])
    expect(texts(await away.client.messages(community))).toEqual(['before anybody listened'])
    expect((await away.client.get<api.PeerInfo[]>('/peers'))[0]).toMatchObject({ name: 'home', refused: null })
  })

  it('fetch: every file comes over with the same hash, a range too, and the whole release is kept', async () => {
    const track = release.tracks[0]!
    const files = [track.original.url, ...(track.plain ? [track.plain.url] : []), ...track.renditions.map(r => r.url)]
    for (const url of files)
      expect(sha256(await bytesOf(away.client, url))).toBe(sha256(await bytesOf(home.client, url)))
    const range = await bytesOf(away.client, track.original.url, { range: 'bytes=1000-1999' })
    expect(sha256(range)).toBe(sha256((await readFile(LENA)).subarray(1_000, 2_000)))
    await eventually(async () => {
      const held = await away.client.get<api.ReleaseDetail>(`/releases/${release.id}`)
      return held.heldBytes === held.bytes
    }, 'the release is mirrored')
  })

  it('talk both ways', async () => {
    await home.client.chat(ana, community, 'hello from home')
    await away.client.chat(ben, community, 'hello from away')
    for (const { client } of [home, away]) {
      await eventually(async () => {
        const said = texts(await client.messages(community))
        return said.includes('hello from home') && said.includes('hello from away')
      }, 'both messages on both stages')
    }
  })

  it('vote on both stages, and see one tally', async () => {
    const body = { room: 'main', question: 'Encore?', options: ['yes', 'no'], closesAt: Date.now() + 60_000 }
    const poll = await home.client.request<api.SubmitResult>('POST', '/community-events', {
      type: 'engagement/poll',
      body,
    })
    await eventually(
      async () => (await away.client.get<api.PollInfo[]>(`/polls?community=${community}`)).length === 1,
      'the poll arrives',
    )
    const choose = (client: StageClient, fan: TestAuthor, option: number) =>
      client.say(fan, community, 'engagement/vote', { poll: fromString(poll.id, 'hex'), option })
    await choose(home.client, ana, 0)
    await choose(away.client, ben, 1)
    await choose(away.client, ben, 0)
    for (const { client } of [home, away]) {
      await eventually(async () => {
        const [info] = await client.get<api.PollInfo[]>(`/polls?community=${community}`)
        return JSON.stringify(info?.options.map(option => option.votes)) === '[2,0]'
      }, 'both voted yes in the end')
    }
  })

  it('announce a new release by gossip', async () => {
    const second = await publishLena(home.client, 'Second')
    await eventually(async () => {
      const releases = await away.client.get<api.ReleaseSummary[]>(`/releases?community=${community}`)
      return releases.some(r => r.id === second.id)
    }, 'the second release arrives')
  })

  it('tip: the split is exact, and the other community verifies the receipt before it shows it', async () => {
    const account = asText(ana.publicKey, 'hex')
    const tip = (amount: bigint) => home.client.tip(ana, community, release.id, amount)
    await expect(tip(7n)).rejects.toMatchObject({ code: 'insufficient-balance' })
    await home.client.request('POST', '/desk/credits', { account, amount: '1000', evidence: 'test' })
    const { receipt, ack } = await tip(7n)
    expect(receipt).not.toBeNull()
    expect(ack).not.toBeNull()
    const seen = await eventually(async () => {
      const receipts = await away.client.get<api.ReceiptInfo[]>(`/receipts?community=${community}`)
      return receipts.find(r => r.index === receipt && r.finality === 'final')
    }, 'the receipt arrives, and is final')
    expect(seen).toMatchObject({ kind: 'tip', amount: '7', verified: true, own: false, releaseTitle: 'First' })
    // Nobody has signed yet: each part waits, exact far below the smallest unit.
    expect(seen.lines.map(({ name, amount, state }) => [name, amount, state])).toEqual([
      ['ana', '35000000', 'waiting'],
      ['ben', '21000000', 'waiting'],
      ['cem', '14000000', 'waiting'],
    ])
    const proof = await away.client.get<api.ReceiptProof>(`/receipts/${community}/${receipt}`)
    expect(proof.checkpoint).toContain('\n\n— ')
    expect(await home.client.get<api.Wallet>(`/wallets/${account}`)).toMatchObject({ balance: '993' })
  })

  it('go on while one is off, and catch up when it is back', async () => {
    await away.stop()
    for (let i = 0; i < 20; i++) await home.client.chat(ana, community, `missed ${i}`)
    await home.client.tip(ana, community, release.id, 10n)
    await away.start()
    await eventually(
      async () => texts(await away.client.messages(community)).includes('missed 19'),
      'caught up with the talk',
    )
    await eventually(
      async () => (await away.client.get<api.ReceiptInfo[]>(`/receipts?community=${community}`)).length === 3,
      'caught up with the log',
    )
    const [a, b] = await Promise.all([home.client.messages(community), away.client.messages(community)])
    expect(unnumbered(b)).toEqual(unnumbered(a))
  })

  it('find each other again although the address book was lost', async () => {
    await away.stop()
    await rm(join(away.data, 'address-book.json'))
    await away.start()
    await eventually(
      async () =>
        (await away.client.get<api.CommunityInfo[]>('/communities')).some(c => c.community === community && c.online),
      'connected again',
    )
  })

  it('keep playing what was mirrored while its home is off, and serve it to a third', async () => {
    const third = await StageHere.start('third')
    try {
      await third.client.request('POST', '/follows', { address: home.address })
      const [address] = [away.address]
      await third.client.request('POST', '/follows', { address })
      const url = release.tracks[0]!.original.url
      await home.stop()
      expect(sha256(await bytesOf(third.client, url))).toBe(sha256(await readFile(LENA)))
    } finally {
      await home.start()
      await third.remove()
    }
  })

  it('unfollow: nothing of that community is shown any more, until it is followed again', async () => {
    const shown = async () => ({
      releases: (await away.client.get<api.ReleaseSummary[]>('/releases')).length,
      polls: (await away.client.get<api.PollInfo[]>('/polls')).length,
    })
    expect(await shown()).toEqual({ releases: 2, polls: 1 })
    await away.client.request('DELETE', `/follows/${community}`)
    expect(await shown()).toEqual({ releases: 0, polls: 0 })
    await away.client.request('POST', '/follows', { address: home.address })
    expect(await shown()).toEqual({ releases: 2, polls: 1 })
    const own = (await away.client.stage()).community
    await expect(away.client.request('DELETE', `/follows/${own}`)).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('take down a release everywhere', async () => {
    await home.client.request('DELETE', `/releases/${release.id}`, { reason: 'sample cleared late' })
    await eventually(
      async () => !(await away.client.get<api.ReleaseSummary[]>('/releases')).some(r => r.id === release.id),
      'it is gone',
    )
    await expect(away.client.get(`/releases/${release.id}`)).rejects.toMatchObject({ code: 'not-found', status: 404 })
    const copy = async () => (await fetch(away.client.url + release.tracks[0]!.original.url)).status
    // Another release of the same files is still shown, so they stay until it goes too.
    expect(await copy()).toBe(200)
    for (const other of await home.client.get<api.ReleaseSummary[]>(`/releases?community=${community}`))
      await home.client.request('DELETE', `/releases/${other.id}`, { reason: 'that one as well' })
    await eventually(async () => (await copy()) === 504, 'the copy is gone too')
  })
})

describe('five communities that follow one', () => {
  const stages: StageHere[] = []
  let community: string

  beforeAll(async () => {
    stages.push(...(await Promise.all(['hub', 'b', 'c', 'd', 'e'].map(name => StageHere.start(name)))))
    community = (await stages[0]!.client.stage()).community
    for (const stage of stages.slice(1)) await stage.client.request('POST', '/follows', { address: stages[0]!.address })
  })
  afterAll(async () => {
    await Promise.all(stages.map(stage => stage.remove()))
  })

  it('all hear what a fan says at any of them', async () => {
    await Promise.all(stages.map(({ client, name }, n) => client.chat(testAuthor(10 + n), community, `from ${name}`)))
    for (const { client, name } of stages) {
      await eventually(async () => (await client.messages(community)).length === stages.length, `${name} heard all`)
    }
    const first = unnumbered(await stages[0]!.client.messages(community))
    for (const { client } of stages) expect(unnumbered(await client.messages(community))).toEqual(first)
  })
})
