import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signed, testAuthor } from '#test/support/author.ts'
import { chromiumPath, findings, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const WAIT_MS = 20_000
const EVENT = 'ef'.repeat(16)
const ana = testAuthor(41)
const ben = testAuthor(42)

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('a chat that holds', () => {
  let folder: string
  let home: StageProcess
  let away: StageProcess
  let browser: Browser
  /** At the community's own stage: its operator. */
  let host: Visit
  /** At another stage. */
  let guest: Visit
  let community: string
  let release: string

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const lines = (page: Page) =>
    by(page, 'chat-message').evaluateAll(all => all.map(one => one.querySelector('p')?.textContent ?? ''))
  const say = (page: Page, text: string) =>
    by(page, 'chat-input')
      .fill(text)
      .then(() => by(page, 'chat-send').click())
  const heard = (page: Page, text: string) => by(page, 'chat-message').filter({ hasText: text }).waitFor()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-chat-'))
    ;[home, away, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage']),
      StageProcess.start(join(folder, 'away'), ['--name', 'River Stage']),
      launchChromium(),
    ])
    const stage = await home.client.stage()
    community = stage.community
    const upload = await home.client.upload('lena.ogg', await readFile(clip('lena.ogg')))
    release = (await home.client.publish({ tracks: [{ upload }], title: 'That evening' })).release ?? ''
    await away.client.request('POST', '/follows', { address: stage.addresses[0] })
    for (let n = 0; n < 80; n++) await home.client.chat(testAuthor(50 + (n % 8)), community, `earlier ${n}`)
    await eventually(async () => (await away.client.messages(community)).length === 80, 'the other stage has it all')
    host = await visit(browser, `${home.client.url}/chat`)
    guest = await visit(browser, `${away.client.url}/chat/${community}`, { ...PHONE, colorScheme: 'dark' })
    for (const { page } of [host, guest]) page.setDefaultTimeout(WAIT_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.allSettled([home?.stop(), away?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  it('keeps the place of whoever reads back, says what came meanwhile, and goes there at a tap', async () => {
    const { page } = host
    await heard(page, 'earlier 79')
    await by(page, 'chat-older').click()
    await heard(page, 'earlier 0')
    expect(await lines(page)).toEqual(Array.from({ length: 80 }, (_, n) => `earlier ${n}`))
    await page.getByRole('log').evaluate(log => {
      log.scrollTop = 0
    })
    await by(page, 'chat-jump').waitFor()
    await home.client.chat(ben, community, 'while you were reading')
    await by(page, 'chat-jump').filter({ hasText: '1 new message' }).click()
    await by(page, 'chat-jump').waitFor({ state: 'detached' })
    await by(page, 'chat-new').waitFor()
    await shoot(page, '60-chat-new')
  })

  it('completes the names of those who are here, by keyboard alone, and shows them who was called', async () => {
    const { page } = guest
    await say(page, 'hello from the river')
    await by(page, 'chat-input').pressSequentially('thank you @fa')
    await by(page, 'chat-offer').first().waitFor()
    await shoot(page, '61-chat-mention')
    expect(await findings(page)).toEqual([])
    await by(page, 'chat-input').press('Enter')
    expect(await by(page, 'chat-input').inputValue()).toBe('thank you @Fan ')
    await by(page, 'chat-input').pressSequentially('for @')
    await by(page, 'chat-input').press('Escape')
    expect(await by(page, 'chat-offer').count()).toBe(0)
    await by(page, 'chat-input').fill('thank you @Fan')
    await by(page, 'chat-input').press('Enter')
    await heard(host.page, 'thank you @Fan')
  })

  it('gives a moderator at another stage the queue, who decides from there for everybody', async () => {
    const [{ page }, here] = [guest, host.page]
    const said = (await home.client.messages(community)).find(one => one.text === 'hello from the river')
    const rude = await home.client.chat(ana, community, 'buy my remix')
    expect(await by(page, 'chat-queue').count()).toBe(0)
    await home.client.request('POST', '/community-events', {
      type: 'engagement/role',
      body: { key: said?.author, role: 'moderator' },
    })
    const target = Buffer.from(rude.id, 'hex')
    await home.client.say(ben, community, 'engagement/report', { target, reason: 'advertising' })
    await by(page, 'chat-queue').filter({ hasText: '1 report waits' }).locator('summary').click()
    const report = by(page, 'report').filter({ hasText: 'buy my remix' })
    await report.getByRole('textbox').fill('not here, please')
    await shoot(page, '62-chat-queue')
    expect(await findings(page)).toEqual([])
    await report.getByTestId('report-hide').click()
    await by(page, 'decision').filter({ hasText: 'not here, please' }).waitFor()
    await by(here, 'chat-message').filter({ hasText: 'buy my remix' }).waitFor({ state: 'detached' })
    await by(page, 'decision-undo').first().click()
    await heard(here, 'buy my remix')
    const again = by(page, 'chat-message').filter({ hasText: 'buy my remix' })
    await again.getByTestId('chat-hide').waitFor({ state: 'hidden' })
    await by(page, 'chat-queue').locator('summary').click()
    await again.getByTestId('chat-more').tap()
    await again.getByTestId('chat-hide').tap()
    await shoot(page, '66-chat-acts')
    await again.getByTestId('chat-act').tap()
    await by(here, 'chat-message').filter({ hasText: 'buy my remix' }).waitFor({ state: 'detached' })
  })

  it('shows an operator whom the bans of another community would concern before they are honoured', async () => {
    const own = (await away.client.stage()).community
    await away.client.chat(ben, own, 'hello river')
    const key = asText(ben.publicKey, 'hex')
    const decide = (action: string) =>
      home.client.request('POST', '/community-events', {
        type: 'engagement/decision',
        body: { action, target: key, until: 0, reason: 'advertising' },
      })
    await decide('ban')
    const { page, context } = await visit(browser, `${away.client.url}/desk`)
    const row = by(page, 'block-list-row').filter({ hasText: 'Park Stage' }).filter({ hasText: '1 ban' })
    await row.getByTestId('block-list-look').click()
    await by(page, 'block-list-preview').filter({ hasText: '1 person on it spoke here' }).waitFor()
    await by(page, 'block-list-preview').scrollIntoViewIfNeeded()
    await shoot(page, '65-desk-block-list')
    await row.getByTestId('block-list').click()
    await expect
      .poll(() => away.client.get<{ lists: string[] }>(`/standing/${own}/${key}`).then(({ lists }) => lists))
      .toEqual(['Park Stage'])
    await context.close()
    await decide('unban')
  })

  it('misses and loses nothing when its stage is restarted in the middle, and two readers see one order', async () => {
    const port = new URL(away.client.url).port
    await away.stop()
    for (let n = 0; n < 5; n++) await home.client.chat(n % 2 === 0 ? ana : ben, community, `meanwhile ${n}`)
    await say(guest.page, 'said while it was away')
    await by(guest.page, 'chat-waits').filter({ hasText: 'said while it was away' }).waitFor()
    away = await StageProcess.start(away.data, ['--port', port])
    await heard(host.page, 'said while it was away')
    await by(guest.page, 'chat-waits').waitFor({ state: 'detached' })
    await home.client.chat(ana, community, 'after the interval')
    for (const { page } of [host, guest]) await heard(page, 'after the interval')
    await heard(guest.page, 'meanwhile 4')
    const stage = (await home.client.messages(community)).map(({ text }) => text)
    const [there, here] = [await lines(guest.page), await lines(host.page)]
    const meanwhile = Array.from({ length: 5 }, (_, n) => `meanwhile ${n}`)
    expect(there.slice(-7)).toEqual([...meanwhile, 'said while it was away', 'after the interval'])
    expect(there).toEqual(stage.slice(-there.length))
    expect(here).toEqual(stage.slice(-here.length))
  })

  it('replays what was said in step with the recording, onwards and back, and shows a comment at its moment', async () => {
    const startsAt = Date.now() - 120_000
    const type = 'engagement/chat'
    for (const [n, [second, text]] of (
      [
        [1, 'first note'],
        [6, 'that bridge'],
        [11, 'encore'],
      ] as const
    ).entries()) {
      const draft = { type, community: Buffer.from(community, 'hex'), seq: 10_000 + n, at: startsAt + second * 1_000 }
      const bytes = signed(ana, { ...draft, body: { room: EVENT, name: 'Ana', text } })
      await home.client.request('POST', '/events', { envelope: asText(bytes, 'base64pad') })
    }
    const body = {
      id: EVENT,
      title: 'That evening',
      startsAt,
      endsAt: startsAt + 60_000,
      programme: [],
      release,
      cancelled: false,
    }
    await home.client.request('POST', '/community-events', { type: 'engagement/event', body })
    const { page } = host
    await page.goto(`${home.client.url}/event/${EVENT}`)
    await by(page, 'event-play').click()
    const replay = by(page, 'replay')
    await replay.filter({ hasText: 'first note' }).waitFor()
    const seek = (share: number) =>
      by(page, 'player')
        .locator('input[type="range"]')
        .first()
        .evaluate((input: HTMLInputElement, at) => {
          input.value = String(Number(input.max) * at)
          input.dispatchEvent(new Event('input', { bubbles: true }))
        }, share)
    await by(page, 'player-toggle').click()
    await page.locator('[data-testid="player-toggle"][data-status="paused"]').waitFor()
    await seek(0.6)
    await replay.filter({ hasText: 'that bridge' }).waitFor()
    expect(await replay.textContent()).not.toContain('encore')
    await shoot(page, '63-chat-replay')
    await seek(0)
    await expect.poll(() => replay.textContent()).not.toContain('first note')
    await seek(0.97)
    await replay.filter({ hasText: 'encore' }).waitFor()
    const said = { release, track: 0, atMs: 3_000, name: 'Ben', text: 'here it comes' }
    await home.client.say(ben, community, 'engagement/comment', said)
    await page.getByRole('link', { name: 'About the recording' }).click()
    await by(page, 'comment').filter({ hasText: 'here it comes' }).waitFor()
    await seek(0.3)
    await by(page, 'moment').filter({ hasText: 'here it comes' }).waitFor()
    await shoot(page, '64-comment-moment')
    await seek(0.9)
    await expect.poll(() => by(page, 'moment').textContent()).not.toContain('here it comes')
    const complaints = [...host.complaints, ...guest.complaints]
    expect(complaints.filter(line => line.startsWith('thrown'))).toEqual([])
  })
})
