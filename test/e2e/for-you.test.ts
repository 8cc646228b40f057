import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEPT_ODDS, REPORT_ODDS, randomise } from '#src/personal/randomised.ts'
import { chromiumPath, findings, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { ffmpeg, hasFfmpeg } from '#test/support/ffmpeg.ts'
import { seeded } from '#test/support/seeded.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const ARTISTS = ['Nadia Ortiz', 'Jonas Feld', 'Mirai Quartet'] as const
const LOVED = ARTISTS[0]

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('the row picked for a listener', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let fan: Visit
  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-for-you-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    const bytes = await readFile(clip('lena.flac'))
    for (let at = 0; at < 6; at++) {
      const upload = await stage.client.upload('lena.flac', bytes)
      await stage.client.publish({ tracks: [{ upload }], title: `Song ${at + 1}`, artist: ARTISTS[at % 3] })
    }
    fan = await visit(browser, stage.client.url)
  })

  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Hears a song by the loved artist out, as often as it takes to be known for it. */
  async function hear(page: Page, title: string): Promise<void> {
    const outcomes = () =>
      page.evaluate(() => JSON.parse(localStorage.getItem('bandstand-taste') ?? '{"outcomes":0}').outcomes as number)
    const before = await outcomes()
    await page.locator(`[aria-label="Play ${title} by ${LOVED}"]`).first().click()
    await expect.poll(outcomes, { timeout: 30_000 }).toBeGreaterThan(before)
  }

  it('is not there for a stranger', async () => {
    await by(fan.page, 'release-card').first().waitFor()
    await by(fan.page, 'for-you-soon').waitFor()
    expect(await by(fan.page, 'for-you').count()).toBe(0)
  })

  it('appears after a few songs, and says why', async () => {
    for (const title of ['Song 1', 'Song 4', 'Song 1']) await hear(fan.page, title)
    await fan.page.goto(stage.client.url)
    await by(fan.page, 'for-you').waitFor()
    expect(await by(fan.page, 'why').allTextContents()).toContain(`You play ${LOVED}`)
    await shoot(fan.page, 'for-you')
    await fan.page.setViewportSize({ width: 390, height: 844 })
    await shoot(fan.page, 'for-you-phone')
    await fan.page.setViewportSize({ width: 1280, height: 800 })
  })

  it('keeps all of it on the device', async () => {
    const sent: string[] = []
    fan.page.on('request', request => {
      if (request.method() !== 'GET') sent.push(request.postData() ?? '')
    })
    await hear(fan.page, 'Song 4')
    const taste = await fan.page.evaluate(() => localStorage.getItem('bandstand-taste') ?? '')
    expect(taste).not.toBe('')
    for (const body of sent) expect(body).not.toContain('outcomes')
  })

  it('is forgotten on request, switched off, and on again', async () => {
    await fan.page.goto(stage.client.url)
    await by(fan.page, 'for-you-off').click()
    await expect.poll(() => by(fan.page, 'for-you').count()).toBe(0)
    await fan.page.reload()
    await by(fan.page, 'for-you-on').click()
    await by(fan.page, 'for-you').waitFor()
    await by(fan.page, 'for-you-reset').click()
    await expect.poll(() => by(fan.page, 'for-you').count()).toBe(0)
    expect(await fan.page.evaluate(() => JSON.parse(localStorage.getItem('bandstand-taste') ?? '{}').outcomes)).toBe(0)
    expect(fan.complaints).toEqual([])
  })

  describe('and the layout', () => {
    const list = (page: Page) => page.locator('[data-list]').first()
    const goHome = async (page: Page) => {
      await page.goto(stage.client.url)
      await by(page, 'look').waitFor()
    }
    const remember = (page: Page, key: string, value: object) =>
      page.evaluate(
        ([name, text]) => localStorage.setItem(name as string, text as string),
        [key, JSON.stringify(value)],
      )

    it('is covers or rows at one tap, and stays so', async () => {
      const { page } = fan
      await goHome(page)
      expect(await list(page).getAttribute('class')).toBe('grid')
      await by(page, 'look-rows').click()
      await expect.poll(() => list(page).getAttribute('class')).toBe('lines')
      await shoot(page, 'feed-rows')
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 390, height: 844 })
      await shoot(page, 'feed-rows-phone')
      await page.setViewportSize({ width: 1280, height: 800 })
      await goHome(page)
      expect(await list(page).getAttribute('class')).toBe('lines')
      expect(await by(page, 'look-why').getAttribute('data-because')).toBe('chosen')
      await page.goto(`${stage.client.url}/you`)
      await by(page, 'choose-list').selectOption('auto')
      await goHome(page)
      expect(await list(page).getAttribute('class')).toBe('grid')
    })

    it('is learned from where in the list one plays, from the next visit on, and says why', async () => {
      const { page } = fan
      const habits = { parts: [0, 2, 0, 10], own: 12, others: 0, near: 1, far: 9, watched: 0, heard: 0 }
      await remember(page, 'bandstand-habits', habits)
      await goHome(page)
      // As it was while somebody looks at it.
      expect(await list(page).getAttribute('class')).toBe('grid')
      await goHome(page)
      expect(await list(page).getAttribute('class')).toBe('lines')
      expect(await by(page, 'look-why').getAttribute('data-because')).toBe('far')
      await by(page, 'look-covers').click()
      await expect.poll(() => list(page).getAttribute('class')).toBe('grid')
    })

    it('is still for whoever asks for less motion', async () => {
      const { page } = fan
      await page.goto(`${stage.client.url}/you`)
      await by(page, 'choose-motion').selectOption('less')
      const lasts = () =>
        by(page, 'taste-on').evaluate(button => Number.parseFloat(getComputedStyle(button).transitionDuration))
      await expect.poll(lasts).toBeLessThan(0.001)
      await by(page, 'choose-motion').selectOption('auto')
    })
  })

  describe.skipIf(!hasFfmpeg)('and a release with a picture', () => {
    it('begins with the sound, is watched at one tap, and begins with the picture for whoever watches', async () => {
      const { page } = fan
      const film = join(folder, 'film.webm')
      const sources = ['-f', 'lavfi', '-i', 'testsrc=d=2:s=320x180:r=10', '-f', 'lavfi', '-i', 'sine=440:d=2']
      ffmpeg(...sources, '-c:v', 'libvpx', '-c:a', 'libopus', film)
      const upload = await stage.client.upload('film.webm', await readFile(film))
      const { release } = await stage.client.publish({ tracks: [{ upload }], title: 'A film', artist: LOVED })
      await page.goto(`${stage.client.url}/release/${release}`)
      await by(page, 'watch').waitFor()
      expect(await by(page, 'picture-video').count()).toBe(0)
      await by(page, 'watch').click()
      const video = by(page, 'picture-video')
      await video.evaluate((element: HTMLVideoElement) => element.play())
      await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0)
      await shoot(page, 'picture')
      const watched = () =>
        page.evaluate(() => JSON.parse(localStorage.getItem('bandstand-habits') ?? '{}').watched as number)
      await expect.poll(watched).toBe(1)
      await page.goto(`${stage.client.url}/you`)
      await by(page, 'choose-first').selectOption('picture')
      await page.goto(`${stage.client.url}/release/${release}`)
      await video.waitFor()
      await page.goto(`${stage.client.url}/you`)
      await by(page, 'choose-first').selectOption('auto')
    })
  })

  describe('and what is said of it by chance', () => {
    it('is shown before it leaves, and is all that leaves', async () => {
      const { page } = fan
      const sent: (string | null)[] = []
      page.on('request', request => request.url().endsWith('/survey') && sent.push(request.postData()))
      await page.goto(`${stage.client.url}/you`)
      await by(page, 'by-chance').waitFor()
      expect(sent).toEqual([])
      await by(page, 'by-chance-on').click()
      const shown: Record<string, number> = {}
      for (const question of ['when', 'whose', 'length'])
        shown[question] = Number(await by(page, `goes-out-${question}`).getAttribute('data-answer'))
      await by(page, 'by-chance').scrollIntoViewIfNeeded()
      await shoot(page, 'by-chance')
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 390, height: 844 })
      await by(page, 'goes-out-length').scrollIntoViewIfNeeded()
      await shoot(page, 'by-chance-phone')
      await page.setViewportSize({ width: 1280, height: 800 })
      expect(sent).toEqual([])
      await by(page, 'by-chance-send').click()
      await expect.poll(() => sent.map(body => JSON.parse(body ?? ''))).toEqual([shown])
      await expect.poll(() => by(page, 'by-chance-send').count()).toBe(0)
      await page.reload()
      await by(page, 'goes-out-when').waitFor()
      expect(sent).toHaveLength(1)
    })

    it('is estimated on the desk once enough take part', async () => {
      const { page } = fan
      await page.goto(`${stage.client.url}/desk`)
      await by(page, 'listeners-few').waitFor({ state: 'attached' })
      const random = seeded(1)
      const said = (truth: number, answers: number) =>
        randomise(randomise(truth, answers, KEPT_ODDS, random), answers, REPORT_ODDS, random)
      for (let device = 0; device < 200; device++) {
        const report = { when: said(device % 4 === 0 ? 0 : 3, 4), whose: said(0, 3), length: said(device % 3, 3) }
        await stage.client.request('POST', '/survey', report)
      }
      await page.reload()
      await by(page, 'listeners-when').waitFor({ state: 'attached' })
      await by(page, 'listeners-when').scrollIntoViewIfNeeded()
      await shoot(page, 'listeners')
      expect(await findings(page)).toEqual([])
      await page.setViewportSize({ width: 390, height: 844 })
      await by(page, 'listeners-when').scrollIntoViewIfNeeded()
      await shoot(page, 'listeners-phone')
      await page.setViewportSize({ width: 1280, height: 800 })
      const shares = await by(page, 'listeners-when')
        .locator('[data-share]')
        .evaluateAll(all => all.map(one => Number(one.getAttribute('data-share'))))
      expect(shares.indexOf(Math.max(...shares))).toBe(3)
      expect(fan.complaints).toEqual([])
    })
  })
})
