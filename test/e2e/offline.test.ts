import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { StageProcess } from '#test/support/stage-process.ts'

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('the page without a connection', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let fan: Visit
  let release: string
  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-offline-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    const upload = await stage.client.upload('lena.flac', await readFile(clip('lena.flac')))
    const job = await stage.client.publish({ tracks: [{ upload }], title: 'Lanterns', artist: 'Nadia Ortiz' })
    release = job.release ?? ''
    fan = await visit(browser, stage.client.url, { serviceWorkers: 'allow', viewport: { width: 390, height: 844 } })
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('says what it is to a phone that wants to install it', async () => {
    const read = async (path: string) => fetch(stage.client.url + path)
    const manifest = await read('/manifest.webmanifest')
    expect(manifest.headers.get('content-type')).toContain('application/manifest+json')
    const { icons, start_url, display } = (await manifest.json()) as {
      icons: { src: string }[]
      start_url: string
      display: string
    }
    expect({ start_url, display }).toEqual({ start_url: '/', display: 'standalone' })
    for (const { src } of icons) expect((await read(src)).headers.get('content-type')).toBe('image/png')
  })

  it('keeps a release on the device, whole', async () => {
    const { page } = fan
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    await page.goto(`${stage.client.url}/release/${release}`)
    await by(page, 'keep').click()
    await by(page, 'kept').waitFor()
    await page.goto(stage.client.url)
    await by(page, 'release-card').first().waitFor()
  })

  it('opens, and plays what was kept, while the stage is away', async () => {
    const { page } = fan
    await stage.stop()
    await page.goto(`${stage.client.url}/`)
    await by(page, 'release-card').first().waitFor()
    await page.locator('.offline').waitFor()
    await shoot(page, 'offline-phone')
    await page.goto(`${stage.client.url}/saved`)
    await by(page, 'saved-release').click()
    await by(page, 'release-title').waitFor()
    await by(page, 'play-button').click()
    await expect.poll(() => by(page, 'player-toggle').getAttribute('data-status'), { timeout: 20_000 }).toBe('playing')
    await expect.poll(() => by(page, 'player-time').textContent(), { timeout: 20_000 }).not.toMatch(/^\s*0:00\s*$/)
  })

  it('goes on by itself when the stage is back, and forgets what is removed', async () => {
    const { page } = fan
    const port = new URL(stage.client.url).port
    stage = await StageProcess.start(join(folder, 'stage'), ['--port', port])
    await page.locator('.offline').waitFor({ state: 'detached', timeout: 30_000 })
    await by(page, 'kept').click()
    await by(page, 'keep').waitFor()
    expect(await page.evaluate(async () => (await (await caches.open('kept')).keys()).length)).toBe(0)
  })
})
