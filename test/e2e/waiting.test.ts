import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatMessage } from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { chromiumPath, findings, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { StageProcess } from '#test/support/stage-process.ts'

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('what is said while the stage is away', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let fan: Visit
  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const say = async (page: Page, text: string): Promise<void> => {
    await by(page, 'chat-input').fill(text)
    await by(page, 'chat-input').press('Enter')
    await page.locator('[data-testid="chat-send"]:enabled').waitFor()
  }
  const stored = async (): Promise<string[]> => {
    const { community } = (await (await fetch(`${stage.client.url}/api/v1/stage`)).json()) as { community: string }
    const answer = await fetch(`${stage.client.url}/api/v1/rooms/${community}/main/messages`)
    return ((await answer.json()) as ChatMessage[]).map(({ text }) => text)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-waiting-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    fan = await visit(browser, `${stage.client.url}/chat`, {
      serviceWorkers: 'allow',
      viewport: { width: 390, height: 844 },
    })
    await fan.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    // Once more, so that the worker has what the page shows.
    await fan.page.goto(`${stage.client.url}/chat`)
    await say(fan.page, 'before')
    await by(fan.page, 'chat-message').first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is shown as waiting, and still waits after the page was loaded again', async () => {
    const { page } = fan
    await stage.stop()
    await page.locator('.offline').waitFor()
    await say(page, 'first of all')
    await say(page, 'and then this')
    await expect.poll(() => by(page, 'outbox').getAttribute('data-waits')).toBe('2')
    await page.goto(`${stage.client.url}/chat`)
    await expect.poll(() => by(page, 'outbox').getAttribute('data-waits')).toBe('2')
    await by(page, 'outbox').locator('summary').click()
    expect(await by(page, 'outbox-row').allTextContents()).toEqual([
      expect.stringContaining('first of all'),
      expect.stringContaining('and then this'),
    ])
    await shoot(page, 'waiting-phone')
    expect(await findings(page)).toEqual([])
  })

  it('is sent by itself when the stage is back, in order, each thing once', async () => {
    const { page } = fan
    const second = await fan.context.newPage()
    await second.goto(`${stage.client.url}/chat`)
    const port = new URL(stage.client.url).port
    stage = await StageProcess.start(join(folder, 'stage'), ['--port', port])
    await by(page, 'outbox').waitFor({ state: 'detached', timeout: 30_000 })
    await by(second, 'outbox').waitFor({ state: 'detached', timeout: 30_000 })
    expect(await stored()).toEqual(['before', 'first of all', 'and then this'])
    await expect.poll(() => by(page, 'chat-message').count(), { timeout: 20_000 }).toBe(3)
    await second.close()
  })

  it('says why the stage refused it, and offers to let it go', async () => {
    const { page } = fan
    await fan.context.setOffline(true)
    await say(page, 'too late for this room')
    await expect.poll(() => by(page, 'outbox').getAttribute('data-waits')).toBe('1')
    await stage.client.request('POST', '/community-events', {
      type: 'engagement/room',
      body: { room: 'main', slowMs: 0, closed: true },
    })
    await fan.context.setOffline(false)
    await expect.poll(() => by(page, 'outbox').getAttribute('data-refused'), { timeout: 30_000 }).toBe('1')
    if (!(await by(page, 'outbox-again').isVisible())) await by(page, 'outbox').locator('summary').click()
    expect(await by(page, 'outbox-row').textContent()).toContain('closed')
    await shoot(page, 'waiting-refused-phone')
    await by(page, 'outbox-drop').click()
    await by(page, 'outbox').waitFor({ state: 'detached' })
  })
  it('calls whoever is called, with a bell that counts and a list that leads there', async () => {
    const { page } = fan
    const community = (await stage.client.stage()).community
    await stage.client.request('POST', '/community-events', {
      type: 'engagement/room',
      body: { room: 'main', slowMs: 0, closed: false },
    })
    await by(page, 'you-button').click()
    await by(page, 'fan-name').first().fill('Lena')
    await by(page, 'fan-name').first().blur()
    await page.goto(`${stage.client.url}/community/${community}`)
    await by(page, 'follow').click()
    await expect.poll(() => by(page, 'follow').getAttribute('aria-pressed')).toBe('true')
    await by(page, 'bell').waitFor()
    await stage.client.chat(testAuthor(811), community, 'Is @Lena here tonight? The second set starts at nine.')
    await expect.poll(() => by(page, 'bell').getAttribute('data-fresh'), { timeout: 20_000 }).toBe('1')
    await by(page, 'bell').click()
    await by(page, 'notice').waitFor()
    await shoot(page, 'bell-phone')
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark'
      document.documentElement.dir = 'rtl'
    })
    await shoot(page, 'bell-phone-dark-rtl')
    expect(await findings(page)).toEqual([])
    await page.evaluate(() => {
      document.documentElement.dir = 'ltr'
    })
    expect(await findings(page)).toEqual([])
    await by(page, 'notice').click()
    await page.waitForURL(`**/chat/${community}`)
    expect(await by(page, 'bell').getAttribute('data-fresh')).toBe('0')
  })

  it('is silent about what is not wanted', async () => {
    const { page } = fan
    await page.goto(`${stage.client.url}/you`)
    await by(page, 'notice-mention').click()
    await page.setViewportSize({ width: 1280, height: 800 })
    await by(page, 'bell').click()
    await by(page, 'bell-panel').locator('.none').waitFor()
    await shoot(page, 'bell-desktop')
    await page.keyboard.press('Escape')
    await shoot(page, 'you-notices-desktop')
    expect(await findings(page)).toEqual([])
  })
  it('shows what a push service brings, in the words of the reader, and goes there in the page that is open', async () => {
    const { page, context } = fan
    await context.grantPermissions(['notifications'])
    await page.goto(`${stage.client.url}/you`)
    await by(page, 'push-switch').waitFor()
    await page.evaluate(async words => (await caches.open('push-words')).put('/push-words', Response.json(words)), {
      stage: 'Park Stage',
      lang: 'en',
      dir: 'ltr',
      kinds: { mention: 'Somebody called you', other: 'News for you' },
    })
    const cdp = await context.newCDPSession(page)
    const registered = new Promise<string>(resolve =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [first] = registrations
        if (first !== undefined) resolve(first.registrationId)
      }),
    )
    await cdp.send('ServiceWorker.enable')
    const registrationId = await registered
    const bring = (data: string) =>
      cdp.send('ServiceWorker.deliverPushMessage', { origin: stage.client.url, registrationId, data })
    const shown = () =>
      page.evaluate(async () => {
        const worker = await navigator.serviceWorker.ready
        return (await worker.getNotifications()).map(({ title, body, data }) => `${title} | ${body} | ${data}`).sort()
      })
    await bring(JSON.stringify({ kind: 'mention', link: '/chat' }))
    await bring(JSON.stringify({ kind: 'mention', link: '/chat' }))
    await bring(JSON.stringify({ kind: 'mention', link: 'https://elsewhere.example/' }))
    await bring('no message of ours')
    await expect
      .poll(shown, { timeout: 10_000 })
      .toEqual([
        'News for you | Park Stage | /',
        'Somebody called you | Park Stage | /',
        'Somebody called you | Park Stage | /chat',
      ])
    const [worker] = context.serviceWorkers()
    await worker?.evaluate(async () => {
      const scope = globalThis as unknown as {
        clients: { matchAll(): Promise<{ postMessage(data: unknown): void }[]> }
      }
      for (const page of await scope.clients.matchAll()) page.postMessage({ go: '/chat' })
    })
    await page.waitForURL('**/chat')
  })

  it('says so when the browser has no push service', async () => {
    const { page } = fan
    await page.goto(`${stage.client.url}/you`)
    await by(page, 'push-switch').click()
    await by(page, 'toast').waitFor()
    expect(await by(page, 'toast').textContent()).toContain('no push service')
    expect(await by(page, 'push').getAttribute('data-state')).toBe('off')
    await by(page, 'push').scrollIntoViewIfNeeded()
    await shoot(page, 'you-push-desktop')
    await page.setViewportSize({ width: 390, height: 844 })
    await by(page, 'push').scrollIntoViewIfNeeded()
    await shoot(page, 'you-push-phone')
    expect(await findings(page)).toEqual([])
  })
})
