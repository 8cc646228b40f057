import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { focused, tabTo } from '#test/support/keyboard.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const WAIT_MS = 20_000

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('the page by keyboard alone', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let fan: Visit
  let page: Page
  let home: string
  let release: string
  const by = (id: string) => page.locator(`[data-testid="${id}"]`)
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve())
  const attribute = (id: string, name: string) => () => by(id).first().getAttribute(name)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-keyboard-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    const { client } = stage
    home = client.url
    const upload = async () => client.upload('lena.flac', await readFile(clip('lena.flac')))
    const tracks = [
      { upload: await upload(), title: 'First light' },
      { upload: await upload(), title: 'Second wind' },
    ]
    release = (await client.publish({ tracks, title: 'Lanterns', artist: 'Nadia Ortiz' })).release ?? ''
    const body = { room: 'main', question: 'An encore?', options: ['Yes', 'No'], closesAt: Date.now() + 3_600_000 }
    await client.request('POST', '/community-events', { type: 'engagement/poll', body })
    fan = await visit(browser, 'about:blank')
    page = fan.page
    page.setDefaultTimeout(WAIT_MS)
    await page.addInitScript(() => {
      const seen: string[] = []
      Object.assign(globalThis, { mouse: seen })
      for (const type of ['mousedown', 'pointerdown', 'touchstart', 'mousemove'])
        addEventListener(type, () => seen.push(type), { capture: true })
    })
    await page.goto(`${home}/release/${release}`)
    await by('release-title').waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('begins with a link past the navigation', async () => {
    await press('Tab')
    expect(await focused(page)).toMatchObject({ name: 'Skip to content', shown: true })
    await press('Enter')
    expect((await focused(page)).tag).toBe('main')
    await press('Tab')
    expect(await page.evaluate(() => document.querySelector('bs-app')?.shadowRoot?.activeElement?.localName)).toBe(
      'bs-part',
    )
  })

  it('plays, pauses, and moves in the track', async () => {
    if ((await focused(page)).id !== 'play-button') await tabTo(page, 'play-button')
    await press('Enter')
    await expect.poll(attribute('player-toggle', 'data-status'), { timeout: WAIT_MS }).toBe('playing')
    expect((await focused(page)).id).toBe('play-button')
    await press('Space')
    await expect.poll(attribute('player-toggle', 'data-status')).toBe('paused')
    await tabTo(page, ({ tag, name }) => tag === 'input' && name.startsWith('Position in'))
    await press('End', 'ArrowLeft')
    await expect.poll(() => by('player-time').textContent()).not.toMatch(/^\s*0:00/)
    await press('Home')
    await expect.poll(() => by('player-time').textContent()).toMatch(/^\s*0:00/)
  })

  it('reacts, and takes it back', async () => {
    const stop = await tabTo(page, ({ id }) => id.startsWith('reaction-'), { back: true })
    await press('Space')
    await expect.poll(attribute(stop.id, 'aria-pressed')).toBe('true')
    expect((await focused(page)).id).toBe(stop.id)
    await press('Space')
    await expect.poll(attribute(stop.id, 'aria-pressed')).toBe('false')
  })

  it('chats, edits, and takes a message back without losing its place', async () => {
    await tabTo(page, 'chat-input')
    await page.keyboard.type('Good evenign')
    await press('Enter')
    await by('chat-message').filter({ hasText: 'Good evenign' }).waitFor()
    expect((await focused(page)).id).toBe('chat-input')
    await tabTo(page, 'chat-edit', { back: true })
    await press('Enter')
    await expect.poll(async () => (await focused(page)).id).toBe('chat-edit-input')
    await press('Escape')
    await expect.poll(async () => (await focused(page)).tag).not.toBe('body')
    if ((await focused(page)).id !== 'chat-edit') await tabTo(page, 'chat-edit', { back: true })
    await press('Enter')
    await expect.poll(async () => (await focused(page)).id).toBe('chat-edit-input')
    await press('Control+a')
    await page.keyboard.type('Good evening')
    await press('Enter')
    await by('chat-message').filter({ hasText: 'Good evening' }).waitFor()
    await expect.poll(async () => (await focused(page)).tag).not.toBe('body')
    if ((await focused(page)).id !== 'chat-take-back') await tabTo(page, 'chat-take-back')
    await press('Enter')
    await by('chat-message').filter({ hasText: 'Taken back' }).waitFor()
    await expect.poll(async () => (await focused(page)).tag).not.toBe('body')
  })

  it('opens who one is as a dialog, which keeps the keyboard until Escape gives it back', async () => {
    await tabTo(page, 'you-button', { max: 200 })
    await press('Enter')
    await by('fan-name').waitFor()
    const inside: string[] = []
    for (let n = 0; n < 14; n++) {
      await press('Tab')
      inside.push(
        await page.evaluate(() => {
          let element = document.activeElement
          while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
          return element === null || element === document.body || element.closest('dialog') !== null
            ? 'in'
            : element.outerHTML
        }),
      )
    }
    expect(new Set(inside)).toEqual(new Set(['in']))
    await tabTo(page, 'fan-name')
    await page.keyboard.type('Lena')
    await press('Escape')
    await expect.poll(async () => (await focused(page)).id).toBe('you-button')
    expect(await page.locator('dialog[open]').count()).toBe(0)
  })

  it('tips, and reads what became of it', async () => {
    const account = await by('account-id').first().getAttribute('data-key')
    await stage.client.request('POST', '/desk/credits', { account, amount: '2000', evidence: 'for the test' })
    await expect.poll(() => by('wallet-balance').first().textContent(), { timeout: WAIT_MS }).toContain('20')
    await tabTo(page, 'tip-amount')
    await press('Control+a')
    await page.keyboard.type('0.07')
    await tabTo(page, 'tip-send')
    await press('Enter')
    await by('tip-receipt').first().waitFor()
    await expect.poll(async () => (await focused(page)).id).toBe('tip-send')
    await shoot(page, '50-keyboard-tip')
  })

  it('goes to another place and begins there', async () => {
    await tabTo(page, 'nav-polls', { max: 200 })
    await press('Enter')
    await by('poll').first().waitFor()
    await expect.poll(async () => (await focused(page)).tag).toBe('main')
    await tabTo(page, 'poll-option')
    await press('Enter')
    await expect.poll(attribute('poll-option', 'aria-pressed')).toBe('true')
    expect((await focused(page)).id).toBe('poll-option')
    await shoot(page, '51-keyboard-vote')
  })

  it('searches, and follows what it found', async () => {
    await tabTo(page, 'nav-search', { back: true, max: 60 })
    await press('Enter')
    await by('search-input').waitFor()
    await expect.poll(async () => (await focused(page)).id).toBe('search-input')
    await page.keyboard.type('lantern')
    await by('release-card').first().waitFor()
    await tabTo(page, ({ tag, name }) => tag === 'a' && name.includes('Lanterns'))
    await press('Enter')
    await by('release-title').waitFor()
    await expect.poll(async () => (await focused(page)).tag).toBe('main')
    await page.goBack()
    await by('search-input').waitFor()
    expect((await focused(page)).tag).not.toBe('body')
  })

  it('reaches everything on every place, sees where it is, and comes around', { timeout: 120_000 }, async () => {
    const lost: string[] = []
    for (const path of [
      '/',
      `/release/${release}`,
      '/chat',
      '/polls',
      '/receipts',
      '/studio',
      '/desk',
      '/you',
      '/search',
    ]) {
      await page.goto(home + path, { waitUntil: 'networkidle' })
      await page.locator('h1').first().waitFor()
      const stops = new Set<string>()
      for (let n = 0; n < 150; n++) {
        await press('Tab')
        const stop = await focused(page)
        // A page that was just opened may begin with the window's own controls.
        if (stop.tag === 'body' && stops.size === 0 && n < 3) continue
        if (stop.tag === 'body') break
        if (!stop.shown) lost.push(`${path}: ${stop.tag} ${stop.id} "${stop.name}"`)
        stops.add(`${stop.tag} ${stop.id} ${stop.name}`)
      }
      if (stops.size < 8) lost.push(`${path}: only ${[...stops].join(', ')}`)
      if ((await focused(page)).tag !== 'body' && stops.size < 100) lost.push(`${path}: does not come around`)
    }
    expect(lost).toEqual([])
  })

  it('chooses the language', async () => {
    await page.goto(`${home}/`)
    await tabTo(page, 'you-button')
    await press('Enter')
    await tabTo(page, 'language')
    await press('ArrowDown')
    await expect.poll(() => page.evaluate(() => document.documentElement.dir), { timeout: WAIT_MS }).toBe('rtl')
    expect(await page.evaluate(() => (globalThis as { mouse?: string[] }).mouse)).toEqual([])
    expect(fan.complaints).toEqual([])
  })
})
