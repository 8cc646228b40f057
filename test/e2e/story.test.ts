import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena')
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const WAIT_MS = 20_000

/** The media element that plays, wherever the page keeps it. */
type Sounding = typeof globalThis & { sounding?: HTMLMediaElement & { captureStream(): MediaStream } }

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('the story on two pages', () => {
  let folder: string
  let home: StageProcess
  let away: StageProcess
  let browser: Browser
  let operator: Visit
  let fan: Visit
  let releasePath: string

  const start = (name: string) => StageProcess.start(join(folder, name))
  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-story-'))
    ;[home, away, browser] = await Promise.all([start('home'), start('away'), launchChromium()])
    operator = await visit(browser, home.client.url)
    fan = await visit(browser, away.client.url, { ...PHONE, colorScheme: 'dark' })
    await fan.context.addInitScript(() => {
      const play = HTMLMediaElement.prototype.play
      HTMLMediaElement.prototype.play = function () {
        ;(globalThis as Sounding).sounding = this as NonNullable<Sounding['sounding']>
        return play.call(this)
      }
    })
    for (const { page } of [operator, fan]) page.setDefaultTimeout(WAIT_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.allSettled([home?.stop(), away?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  it('a first visit names each community, and invites to publish', async () => {
    for (const [{ page }, name] of [
      [operator, 'Park Stage'],
      [fan, 'River Stage'],
    ] as const) {
      await shoot(page, `01-first-run-${name.split(' ')[0]}`)
      await by(page, 'first-run-name').fill(name)
      await by(page, 'first-run-submit').click()
      await by(page, 'first-run-finish').click()
      await by(page, 'publish-first').first().waitFor()
    }
    await shoot(operator.page, '02-empty-feed')
  })

  it('dropping files, splitting and publishing makes a release', async () => {
    const { page } = operator
    await by(page, 'publish-first').first().click()
    await by(page, 'upload-input').setInputFiles(['lena.ogg', 'lena.flac', 'lena.mp3'].map(file => join(LENA, file)))
    await by(page, 'upload-done').nth(2).waitFor()
    await by(page, 'release-title-input').fill('Songs for a Park')
    await by(page, 'release-artist-input').fill('The Sample Trio')
    const parties = by(page, 'split-party')
    while ((await parties.count()) < 3) await by(page, 'split-add').click()
    for (const [n, [party, percent]] of [
      ['ana', '50'],
      ['ben', '30'],
      ['cem', '20'],
    ].entries()) {
      await parties.nth(n).fill(party as string)
      await by(page, 'split-percent')
        .nth(n)
        .fill(percent as string)
    }
    await shoot(page, '03-studio')
    await by(page, 'publish-button').click()
    const link = by(page, 'job-release')
    await link.waitFor({ timeout: 60_000 })
    releasePath = (await link.getAttribute('href')) ?? ''
    expect(releasePath).toMatch(/^\/release\/[0-9a-f]{32}$/)
    await shoot(page, '04-published')
  })

  it('the other community follows, and the release appears without a reload', async () => {
    const address = (await home.client.stage()).addresses.find(a => a.includes('/tcp/') && !a.includes('/ws')) ?? ''
    await fan.page.goto(`${away.client.url}/desk`)
    await by(fan.page, 'follow-address').fill(address)
    await by(fan.page, 'follow-submit').click()
    await by(fan.page, 'followed').first().waitFor()
    await shoot(fan.page, '05-desk-phone-dark')
    await by(operator.page, 'nav-desk').first().click()
    await by(operator.page, 'peer-row').first().waitFor()
    await shoot(operator.page, '06-desk')
    await fan.page.goto(away.client.url)
    await by(fan.page, 'release-card').first().waitFor()
    await shoot(fan.page, '07-feed-phone-dark')
  })

  it('pressing play plays: the time advances and the sound is not silence', async () => {
    const { page } = fan
    await by(page, 'release-card').first().locator('a').first().click()
    await by(page, 'release-title').waitFor()
    await by(page, 'play-button').first().click()
    const media = () =>
      page.evaluate(() => {
        const element = (globalThis as Sounding).sounding
        return element === undefined
          ? null
          : { time: element.currentTime, paused: element.paused, error: element.error?.message ?? null }
      })
    await expect.poll(async () => (await media())?.time ?? 0, { timeout: WAIT_MS }).toBeGreaterThan(1)
    expect(await media()).toMatchObject({ paused: false, error: null })
    const loudest = await page.evaluate(async () => {
      const element = (globalThis as Sounding).sounding
      if (element === undefined) return 0
      const context = new AudioContext()
      const analyser = context.createAnalyser()
      context.createMediaStreamSource(element.captureStream()).connect(analyser)
      const samples = new Float32Array(analyser.fftSize)
      let peak = 0
      for (let i = 0; i < 40; i++) {
        await new Promise(resolve => setTimeout(resolve, 50))
        analyser.getFloatTimeDomainData(samples)
        for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
      }
      await context.close()
      return peak
    })
    expect(loudest).toBeGreaterThan(0.001)
    await shoot(page, '08-release-playing-phone-dark')
  })

  it('chat goes both ways, live', async () => {
    await operator.page.goto(home.client.url + releasePath)
    await by(operator.page, 'chat-input').fill('Good evening, River!')
    await by(operator.page, 'chat-send').click()
    await by(fan.page, 'chat-message').filter({ hasText: 'Good evening, River!' }).waitFor()
    await by(fan.page, 'chat-input').fill('We hear you, Park!')
    await by(fan.page, 'chat-send').click()
    await by(operator.page, 'chat-message').filter({ hasText: 'We hear you, Park!' }).waitFor()
    await by(operator.page, 'reaction-👏').first().click()
    await shoot(operator.page, '09-release-chat')
  })

  it('a poll asked on one page is voted on the other, and both show the tally', async () => {
    const { page } = operator
    await by(page, 'nav-polls').first().click()
    await by(page, 'poll-new').first().click()
    await by(page, 'poll-question').fill('An encore?')
    await by(page, 'poll-answer').nth(0).fill('Yes, please')
    await by(page, 'poll-answer').nth(1).fill('Let them rest')
    await by(page, 'poll-submit').click()
    await by(page, 'poll').first().waitFor()
    await fan.page.goto(`${away.client.url}/polls`)
    await by(fan.page, 'poll-option').filter({ hasText: 'Yes, please' }).click()
    for (const visitor of [operator.page, fan.page]) {
      await expect.poll(() => by(visitor, 'poll').first().textContent(), { timeout: WAIT_MS }).toMatch(/100\s*%|1 vote/)
    }
    await shoot(fan.page, '10-poll-phone-dark')
    await shoot(page, '11-poll')
  })

  it('a tip is split three ways, and the other community shows the verified receipt', async () => {
    const { page } = operator
    await page.goto(`${home.client.url}/desk`)
    await by(page, 'credit-mine').click()
    await by(page, 'credit-amount').fill('20')
    await by(page, 'credit-evidence').fill('opening night')
    await by(page, 'credit-submit').click()
    await by(page, 'toast').first().waitFor()
    await shoot(page, '11b-credit')
    await page.goto(home.client.url + releasePath)
    await expect.poll(() => by(page, 'wallet-balance').first().textContent(), { timeout: WAIT_MS }).toContain('20')
    await by(page, 'tip-amount').fill('0.07')
    await expect.poll(() => by(page, 'tip-line').allTextContents(), { timeout: WAIT_MS }).toHaveLength(3)
    await shoot(page, '12-tip')
    await by(page, 'tip-send').click()
    await by(page, 'tip-receipt').first().waitFor()
    await fan.page.goto(`${away.client.url}/receipts`)
    const row = by(fan.page, 'receipt-row').filter({ hasText: 'Songs for a Park' }).first()
    await row.waitFor()
    await row.locator('[data-testid="receipt-verified"]').waitFor()
    const lines = (await row.locator('[data-testid="receipt-line"]').allTextContents()).join(' ')
    for (const part of ['0.035', '0.021', '0.014']) expect(lines).toContain(part)
    await row.locator('[data-testid="check-proof"]').click()
    await expect
      .poll(() => row.locator('[data-testid="proof-result"]').textContent(), { timeout: WAIT_MS })
      .toMatch(/.+/)
    await shoot(fan.page, '13-receipt-phone-dark')
  })

  it('a stage that was off catches up while the other goes on, and its page too', async () => {
    await away.stop()
    await operator.page.goto(home.client.url + releasePath)
    await by(operator.page, 'chat-input').fill('Said while River was off')
    await by(operator.page, 'chat-send').click()
    away = await start('away')
    await fan.page.goto(away.client.url + releasePath)
    await by(fan.page, 'chat-message').filter({ hasText: 'Said while River was off' }).waitFor()
  })

  it('no page complained', async () => {
    // A page that lost its stage for a moment says so in the console: that is the browser's own line.
    const own = (line: string) =>
      !/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET/.test(line)
    expect(operator.complaints.filter(own)).toEqual([])
    expect(fan.complaints.filter(own)).toEqual([])
    await shoot(operator.page, '14-end')
  })
})
