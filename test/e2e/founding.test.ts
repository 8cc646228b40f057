import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventInfo } from '#protocols/api/v1/schemas.ts'
import type { StageSettings } from '#protocols/api/v1/settings.ts'
import { chromiumPath, findings, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const

describe.skipIf(chromiumPath === null)('a stage is founded', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let operator: Visit
  let fan: Visit
  let invite = ''

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const step = (page: Page, name: string) => page.locator(`[data-testid="first-run"][data-step="${name}"]`).waitFor()
  const settings = () => stage.client.get<StageSettings>('/settings')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-founding-'))
    ;[stage, browser] = await Promise.all([StageProcess.start(join(folder, 'home')), launchChromium()])
    operator = await visit(browser, stage.client.url, { ...PHONE, locale: 'en', timezoneId: 'Asia/Tokyo' })
    fan = await visit(browser, `${stage.client.url}/join`, { locale: 'en' })
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  it('one question at a time, with a way back, and nothing typed is lost by a reload', async () => {
    const { page } = operator
    await by(page, 'first-run-name').fill('Harbour Street')
    await by(page, 'first-run-about').fill('Brass on Fridays')
    await page.reload()
    expect(await by(page, 'first-run-name').inputValue()).toBe('Harbour Street')
    await shoot(page, 'founding-1-name-phone-dark')
    await by(page, 'first-run-submit').click()
    await step(page, 'place')
    // The device's own, until something else is chosen.
    expect(await by(page, 'setup-zone').inputValue()).toBe('Asia/Tokyo')
    await by(page, 'setup-place').fill('Old Harbour, shed 4')
    await by(page, 'setup-zone').selectOption('Europe/Lisbon')
    await shoot(page, 'founding-2-place-phone-dark')
    await page.reload()
    await step(page, 'place')
    expect(await by(page, 'setup-place').inputValue()).toBe('Old Harbour, shed 4')
    await by(page, 'first-run-next').click()
    await step(page, 'language')
    await by(page, 'first-run-back').click()
    await step(page, 'place')
    expect(await by(page, 'setup-zone').inputValue()).toBe('Europe/Lisbon')
    await by(page, 'first-run-next').click()
    await by(page, 'first-run-skip').click()
    await step(page, 'currency')
    expect(await settings()).toMatchObject({
      place: 'Old Harbour, shed 4',
      timeZone: 'Europe/Lisbon',
      language: null,
      step: 3,
    })
  })

  it('money is named before it is counted, who may join and what the disk gives are chosen, and the first invite is made', async () => {
    const { page } = operator
    await by(page, 'setup-currency').fill('jpy')
    expect(await by(page, 'setup-decimals').inputValue()).toBe('0')
    await by(page, 'setup-currency').fill('eur')
    await shoot(page, 'founding-3-currency-phone-dark')
    await by(page, 'first-run-next').click()
    await step(page, 'joining')
    await by(page, 'setup-joining-invited').check()
    await shoot(page, 'founding-4-joining-phone-dark')
    await by(page, 'first-run-next').click()
    await step(page, 'cap')
    await by(page, 'setup-cap').fill('a lot')
    await by(page, 'first-run-next').click()
    await by(page, 'first-run-problem').filter({ hasText: 'number of gigabytes' }).waitFor()
    await by(page, 'setup-cap').fill('6')
    await page.getByText('Room for about 10 hours of music').waitFor()
    await shoot(page, 'founding-5-cap-phone-dark')
    await by(page, 'first-run-next').click()
    await step(page, 'invite')
    await by(page, 'invite-label').fill('The choir')
    await by(page, 'invite-make').click()
    invite = (await by(page, 'invite-link').textContent()) ?? ''
    expect(invite).toMatch(/\/join#[A-Za-z0-9_-]{22}$/)
    await page.locator('bs-qr svg').waitFor()
    await shoot(page, 'founding-6-invite-phone-dark')
    expect(await findings(page)).toEqual([])
    await by(page, 'first-run-done').click()
    await by(page, 'publish-first').first().waitFor()
    expect(await settings()).toMatchObject({
      currency: { code: 'EUR', scale: 2, fixed: null },
      joining: 'invited',
      cacheCap: { bytes: 6e9 },
      step: null,
    })
    expect(await stage.client.stage()).toMatchObject({
      name: 'Harbour Street',
      about: 'Brass on Fridays',
      settingUp: null,
    })
  })

  it('whoever has no invite is told so, and speaks once it has used one', async () => {
    const { page } = fan
    const say = async (text: string) => {
      await page.goto(`${stage.client.url}/chat`)
      await by(page, 'chat-input').fill(text)
      await by(page, 'chat-send').click()
    }
    await page.goto(`${stage.client.url}/chat`)
    await page.getByPlaceholder('Speaking here takes an invite').waitFor()
    expect(await by(page, 'chat-input').isDisabled()).toBe(true)
    await page.goto('about:blank')
    await page.goto(invite)
    await by(page, 'join-submit').waitFor()
    await shoot(page, 'founding-7-join')
    expect(await findings(page)).toEqual([])
    await by(page, 'join-submit').click()
    await by(page, 'joined').waitFor()
    expect(page.url()).not.toContain('#')
    await say('hello!')
    await by(page, 'chat-message').filter({ hasText: 'hello!' }).waitFor()
    await page.evaluate(() => indexedDB.deleteDatabase('bandstand'))
    await page.goto('about:blank')
    await page.goto(invite)
    await by(page, 'join-submit').click()
    await by(page, 'join-refused').filter({ hasText: 'as often as it may be' }).waitFor()
    const refusals = fan.complaints.filter(line => !/status of 40[39]/.test(line))
    expect(refusals).toEqual([])
  })

  it('the desk says how the stage is, first what needs somebody, and everything decided before can be changed', async () => {
    const { page } = operator
    await page.goto(`${stage.client.url}/desk`)
    await by(page, 'health').waitFor()
    expect(await by(page, 'health').getAttribute('data-urgency')).toBe('none')
    const open = (name: string) => by(page, `section-${name}`).evaluate(node => (node as HTMLDetailsElement).open)
    // On a phone: closed, but where something is to be done first.
    expect([await open('money'), await open('storage'), await open('peers')]).toEqual([false, false, true])
    await shoot(page, 'founding-9-desk-phone-dark')
    await by(page, 'section-stage').locator('summary').first().click()
    await by(page, 'setup-place').fill('New Harbour')
    await by(page, 'question-place').getByTestId('question-save').click()
    await expect.poll(async () => (await settings()).place).toBe('New Harbour')
    await by(page, 'section-storage').locator('summary').first().click()
    const number = by(page, 'storage').locator('dd details').first()
    await number.locator('summary').click()
    await number.getByText('Added up from the index of blocks').waitFor()
    await shoot(page, 'founding-10-desk-storage-phone-dark')
    expect(await findings(page)).toEqual([])
    await by(page, 'section-money').locator('summary').first().click()
    // A term near the end of its line.
    await page.getByText('This credit', { exact: true }).click()
    await page.getByText('is counted here and nowhere else').waitFor()
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await by(page, 'section-moderation').locator('summary').first().click()
    await page.locator('[data-testid="slow-0"][aria-pressed="true"]').waitFor()
    await by(page, 'slow-30').click()
    await page.locator('[data-testid="slow-30"][aria-pressed="true"]').waitFor()
    await by(page, 'slow-0').click()
    await page.locator('[data-testid="slow-0"][aria-pressed="true"]').waitFor()
    const wide = await visit(browser, `${stage.client.url}/desk`, { locale: 'en' })
    await by(wide.page, 'invite').waitFor()
    expect(await by(wide.page, 'section-money').evaluate(node => (node as HTMLDetailsElement).open)).toBe(true)
    await shoot(wide.page, 'founding-11-desk')
    await wide.page.screenshot({ path: 'artifacts/screenshots/founding-12-desk-whole.png', fullPage: true })
    expect(await findings(wide.page)).toEqual([])
    expect([...operator.complaints, ...wide.complaints]).toEqual([])
    await wide.context.close()
  })

  it('an event begins by the clock of the place, and readers elsewhere see both clocks', async () => {
    const { page, context } = await visit(browser, `${stage.client.url}/desk`, {
      locale: 'en',
      timezoneId: 'Asia/Tokyo',
    })
    await by(page, 'event-title').fill('Brass on Friday')
    await by(page, 'event-starts').fill('2035-07-01T20:00')
    await by(page, 'event-ends').fill('2035-07-02T01:00')
    await by(page, 'event-programme').fill('20:30 Doors\n0:15 The last tram')
    await by(page, 'event-submit').click()
    const [event] = await eventually(async () => {
      const all = await stage.client.get<EventInfo[]>('/happenings')
      return all.length > 0 && all
    }, 'the event is announced')
    // Lisbon is an hour ahead of UTC in summer.
    expect(event).toMatchObject({
      startsAt: Date.UTC(2035, 6, 1, 19),
      programme: [{ at: Date.UTC(2035, 6, 1, 19, 30) }, { at: Date.UTC(2035, 6, 1, 23, 15) }],
    })
    await page.goto(`${stage.client.url}/event/${event?.id}`)
    await by(page, 'event-place').filter({ hasText: 'New Harbour: Sun' }).waitFor()
    await shoot(page, 'founding-13-event')
    await context.close()
  })

  it('the stage greets visitors in its language until they choose their own', async () => {
    await stage.client.request('PUT', '/settings', { language: 'ur' })
    const { page, context } = await visit(browser, stage.client.url, { locale: 'en' })
    await page.locator('html[lang="ur"][dir="rtl"]').waitFor()
    await shoot(page, 'founding-8-urdu')
    await page.evaluate(() => localStorage.setItem('bandstand-language', 'en'))
    await page.reload()
    await page.locator('html[lang="en"]').waitFor()
    await stage.client.request('PUT', '/settings', { language: null })
    await context.close()
  })
})
