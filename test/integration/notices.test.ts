import { readFile } from 'node:fs/promises'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NoticesInfo } from '#protocols/api/v1/notices.ts'
import { testAuthor } from '#test/support/author.ts'
import { clip } from '#test/support/clips.ts'
import { StageHere } from '#test/support/stage-here.ts'

describe('what a stage tells a key of', () => {
  let stage: StageHere
  let community: string
  const lena = testAuthor(801)
  const omar = testAuthor(802)
  const key = asText(lena.publicKey, 'hex')
  const read = (query = '') => stage.client.get<NoticesInfo>(`/notices?key=${key}&name=Lena${query}`)
  const kinds = async (query = ''): Promise<string[]> => (await read(query)).notices.map(({ kind }) => kind)
  const said = (body: object) => stage.client.request<{ id: string }>('POST', '/community-events', body)

  beforeAll(async () => {
    stage = await StageHere.start('notices')
    community = (await stage.client.stage()).community
  })
  afterAll(() => stage.remove())

  it('knows nothing of a key that nobody has spoken of', async () => {
    expect(await read()).toEqual({ notices: [], names: ['Lena'], follows: [], nextAt: null })
  })

  it('tells who called it by name, once, and not when the words were changed or hidden', async () => {
    await stage.client.chat(omar, community, 'hello @lena, and @lenable')
    const other = await stage.client.chat(omar, community, 'hello @lenable')
    const { notices } = await read()
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatchObject({ kind: 'mention', who: 'Fan', link: `/chat/${community}` })
    await stage.client.say(omar, community, 'engagement/edit', {
      target: Buffer.from(other.id, 'hex'),
      text: 'hello @Lena after all',
    })
    expect(await kinds()).toEqual(['mention', 'mention'])
    await said({ type: 'engagement/moderation', body: { action: 'hide', target: other.id, reason: 'spam' } })
    expect(await kinds()).toEqual(['mention'])
    await stage.client.chat(lena, community, 'I am @Lena')
    expect(await kinds()).toEqual(['mention'])
  })

  it('tells of hidden reports only whoever names them', async () => {
    const rude = await stage.client.chat(omar, community, 'something rude')
    await stage.client.say(lena, community, 'engagement/report', {
      target: Buffer.from(rude.id, 'hex'),
      reason: 'rude',
    })
    await said({ type: 'engagement/moderation', body: { action: 'hide', target: rude.id, reason: 'rude' } })
    expect(await kinds()).toEqual(['mention'])
    expect(await kinds(`&reported=${rude.id}`)).toContain('report')
  })

  it('tells followers of releases, and of events shortly before they begin', async () => {
    await stage.client.say(lena, community, 'engagement/follow', { on: true })
    const soon = Date.now() + 60_000
    const event = (id: string, startsAt: number) => ({
      type: 'engagement/event',
      body: {
        id,
        title: `Night ${id.slice(0, 2)}`,
        startsAt,
        endsAt: startsAt + 3_600_000,
        programme: [],
        release: null,
        cancelled: false,
      },
    })
    await said(event('aa'.repeat(16), soon))
    await said(event('bb'.repeat(16), soon + 3_600_000))
    const upload = await stage.client.upload('lena.flac', await readFile(clip('lena.flac')))
    const { release } = await stage.client.publish({ tracks: [{ upload }], title: 'Lanterns', artist: 'Nadia Ortiz' })
    const info = await read()
    expect(info.follows).toEqual([community])
    expect(info.nextAt).toBe(soon + 3_600_000 - 15 * 60_000)
    expect(info.notices.find(({ kind }) => kind === 'event')).toMatchObject({ text: 'Night aa', at: soon })
    expect(info.notices.find(({ kind }) => kind === 'release')).toMatchObject({
      text: 'Lanterns',
      who: 'Nadia Ortiz',
      link: `/release/${release}`,
    })
    await stage.client.say(lena, community, 'engagement/follow', { on: false })
    expect(await kinds()).not.toContain('release')
  })

  it('tells of money that was received, and of the answer to an appeal', async () => {
    const credit = { account: key, evidence: 'cash' }
    await stage.client.request('POST', '/desk/credits', { ...credit, amount: '500' })
    const muted = await said({
      type: 'engagement/decision',
      body: { action: 'mute', target: key, until: 0, reason: 'too loud' },
    })
    const appeal = await stage.client.say(lena, community, 'engagement/appeal', {
      decision: Buffer.from(muted.id, 'hex'),
      text: 'I was not',
    })
    await said({ type: 'engagement/answer', body: { appeal: appeal.id, upheld: true, reason: 'You were not.' } })
    const { notices } = await read()
    expect(notices.find(({ kind }) => kind === 'appeal')).toMatchObject({ upheld: true, text: 'You were not.' })
    const money = notices.find(({ kind }) => kind === 'money')
    const { asset } = await stage.client.stage()
    expect(BigInt(money?.amount ?? 0)).toBe(500n * 10n ** BigInt(9 - asset.scale))
    // One after another, and several between two questions: each is told once.
    for (const amount of ['1', '2']) await stage.client.request('POST', '/desk/credits', { ...credit, amount })
    await read()
    await stage.client.request('POST', '/desk/credits', { ...credit, amount: '3' })
    const units = (await read()).notices.flatMap(({ kind, amount }) => (kind === 'money' ? [BigInt(amount ?? 0)] : []))
    expect(units.map(one => Number(one / 10n ** BigInt(9 - asset.scale))).sort()).toEqual([1, 2, 3, 500])
  })

  it('shows no name that somebody gave themselves as a handle', async () => {
    const text = 'I am somebody else, @Lena'
    await stage.client.say(omar, community, 'engagement/chat', { room: 'main', name: '@staff', text })
    expect((await read()).notices.find(notice => notice.text === text)).toMatchObject({ who: 'staff' })
    expect((await stage.client.messages(community)).find(message => message.text === text)).toMatchObject({
      name: 'staff',
    })
  })

  it('is bounded and refuses what is no key', async () => {
    await expect(stage.client.get('/notices?key=zz')).rejects.toMatchObject({ code: 'bad-request' })
    await expect(read(`&reported=${'ab,'.repeat(30)}`)).rejects.toMatchObject({ code: 'bad-request' })
  })
})
