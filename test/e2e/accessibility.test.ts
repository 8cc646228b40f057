import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testAuthor } from '#test/support/author.ts'
import { chromiumPath, findings, launchChromium, shoot, visit } from '#test/support/browser.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg')
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const DESKTOP = { viewport: { width: 1280, height: 800 } }
const VIEWS = [
  ['a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
  ['a phone in the light', { ...PHONE, colorScheme: 'light' }],
  ['a desktop in the dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['a desktop in the light', { ...DESKTOP, colorScheme: 'light' }],
] as const

/** Words that a page has to hold: no space to break at, another direction, markup, and a long one. */
const HOSTILE = [
  `${'Donaudampfschifffahrt'.repeat(9)}`,
  '<img src=x onerror="document.title=1"><script>document.title = 1</script>',
  'שלום לכל הבאים مرحبا بكم 👩‍👩‍👧‍👦🎸 “quoted” & after',
]

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('every route, for every body and every screen', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let routes: string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-axe-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', `Park ${'Sta'.repeat(24)}`]),
      launchChromium(),
    ])
    const { client } = stage
    const { community } = await client.stage()
    const [long = '', markup = '', mixed = ''] = HOSTILE
    const job = await client.publish({
      tracks: [
        { upload: await client.upload('lena.ogg', await readFile(LENA)), title: long },
        { upload: await client.upload('again.ogg', await readFile(LENA)), title: markup },
      ],
      title: mixed,
      artist: long.slice(0, 80),
      description: markup,
      splits: [
        { party: long.slice(0, 60), shares: 5000 },
        { party: markup.slice(0, 60), shares: 5000 },
      ],
      price: { stream: '2', download: '500' },
    })
    await client.request('PUT', '/stage/membership', { month: '500' })
    const card = { count: 2, amount: '500', expiry: Date.now() + 86_400_000, label: long.slice(0, 80) }
    await client.request('POST', '/codes', card)
    const fan = testAuthor(7)
    for (const text of HOSTILE) {
      for (const room of ['main', job.release ?? '']) await client.chat(fan, community, text, room)
      await client.say(fan, community, 'engagement/comment', {
        release: job.release,
        name: text.slice(0, 40),
        text,
        track: 0,
        atMs: 5_000,
      })
    }
    const account = Buffer.from(fan.publicKey).toString('hex')
    await client.request('POST', '/desk/credits', { account, amount: '500', evidence: long })
    await client.request('POST', '/community-events', {
      type: 'engagement/poll',
      body: { room: 'main', question: long, options: [markup, mixed], closesAt: Date.now() + 3_600_000 },
    })
    const event = { id: 'ef'.repeat(16), title: long, release: job.release, cancelled: false }
    const [startsAt, endsAt] = [Date.now() - 60_000, Date.now() + 3_600_000]
    await client.request('POST', '/community-events', {
      type: 'engagement/event',
      body: {
        ...event,
        startsAt,
        endsAt,
        programme: [
          { at: startsAt, title: markup },
          { at: endsAt - 1, title: mixed },
        ],
      },
    })
    await client.request('POST', '/community-events', {
      type: 'engagement/ballot',
      body: {
        room: 'main',
        question: mixed,
        options: [long.slice(0, 120), markup],
        closesAt: endsAt,
        voters: [account],
      },
    })
    routes = ['/', `/event/${event.id}`, `/release/${job.release}`, '/chat', '/polls', '/studio', '/desk', '/receipts']
    routes.push(
      '/you',
      '/agreements',
      '/search',
      '/saved',
      `/receipts/${community}/0`,
      `/community/${community}`,
      '/nowhere',
    )
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  for (const [name, options] of VIEWS)
    it(`on ${name} shows no serious finding, no sideways scrolling, and no broken policy`, async () => {
      const { context, page, complaints } = await visit(browser, stage.client.url, options)
      const wrong: Record<string, unknown> = {}
      for (const route of routes) {
        await page.goto(stage.client.url + route, { waitUntil: 'networkidle' })
        await page.locator('h1').first().waitFor()
        const serious = await findings(page)
        await shoot(page, `30-${name.replaceAll(' ', '-')}-${route.split('/')[1] || 'feed'}`)
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        const title = await page.title()
        if (serious.length > 0) wrong[`${route} findings`] = serious
        if (width > options.viewport.width) wrong[`${route} width`] = width
        if (title === '1') wrong[`${route} ran a stranger's script`] = title
      }
      if (complaints.length > 0) wrong.complaints = complaints
      await context.close()
      expect(wrong).toEqual({})
    })
})
