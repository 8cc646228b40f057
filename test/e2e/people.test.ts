import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leadingZeros, workMessage } from '#src/engagement/work.ts'
import { chromiumPath, launchChromium, type Visit, visit } from '#test/support/browser.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { accepted } from '#test/support/world.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena')
const WAIT_MS = 20_000

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

/** Asks the page's next event for work before it reaches the stage; answers whether the work that came was right. */
function askForWork(page: Page, bits: number): Promise<boolean> {
  return new Promise(resolve => {
    void page.route('**/api/v1/events', async route => {
      const { envelope, work } = route.request().postDataJSON() as { envelope: string; work?: number }
      if (work === undefined) {
        const message = 'The room is flooded.'
        return route.fulfill({ status: 429, json: { code: 'work-needed', message, bits } })
      }
      const { id } = accepted(Buffer.from(envelope, 'base64'))
      resolve(leadingZeros(sha256(workMessage(id, work))) >= bits)
      return route.continue()
    })
  })
}

describe.skipIf(chromiumPath === null)('people who do not do what was expected', () => {
  let folder: string
  let home: StageProcess
  let away: StageProcess
  let browser: Browser
  let creator: Visit
  let fan: Visit
  let release: string
  let community: string

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-people-'))
    ;[home, away, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage']),
      StageProcess.start(join(folder, 'away'), ['--name', 'River Stage']),
      launchChromium(),
    ])
    await writeFile(join(folder, 'words.mp3'), 'no sound at all')
    await writeFile(join(folder, 'front.png'), 'no picture at all')
    const upload = await home.client.upload('lena.ogg', await readFile(join(LENA, 'lena.ogg')))
    const splits = ['ana', 'ben'].map(party => ({ party, shares: 5000 }))
    release = (await home.client.publish({ tracks: [{ upload }], title: 'Song for Two', splits })).release ?? ''
    const stage = await home.client.stage()
    community = stage.community
    await away.client.request('POST', '/follows', { address: stage.addresses[0] })
    creator = await visit(browser, `${home.client.url}/studio`)
    fan = await visit(browser, `${away.client.url}/release/${release}`)
    for (const { page } of [creator, fan]) page.setDefaultTimeout(WAIT_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.allSettled([home?.stop(), away?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  it('a creator whose file is refused is told which and why, and has typed nothing in vain', async () => {
    const { page } = creator
    await by(page, 'upload-input').setInputFiles([join(folder, 'front.png')])
    await by(page, 'toast').filter({ hasText: 'front.png is no picture' }).waitFor()
    await by(page, 'upload-input').setInputFiles([join(folder, 'words.mp3'), join(LENA, 'lena.flac')])
    await by(page, 'upload-done').nth(1).waitFor()
    await by(page, 'release-title-input').fill('Kept')
    await by(page, 'publish-button').click()
    const job = by(page, 'job')
    await job.filter({ hasText: '“words.mp3” is not audio or video' }).waitFor()
    expect(await by(page, 'release-title-input').inputValue()).toBe('Kept')
    await page
      .getByRole('button', { name: /remove/i })
      .first()
      .click()
    await by(page, 'publish-button').click()
    await by(page, 'job-release').waitFor({ timeout: 60_000 })
    expect((await home.client.get<{ title: string }[]>('/releases')).map(one => one.title)).toContain('Kept')
    expect(await by(page, 'upload-done').count()).toBe(0)
  })

  it('a fan keeps key and name over a reload, and what they paste is said without its control characters', async () => {
    const { page } = fan
    await by(page, 'chat-input').fill('tab\there, \u0007bell, \u202Ereversed')
    await by(page, 'chat-send').click()
    await by(page, 'chat-message').filter({ hasText: 'tab here, bell, reversed' }).waitFor()
    const authors = async () =>
      new Set((await home.client.messages(community, release)).map(({ author }) => author)).size
    await expect.poll(authors, { timeout: WAIT_MS }).toBe(1)
    await page.reload()
    await by(page, 'chat-input').fill('and again')
    await by(page, 'chat-send').click()
    await expect.poll(async () => (await home.client.messages(community, release)).length).toBe(2)
    expect(await authors()).toBe(1)
  })

  it('a tip to a community without a line is explained before it is paid, and one above the balance refused in a sentence', async () => {
    await fan.page.getByText('Ask your community’s desk for credit').first().waitFor()
    expect(await by(fan.page, 'tip-send').count()).toBe(0)
    expect(await by(fan.page, 'cross-quote').isDisabled()).toBe(true)
    const { page } = creator
    await page.goto(`${home.client.url}/release/${release}`)
    await by(page, 'tip-amount').fill('50')
    await by(page, 'tip-send').click()
    await by(page, 'toast')
      .filter({ hasText: /This account holds (?:no TEST|less than that)/ })
      .waitFor()
  })

  it('a poll closes on the page when its time is up', async () => {
    const { page } = fan
    await page.goto(`${away.client.url}/polls`)
    const body = { room: 'main', question: 'Encore?', options: ['Yes', 'No'], closesAt: Date.now() + 6_000 }
    await home.client.request('POST', '/community-events', { type: 'engagement/poll', body })
    await by(page, 'poll-option').first().click()
    await by(page, 'poll').filter({ hasText: '1 vote · closes' }).waitFor()
    await by(page, 'poll').filter({ hasText: '1 vote · closed' }).waitFor()
    expect(await by(page, 'poll-option').first().isDisabled()).toBe(true)
  })

  it('who is named votes and finds that vote in a count of their own device; at an event people see how many are there', async () => {
    const [there, here] = [fan.page, creator.page]
    await there.goto(`${away.client.url}/polls`)
    await here.goto(`${home.client.url}/polls`)
    const [said] = await home.client.messages(community, release)
    await by(here, 'poll-new').click()
    await by(here, 'poll-question').fill('Who books the hall?')
    for (const [n, answer] of ['Ana', 'Ben'].entries()) await by(here, 'poll-answer').nth(n).fill(answer)
    await by(here, 'poll-named').check()
    await by(here, 'poll-voters').fill(said?.author ?? '')
    await by(here, 'poll-submit').click()
    const named = (page: Page) => by(page, 'poll').filter({ hasText: 'Who books the hall?' })
    await named(there).getByTestId('poll-option').nth(1).click()
    await by(there, 'ballot-mine').waitFor()
    await by(here, 'poll-votes').filter({ hasText: '1' }).first().waitFor()
    expect(await named(here).getByTestId('poll-option').first().isDisabled()).toBe(true)
    await by(here, 'ballot-voters').click()
    await by(here, 'ballot-recounted').waitFor()
    await here.goto(`${home.client.url}/desk`)
    await by(here, 'event-title').fill('Evening in the park')
    const tomorrow = (hours: number) =>
      new Date(Date.now() + (24 + hours) * 3_600_000).toLocaleString('sv').slice(0, 16)
    await by(here, 'event-starts').fill(tomorrow(0).replace(' ', 'T'))
    await by(here, 'event-ends').fill(tomorrow(2).replace(' ', 'T'))
    await by(here, 'event-programme').fill(`${tomorrow(1).slice(11)} Doors`)
    await by(here, 'event-submit').click()
    await by(here, 'desk-event').getByRole('link').click()
    await by(here, 'event-countdown').waitFor()
    await there.goto(`${away.client.url}/`)
    await by(there, 'next-events').getByRole('link').click()
    await by(there, 'event-audience').filter({ hasText: '1 person here' }).waitFor()
    await by(there, 'chat-input').fill('see you there')
    await by(there, 'chat-send').click()
    await by(here, 'chat-message').filter({ hasText: 'see you there' }).waitFor()
    await here.goto(`${home.client.url}/desk`)
    await by(here, 'event-cancel').click()
    await there.getByText('Cancelled').waitFor()
  })

  it('whoever is banned reads why at another stage, appeals, and speaks again when the community agrees, with work if the room asks for it', async () => {
    const [there, here] = [fan.page, creator.page]
    const before = [fan.complaints.length, creator.complaints.length]
    await there.goto(`${away.client.url}/release/${release}`)
    await here.goto(`${home.client.url}/release/${release}`)
    await by(there, 'chat-input').fill('buy my remix')
    await by(there, 'chat-send').click()
    const remark = by(here, 'chat-message').filter({ hasText: 'buy my remix' })
    await remark.hover()
    await remark.getByTestId('chat-ban').click()
    await remark.getByTestId('chat-reason').fill('advertising')
    await remark.getByTestId('chat-act').click()
    await remark.waitFor({ state: 'detached' })
    const notice = by(there, 'chat-barred').filter({ hasText: 'The reason: advertising' })
    await notice.waitFor()
    expect(await by(there, 'chat-message').count()).toBe(0)
    const input = by(there, 'chat-input')
    const silenced = async () => (await input.isDisabled()) && (await input.getAttribute('placeholder'))
    await expect.poll(silenced).toBe('You are banned here.')
    await there.reload()
    await notice.waitFor()
    expect(await silenced()).toBe('You are banned here.')
    await notice.getByTestId('chat-appeal').fill('I did not know, sorry.')
    await notice.getByTestId('chat-appeal-send').click()
    await here.goto(`${home.client.url}/desk`)
    const appeal = by(here, 'appeal').filter({ hasText: 'I did not know, sorry.' })
    await appeal.getByTestId('appeal-uphold').click()
    await notice.waitFor({ state: 'detached' })
    const paid = askForWork(there, 12)
    await by(there, 'chat-input').fill('thank you')
    await by(there, 'chat-send').click()
    await by(there, 'chat-message').filter({ hasText: 'thank you' }).waitFor()
    expect(await paid).toBe(true)
    const since = [...fan.complaints.slice(before[0]), ...creator.complaints.slice(before[1])]
    expect(since.filter(line => line.startsWith('thrown'))).toEqual([])
  })
})
