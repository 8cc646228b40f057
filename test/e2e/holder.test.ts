import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findMusic } from '#node/demo/music.ts'
import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { type SlowLink, slowLink } from '#test/support/slow-link.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const WAIT_MS = 30_000
/** The link takes this long for the whole release. */
const LINK_S = 25
/** No release fits, so that nothing is fetched but what is played: the second track is surely not here. */
const SMALL_CACHE = ['--cache-cap', '2MB']
const DELAY_MS = 20

type Sounding = typeof globalThis & { sounding?: HTMLMediaElement }

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('a holder that goes away while a fan listens', () => {
  let folder: string
  let home: StageProcess
  let away: StageProcess
  let link: SlowLink
  let browser: Browser
  let fan: Visit
  let release: string

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const sound = () =>
    fan.page.evaluate(() => {
      const element = (globalThis as Sounding).sounding
      return { time: element?.currentTime ?? 0, paused: element?.paused ?? true }
    })
  const held = () => away.client.get<ReleaseDetail>(`/releases/${release}`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-holder-'))
    ;[home, away, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage']),
      StageProcess.start(join(folder, 'away'), ['--name', 'River Stage', ...SMALL_CACHE]),
      launchChromium(),
    ])
    const tracks = await Promise.all(
      (await findMusic(process.env)).files.slice(0, 2).map(async file => ({
        upload: await home.client.upload(basename(file), await readFile(file)),
      })),
    )
    const job = await home.client.publish({ tracks, title: 'Far Away' })
    release = job.release ?? ''
    const address = (await home.client.stage()).addresses.find(a => a.includes('/tcp/') && !a.includes('/ws')) ?? ''
    const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
    const { bytes } = await home.client.get<ReleaseDetail>(`/releases/${release}`)
    link = await slowLink({ port, bitsPerSecond: (8 * bytes) / LINK_S, delayMs: DELAY_MS })
    await away.client.request('POST', '/follows', { address: address.replace(`/tcp/${port}`, `/tcp/${link.port}`) })
    fan = await visit(browser, away.client.url)
    await fan.context.addInitScript(() => {
      const play = HTMLMediaElement.prototype.play
      HTMLMediaElement.prototype.play = function () {
        ;(globalThis as Sounding).sounding = this
        return play.call(this)
      }
    })
    fan.page.setDefaultTimeout(WAIT_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.allSettled([home?.stop(), away?.stop(), link?.close()])
    await rm(folder, { recursive: true, force: true })
  })

  it('the first track plays while the rest is still on its way', async () => {
    await fan.page.goto(`${away.client.url}/release/${release}`)
    await by(fan.page, 'play-button').first().click()
    await expect.poll(async () => (await sound()).time, { timeout: WAIT_MS }).toBeGreaterThan(1)
    const { heldBytes, bytes } = await held()
    expect(heldBytes).toBeLessThan(bytes)
  })

  it('when the only holder goes away, the page says so plainly', async () => {
    await home.kill()
    // What the line still holds would go on arriving for a while.
    link.cut()
    await by(fan.page, 'no-holder').waitFor()
    await by(fan.page, 'track').nth(1).locator('button').first().click()
    await expect
      .poll(() => by(fan.page, 'player-sentence').textContent(), { timeout: WAIT_MS })
      .toContain('No holder of this music is online right now.')
    expect((await sound()).time).toBe(0)
    await shoot(fan.page, '20-no-holder')
  })

  it('when it returns, the music goes on by itself', async () => {
    home = await StageProcess.start(join(folder, 'home'))
    await expect.poll(async () => (await sound()).time, { timeout: WAIT_MS }).toBeGreaterThan(1)
    expect((await sound()).paused).toBe(false)
    await by(fan.page, 'no-holder').waitFor({ state: 'detached' })
    expect(await by(fan.page, 'player-sentence').count()).toBe(0)
    await shoot(fan.page, '21-holder-returned')
  })

  it('once all of it is here, it plays without its home', async () => {
    await away.stop()
    away = await StageProcess.start(join(folder, 'away'))
    await eventually(async () => (await held()).heldBytes === (await held()).bytes, 'the release is here', 90_000)
    await home.stop()
    await fan.page.goto(`${away.client.url}/release/${release}`)
    await by(fan.page, 'track').nth(1).locator('button').first().click()
    await expect.poll(async () => (await sound()).time, { timeout: WAIT_MS }).toBeGreaterThan(1)
    expect(await by(fan.page, 'no-holder').count()).toBe(0)
  })
})
