import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PersonHandle } from '#protocols/api/v1/people.ts'
import { chromiumPath, findings, launchChromium, shoot, visit } from '#test/support/browser.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.ogg')
const PHONE = { viewport: { width: 390, height: 844 } }
const WAIT_MS = 20_000
const PASSPHRASE = 'four words and a bird'

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('a fan who bears a handle, and moves', () => {
  let folder: string
  let home: StageProcess
  let away: StageProcess
  let browser: Browser
  let community: string
  let release: string

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const keyOf = async (page: Page) => (await by(page, 'you-id').getAttribute('data-key')) ?? ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-moving-'))
    ;[home, away, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage']),
      StageProcess.start(join(folder, 'away'), ['--name', 'River Stage']),
      launchChromium(),
    ])
    const upload = await home.client.upload('lena.ogg', await readFile(LENA))
    const splits = [{ party: 'ana', shares: 10_000 }]
    release = (await home.client.publish({ tracks: [{ upload }], title: 'Song for a Road', splits })).release ?? ''
    const stage = await home.client.stage()
    community = stage.community
    await away.client.request('POST', '/follows', { address: stage.addresses.find(one => one.includes('/tcp/')) })
    await eventually(async () => (await away.client.get<unknown[]>('/releases')).length > 0, 'the release arrives')
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.allSettled([home?.stop(), away?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  const claim = async (page: Page, handle: string) => {
    await by(page, 'handle-input').fill(handle)
    await by(page, 'handle-claim').click()
  }

  it('claims a handle that nobody else can bear, and is called by it', async () => {
    const one = await visit(browser, `${home.client.url}/you`)
    const two = await visit(browser, `${home.client.url}/you`, PHONE)
    for (const { page } of [one, two]) page.setDefaultTimeout(WAIT_MS)
    await claim(one.page, '@Lena')
    await by(one.page, 'handle-state').filter({ hasText: 'You are @lena here.' }).waitFor()
    await shoot(one.page, 'you-handle')
    await claim(two.page, 'l_ena')
    await by(two.page, 'toast').filter({ hasText: 'Somebody here is @l_ena already' }).waitFor()
    await shoot(two.page, 'you-handle-taken-phone')
    await one.page.goto(`${home.client.url}/chat`)
    await by(one.page, 'chat-input').fill('hello')
    await by(one.page, 'chat-send').click()
    await two.page.goto(`${home.client.url}/chat`)
    await two.page.getByText('@lena').first().waitFor()
    // The other stage heard the claim and the grant, and knows who is meant.
    const bearer = () => away.client.get<PersonHandle>(`/handles/${community}/lena`).catch(() => null)
    await eventually(async () => (await bearer())?.handle === 'lena', 'the handle is known elsewhere')
    await one.page.goto(`${home.client.url}/you`)
    await by(one.page, 'handle-leave').click()
    await by(one.page, 'handle-state').filter({ hasText: 'Others can then call you' }).waitFor()
    await two.page.goto(`${home.client.url}/you`)
    await claim(two.page, 'lena')
    await by(two.page, 'handle-state').filter({ hasText: 'You are @lena here.' }).waitFor()
    expect([...one.complaints, ...two.complaints].filter(line => !line.includes('409'))).toEqual([])
    await one.context.close()
    await two.context.close()
  })

  it('opens the file at another stage: the same key, follows, and receipts that prove themselves', async () => {
    const here = await visit(browser, `${home.client.url}/you`)
    here.page.setDefaultTimeout(WAIT_MS)
    await by(here.page, 'you-name').fill('Lena')
    await by(here.page, 'you-name').blur()
    await claim(here.page, 'lena_r')
    await by(here.page, 'handle-state').filter({ hasText: 'You are @lena_r here.' }).waitFor()
    const key = await keyOf(here.page)
    await home.client.request('POST', '/desk/credits', { account: key, amount: '1000', evidence: 'at the door' })
    await here.page.goto(`${home.client.url}/release/${release}`)
    await by(here.page, 'tip-amount').fill('0.07')
    await by(here.page, 'tip-send').click()
    await by(here.page, 'tip-receipt').first().waitFor()
    await here.page.locator('[data-testid="step-final"][data-done="true"]').first().waitFor()
    await here.page.goto(`${home.client.url}/community/${community}`)
    await by(here.page, 'follow').click()
    await by(here.page, 'follow').filter({ hasText: 'Following' }).waitFor()
    await here.page.goto(`${home.client.url}/you`)
    await by(here.page, 'move-passphrase').fill(PASSPHRASE)
    const saving = here.page.waitForEvent('download')
    await by(here.page, 'move-save').click()
    const file = join(folder, 'lena.move')
    await (await saving).saveAs(file)
    await shoot(here.page, 'you-moving')

    const there = await visit(browser, `${away.client.url}/you`, { ...PHONE, colorScheme: 'dark' })
    const { page } = there
    page.setDefaultTimeout(WAIT_MS)
    const before = await keyOf(page)
    expect(before).not.toBe(key)
    await by(page, 'move-fold').locator('summary').click()
    const open = async (path: string, passphrase: string) => {
      await by(page, 'move-file').setInputFiles(path)
      await by(page, 'move-unlock').fill(passphrase)
      await by(page, 'move-open').click()
    }
    const bytes = await readFile(file)
    await writeFile(join(folder, 'cut.move'), bytes.subarray(0, -1))
    await writeFile(join(folder, 'changed.move'), Buffer.from(bytes).fill(7, bytes.length - 40, bytes.length - 39))
    await open(file, 'another passphrase')
    await by(page, 'move-problem').filter({ hasText: 'does not open the file' }).waitFor()
    await open(LENA, PASSPHRASE)
    await by(page, 'move-problem').filter({ hasText: 'That is another file' }).waitFor()
    await open(join(folder, 'cut.move'), PASSPHRASE)
    await by(page, 'move-problem').filter({ hasText: 'a part of it is missing' }).waitFor()
    await open(join(folder, 'changed.move'), PASSPHRASE)
    await by(page, 'move-problem').filter({ hasText: 'or the file was changed' }).waitFor()
    expect(await keyOf(page)).toBe(before)
    expect(await page.evaluate(() => localStorage.getItem('bandstand-promises'))).toBeNull()

    await open(file, PASSPHRASE)
    await by(page, 'move-inside').filter({ hasText: '@lena_r' }).waitFor()
    await by(page, 'move-inside').scrollIntoViewIfNeeded()
    await shoot(page, 'you-moving-inside-phone')
    expect(await findings(page)).toEqual([])
    const reloaded = page.waitForEvent('load')
    await by(page, 'move-take').click()
    await reloaded
    await expect.poll(() => keyOf(page), { timeout: WAIT_MS }).toBe(key)
    await by(page, 'toast').filter({ hasText: 'you follow 1 community here' }).waitFor()
    expect(await by(page, 'you-name').inputValue()).toBe('Lena')
    await page.goto(`${away.client.url}/community/${community}`)
    await by(page, 'follow').filter({ hasText: 'Following' }).waitFor()
    await page.goto(away.client.url)
    // The first page begins with what this device knew before: at the latest the visit after this one has them.
    await expect
      .poll(async () => {
        await page.reload()
        await by(page, 'release-card').first().waitFor()
        return by(page, 'from-yours').count()
      })
      .toBe(1)
    await shoot(page, 'feed-yours-phone')
    await page.goto(`${away.client.url}/receipts`)
    const brought = by(page, 'brought-receipt')
    await brought.filter({ hasText: '0.07' }).waitFor()
    expect(await brought.getAttribute('data-good')).toBe('true')
    await brought.scrollIntoViewIfNeeded()
    await shoot(page, 'receipts-brought-phone')
    expect([...here.complaints, ...there.complaints]).toEqual([])
    await here.context.close()
    await there.context.close()
  })
})
