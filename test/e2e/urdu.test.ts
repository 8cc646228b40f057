import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { latinTexts } from '#test/support/latin-text.ts'
import { StageProcess } from '#test/support/stage-process.ts'

/** What people named: it stays in their own words. */
const STAGE = 'Park Stage'
const ABOUT = 'Songs from the garden'
const TITLE = 'Lena again'
const TRACKS = ['Lena one', 'Lena two'] as const
const ARTIST = 'Nadia Ortiz'
const PARTIES = ['Nadia', 'Jonas'] as const
const TALK = 'good evening everybody'
const NAME = 'Mirai'
const QUESTION = 'Which song next'
const OPTIONS = ['the long one', 'the short one'] as const
const EVENING = 'An evening at the park'
const SLOTS = ['Opening', 'Encore'] as const
const EVIDENCE = 'handed over at the gate'
const CARDS = 'Summer feast'
const GIVEN = [STAGE, ABOUT, TITLE, ...TRACKS, ARTIST, ...PARTIES, TALK, NAME, QUESTION, ...OPTIONS]
/** The fixture's artist tag, and how the sample author signs. */
const FIXED = ['Lena Stolze', 'Fan']
GIVEN.push(EVENING, ...SLOTS, EVIDENCE, CARDS, ...FIXED)

const URDU = { locale: 'ur-PK' }

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('the page in Urdu', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let reader: Visit
  let routes: string[]
  let given: string[]
  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-urdu-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', STAGE]),
      launchChromium(),
    ])
    const { client } = stage
    const { community, asset } = await client.stage()
    given = [...GIVEN, asset.code]
    const upload = await client.upload('lena.flac', await readFile(clip('lena.flac')))
    const again = await client.upload('again.flac', await readFile(clip('lena.flac')))
    const job = await client.publish({
      tracks: [
        { upload, title: TRACKS[0] },
        { upload: again, title: TRACKS[1] },
      ],
      title: TITLE,
      artist: ARTIST,
      description: ABOUT,
      splits: PARTIES.map(party => ({ party, shares: 5_000 })),
      price: { stream: '2', download: '500' },
    })
    await client.request('PUT', '/stage/membership', { month: '500' })
    const expiry = Date.now() + 86_400_000
    await client.request('POST', '/codes', { count: 2, amount: '500', expiry, label: CARDS })
    const fan = testAuthor(7)
    const account = Buffer.from(fan.publicKey).toString('hex')
    for (const room of ['main', job.release ?? '']) await client.chat(fan, community, TALK, room)
    const moment = { release: job.release, name: NAME, text: TALK, track: 0, atMs: 1_000 }
    await client.say(fan, community, 'engagement/comment', moment)
    await client.request('POST', '/desk/credits', { account, amount: '500', evidence: EVIDENCE })
    const [startsAt, endsAt] = [Date.now() - 60_000, Date.now() + 3_600_000]
    const say = (type: string, body: object) => client.request('POST', '/community-events', { type, body })
    const asked = { room: 'main', question: QUESTION, options: [...OPTIONS], closesAt: endsAt }
    await say('engagement/poll', asked)
    await say('engagement/ballot', { ...asked, voters: [account] })
    const id = 'ef'.repeat(16)
    const programme = SLOTS.map((title, at) => ({ at: startsAt + at * 600_000, title }))
    await say('engagement/event', {
      id,
      title: EVENING,
      release: job.release,
      cancelled: false,
      startsAt,
      endsAt,
      programme,
    })
    routes = [
      '/',
      '/chat',
      '/polls',
      '/studio',
      '/desk',
      '/receipts',
      '/agreements',
      '/search',
      '/saved',
      '/you',
      '/join',
      '/join',
      '/nowhere',
    ]
    routes.push(`/event/${id}`, `/release/${job.release}`, `/receipts/${community}/0`, `/community/${community}`)
    routes.push(`/agreements/${job.release}`)
    reader = await visit(browser, client.url, URDU)
  })

  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('has no English word on any route, but for names that people gave', async () => {
    const english: Record<string, unknown> = {}
    for (const route of routes) {
      await reader.page.goto(stage.client.url + route, { waitUntil: 'networkidle' })
      await reader.page.locator('h1').first().waitFor()
      const texts = await latinTexts(reader.page, given)
      if (texts.length > 0) english[route] = texts.map(({ text, where }) => `${text} (${where.split(' ').at(-1)})`)
      const name = `ur-${route.split('/')[1] || 'feed'}`
      await shoot(reader.page, name)
      await reader.page.setViewportSize({ width: 390, height: 844 })
      await shoot(reader.page, `${name}-phone`)
      const width = await reader.page.evaluate(() => document.documentElement.scrollWidth)
      if (width > 390) english[`${route} on a phone`] = `${width} wide`
      await reader.page.setViewportSize({ width: 1280, height: 800 })
    }
    expect(english).toEqual({})
  })

  it('says a refusal of the stage in Urdu', async () => {
    const { page } = reader
    await page.goto(`${stage.client.url}/release/${'0'.repeat(32)}`, { waitUntil: 'networkidle' })
    expect(await latinTexts(page, given)).toEqual([])
    await page.goto(stage.client.url)
    await by(page, 'you-button').click()
    await by(page, 'fan-name').waitFor()
    expect(await latinTexts(page, given)).toEqual([])
  })
})
