import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
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
})
