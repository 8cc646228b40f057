import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const DICE = join(import.meta.dirname, '../../examples/parts/dice/dice.js')

/** The page's side of every guest below: takes the port, says ready, answers pings. */
const HELLO = `
const port = await new Promise(resolve => addEventListener('message', event => resolve(event.ports[0]), { once: true }))
const say = text => document.body.append(Object.assign(document.createElement('p'), { textContent: text }))
port.onmessage = ({ data }) => {
  if (data.type === 'ping') port.postMessage({ type: 'pong', n: data.n })
  if (data.type === 'answer') say(data.ok ? 'ok ' + JSON.stringify(data.value) : 'refused ' + data.code)
}
port.postMessage({ type: 'ready' })
`

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('parts of the page', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let desk: Visit
  let fan: Visit
  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const put = async (tag: string, code: string, query = 'version=1') => {
    const answer = await fetch(`${stage.client.url}/api/v1/parts/${tag}?title=${tag}&${query}`, {
      method: 'PUT',
      headers: { 'content-type': 'text/javascript' },
      body: code,
    })
    expect(answer.status).toBe(200)
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-page-parts-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    const upload = await stage.client.upload('lena.flac', await readFile(clip('lena.flac')))
    await stage.client.publish({ tracks: [{ upload }], title: 'Björk Birch', artist: 'Nadia Ortiz' })
    desk = await visit(browser, `${stage.client.url}/desk`)
    fan = await visit(browser, stage.client.url, { viewport: { width: 390, height: 844 } })
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('are switched off and on by the operator, on every open page, without a restart', async () => {
    await by(fan.page, 'nav-polls').waitFor()
    await desk.page.locator('[data-part="polls"]').click()
    await by(fan.page, 'nav-polls').waitFor({ state: 'detached' })
    await fan.page.goto(`${stage.client.url}/polls`)
    await fan.page.getByText('have switched this part off').waitFor()
    await desk.page.locator('[data-part="polls"]').click()
    await fan.page.getByRole('heading', { name: 'Polls' }).waitFor()
  })

  it('let a part by somebody else in from the desk, which plays music with what it was granted', async () => {
    await by(desk.page, 'guest-add').click()
    await by(desk.page, 'guest-code').setInputFiles(DICE)
    await by(desk.page, 'guest-tag').fill('dice')
    await by(desk.page, 'guest-title').fill('Dice')
    await by(desk.page, 'guest-version').fill('1.0.0')
    for (const grant of ['releases', 'player-control', 'storage']) await desk.page.locator(`[value="${grant}"]`).check()
    await shoot(desk.page, 'parts-desk')
    await by(desk.page, 'guest-submit').click()
    await desk.page.locator('[data-tag="dice"]').waitFor()

    await fan.page.goto(stage.client.url)
    await by(fan.page, 'guest-link').click()
    const frame = fan.page.frameLocator('iframe')
    await frame.getByRole('button', { name: 'Roll the dice' }).click()
    await frame.getByText('Björk Birch by Nadia Ortiz').waitFor()
    await expect.poll(() => by(fan.page, 'player-toggle').getAttribute('data-status')).toBe('playing')
    await frame.getByText('Rolled 1 time on this device').waitFor()
    await shoot(fan.page, 'parts-dice-phone')
    expect(fan.complaints).toEqual([])
  })

  it('are updated and rolled back under a listener’s eyes', async () => {
    await put('dice', `${HELLO}; say('second edition')`, 'version=2.0.0')
    const frame = fan.page.frameLocator('iframe')
    await frame.getByText('second edition').waitFor()
    await by(desk.page, 'guest-rollback').click()
    await frame.getByRole('button', { name: 'Roll the dice' }).waitFor()
    await desk.page.locator('[data-tag="dice"] [data-testid="guest-remove"]').click()
    await fan.page.getByText('There is no such part on this stage now').waitFor()
  })

  it('get nothing that was not granted, and reach neither the page nor the network', async () => {
    const code = `${HELLO}
      for (const ask of [{ call: 'stage' }, { call: 'releases' }, { call: 'navigate', path: '/desk' }, { call: 'open-the-safe' }])
        port.postMessage({ type: 'call', id: 1, ask })
      const attempt = async (name, work) => { try { await work(); say(name + ' worked') } catch { say(name + ' failed') } }
      await attempt('fetch', () => fetch('/api/v1/stage'))
      await attempt('parent', () => parent.document.title)
      await attempt('storage', () => localStorage.length)
      await attempt('cookie', () => document.cookie)
      await attempt('eval', () => eval('1'))
      await attempt('picture', () => new Promise((done, lost) => { const i = new Image(); i.onload = done; i.onerror = lost; i.src = '/shell/icon.svg' }))
      say('tried everything')`
    await put('nosy', code, 'version=1&capabilities=stage')
    const { page } = await visit(browser, `${stage.client.url}/p/nosy`)
    const frame = page.frameLocator('iframe')
    await frame.getByText('tried everything').waitFor()
    await frame.getByText('ok {"name":"Park Stage"').waitFor()
    await expect.poll(() => frame.getByText('refused not-granted').count()).toBe(2)
    expect(await frame.getByText(' worked').allTextContents()).toEqual([])
    expect(await frame.getByText(' failed').count()).toBe(6)
    expect(new URL(page.url()).pathname).toBe('/p/nosy')
    await page.context().close()
  })

  it('leave room for search: a word without its marks finds the release', async () => {
    await by(fan.page, 'find').click()
    await by(fan.page, 'search-input').fill('bjor')
    await fan.page.getByText('Björk Birch').first().waitFor()
    await shoot(fan.page, 'search-phone')
    await by(fan.page, 'search-input').fill('zzz')
    await by(fan.page, 'search-nothing').waitFor()
  })

  it('speak the reader’s language, and turn around for one that is written from the right', async () => {
    const { page, context, complaints } = await visit(browser, stage.client.url, {
      viewport: { width: 390, height: 844 },
    })
    await by(page, 'you-button').click()
    await by(page, 'text-size').selectOption('large')
    await by(page, 'language').selectOption('ur')
    await page.waitForFunction(() => document.documentElement.dir === 'rtl')
    await by(page, 'release-card').first().waitFor()
    await page.getByRole('link', { name: 'تلاش' }).first().click()
    await page.getByRole('heading', { name: 'تلاش' }).waitFor()
    await page.goto(stage.client.url)
    await by(page, 'release-card').first().waitFor()
    await shoot(page, 'urdu-phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.setViewportSize({ width: 1280, height: 800 })
    await shoot(page, 'urdu-desktop')
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('18.5px')
    expect(complaints).toEqual([])
    await context.close()
  })

  it('bring a fan’s key to another device with the words on paper', async () => {
    const first = await visit(browser, `${stage.client.url}/you`)
    const keyOf = async (page: Page) => by(page, 'you-id').getAttribute('data-key')
    const key = await keyOf(first.page)
    await by(first.page, 'phrase-show').click()
    await by(first.page, 'phrase').waitFor()
    const words = await by(first.page, 'phrase').locator('li').allTextContents()
    expect(words).toHaveLength(24)

    const second = await visit(browser, stage.client.url)
    await by(second.page, 'you-button').click()
    await by(second.page, 'you-more').click()
    expect(await keyOf(second.page)).not.toBe(key)
    await by(second.page, 'phrase-fold').locator('summary').click()
    await by(second.page, 'phrase-input').fill(['bandstand', ...words.slice(1)].join(' '))
    await by(second.page, 'phrase-restore').click()
    await second.page.getByText('These are not the 24 words').waitFor()
    await shoot(second.page, 'recovery-phrase')
    await by(second.page, 'phrase-input').fill(`  ${words.join('\n ').toUpperCase()} `)
    await by(second.page, 'phrase-restore').click()
    await second.page.waitForEvent('load')
    await expect.poll(() => keyOf(second.page)).toBe(key)
    await second.page.goto(`${stage.client.url}/chat`)
    await by(second.page, 'chat-input').fill('it is me agian')
    await by(second.page, 'chat-send').click()
    await by(second.page, 'chat-edit').click()
    await by(second.page, 'chat-edit-input').fill('it is me again')
    await second.page.keyboard.press('Enter')
    await second.page.getByText('it is me again (edited)').waitFor()
    await first.page.goto(`${stage.client.url}/chat`)
    await first.page.getByText('it is me again').waitFor()
    await by(second.page, 'chat-take-back').click()
    await first.page.getByText('Taken back by its author').waitFor()
    await first.context.close()
    await second.context.close()
  })

  it('that hang leave the page quick, and can be stopped', async () => {
    await put('busy', `${HELLO}; setTimeout(() => { for (;;) ; }, 300)`)
    const { page, context } = await visit(browser, `${stage.client.url}/p/busy`)
    await page.getByText('busy does not answer').waitFor({ timeout: 30_000 })
    // A page that shared its thread with the part would never come to its next frames.
    const frames = await page.evaluate(async () => {
      for (let left = 30; left > 0; left--) await new Promise(requestAnimationFrame)
      return 30
    })
    expect(frames).toBe(30)
    await by(page, 'guest-stop').click()
    await page.getByText('busy is stopped').waitFor()
    await context.close()
  })

  it('that are missing, damaged, or throw show a quiet retry, and leave the rest as it is', async () => {
    await put('broken', 'throw new Error("at load")')
    const { page, context } = await visit(browser, `${stage.client.url}/p/broken`)
    await page.getByText('broken does not answer').waitFor({ timeout: 30_000 })

    await put('gone', `${HELLO}; say('here I am')`)
    const parts = join(folder, 'stage', 'parts')
    const scripts = (await readdir(parts)).filter(name => name.endsWith('.js'))
    for (const name of scripts)
      if ((await readFile(join(parts, name), 'utf8')).includes('here I am'))
        await writeFile(join(parts, name), 'damaged()')
    await page.goto(`${stage.client.url}/p/gone`)
    await page.getByText('gone could not be loaded').waitFor()
    await by(page, 'nav-feed').click()
    await by(page, 'release-card').first().waitFor()
    await context.close()
  })
})
