import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { chromiumPath, findings, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { type SlowLink, slowLink } from '#test/support/slow-link.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena')
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const WAIT_MS = 20_000
/** Slow enough to be stopped on the way, bytes a second. */
const SLOW = 60_000

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('a creator in the studio', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let creator: Visit
  let release: string
  let link: SlowLink

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const percents = (page: Page) =>
    by(page, 'split-percent').evaluateAll(fields => fields.map(field => Number((field as HTMLInputElement).value)))
  const lines = (page: Page) => by(page, 'what-if-line').allTextContents()
  const parties = async () =>
    (await stage.client.get<api.AgreementInfo[]>(`/agreements?release=${release}`))[0]?.parties ?? []
  const squeezed = (texts: readonly string[]) => texts.map(text => text.replace(/\s+/g, ' ').trim())

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-studio-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    creator = await visit(browser, `${stage.client.url}/studio`)
    creator.page.setDefaultTimeout(WAIT_MS)
  })
  afterAll(async () => {
    await browser?.close()
    await link?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('drops two files, and finds the form filled from their tags', async () => {
    const { page } = creator
    await by(page, 'upload-input').setInputFiles(['lena.flac', 'lena.mp3'].map(file => join(LENA, file)))
    await by(page, 'upload-done').nth(1).waitFor()
    await expect.poll(() => by(page, 'release-artist-input').inputValue()).toBe('Lena Stolze')
    expect(await by(page, 'release-title-input').inputValue()).toBe('Das schreckliche Mädchen')
    expect(await by(page, 'track-title').first().inputValue()).toBe('Oh lad le')
    const buffer = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#c8401c' } })
      .png()
      .toBuffer()
    await by(page, 'cover-input').setInputFiles({ name: 'front.png', mimeType: 'image/png', buffer })
    await by(page, 'cover-name').getByText('front.png').waitFor()
    await by(page, 'track-title').nth(1).fill('Oh lad le, again')
  })

  it('says who played what, once for every track, and adds the words of one', async () => {
    const { page } = creator
    await by(page, 'credits').first().click()
    await by(page, 'credit-add').first().click()
    await by(page, 'credit-name').nth(0).fill('Ana Example')
    await by(page, 'credit-add').first().click()
    await by(page, 'credit-name').nth(1).fill('Ben')
    await by(page, 'credit-role').nth(1).selectOption('')
    await by(page, 'credit-own-role').fill('hurdy-gurdy')
    await by(page, 'credits-copy').click()
    const captions = (text: string) => ({ name: 'words.vtt', mimeType: 'text/vtt', buffer: Buffer.from(text) })
    await by(page, 'captions-input')
      .first()
      .setInputFiles(captions('a'.repeat(64_001)))
    await page.getByText('words.vtt is too long').waitFor()
    const words = 'WEBVTT\n\n00:00.000 --> 00:02.000\nOh lad le\n'
    await by(page, 'captions-input').first().setInputFiles(captions(words))
    await by(page, 'captions-name').getByText('words.vtt').waitFor()
    await by(page, 'captions-language').selectOption('de')
  })

  it('shares by dragging and by keyboard, and sees beside it what a tip and plays would bring', async () => {
    const { page } = creator
    for (const name of ['Ana', 'Ben', 'Cem']) {
      const at = ['Ana', 'Ben', 'Cem'].indexOf(name)
      if (at > 0) await by(page, 'split-add').click()
      await by(page, 'split-party').nth(at).fill(name)
    }
    await page.getByText('Share equally').click()
    const slide = by(page, 'split-slide').first()
    await slide.scrollIntoViewIfNeeded()
    const box = (await slide.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + 8 + (box.width - 16) / 3, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 8 })
    await page.mouse.move(box.x + box.width / 2, y, { steps: 8 })
    await page.mouse.up()
    const [ana = 0, ben = 0, cem = 0] = await percents(page)
    expect(ana).toBeGreaterThan(45)
    expect(ana).toBeLessThan(55)
    // Half of what was taken from them, each: the way back gave it again.
    expect(Math.abs(ben - cem)).toBeLessThanOrEqual(1)
    expect(ana + ben + cem).toBe(100)
    await slide.focus()
    for (let at = ana; at !== 50; at += Math.sign(50 - at))
      await page.keyboard.press(at < 50 ? 'ArrowRight' : 'ArrowLeft')
    expect(await percents(page)).toEqual([50, 25, 25])
    await by(page, 'split-hold').nth(1).press('Enter')
    await by(page, 'split-slide').nth(0).press('ArrowRight')
    expect(await percents(page)).toEqual([51, 25, 24])
    await by(page, 'split-slide').nth(0).press('ArrowLeft')
    await by(page, 'what-if-amount').fill('20')
    await by(page, 'price-stream').fill('0.30')
    await expect.poll(async () => squeezed(await lines(page))[0]).toMatch(/^Ana 10\.00 [\d ]+\.\d\d$/)
    expect(await by(page, 'split-remaining').textContent()).toBe('100 %, complete')
    await by(page, 'price-stream').fill('')
    await shoot(page, '60-studio-split')
    expect(await findings(page)).toEqual([])
  })

  it('publishes, and the page of the release names who played', async () => {
    const { page } = creator
    await by(page, 'publish-button').click()
    const link = by(page, 'job-release')
    await link.waitFor({ timeout: 60_000 })
    release = ((await link.getAttribute('href')) ?? '').split('/').at(-1) ?? ''
    const detail = await stage.client.get<api.ReleaseDetail>(`/releases/${release}`)
    expect(detail.cover).not.toBeNull()
    expect(detail.splits.map(({ party, shares }) => [party, shares])).toEqual([
      ['Ana', 5_000],
      ['Ben', 2_500],
      ['Cem', 2_500],
    ])
    const names = [
      { name: 'Ana Example', role: 'vocals' },
      { name: 'Ben', role: 'hurdy-gurdy' },
    ]
    expect(detail.credits).toEqual([names, names])
    expect(detail.tracks.map(track => track.captions)).toEqual([['de'], []])
    await shoot(page, '61-published')
  })

  it('hands out a link by which a party reads, signs, and is seen to have signed', async () => {
    const { page } = creator
    const ana = by(page, 'sharing-party').filter({ hasText: 'Ana' })
    await ana.locator('[data-testid="sign-link"]').click()
    const address = by(page, 'sign-address')
    await address.waitFor()
    const link = await address.inputValue()
    expect(new URL(link).search).toBe('')
    expect(new URL(link).hash).toMatch(/^#sign=ana\.[0-9a-f]{32}$/)
    const party = await visit(browser, link, { ...PHONE, colorScheme: 'dark' })
    party.page.setDefaultTimeout(WAIT_MS)
    await by(party.page, 'sign-asked').waitFor()
    await shoot(party.page, '62-sign-phone-dark')
    expect(await findings(party.page)).toEqual([])
    await by(party.page, 'sign-as').click()
    await by(party.page, 'signed-off').waitFor()
    expect(new URL(party.page.url()).hash).toBe('')
    await shoot(party.page, '63-signed-phone-dark')
    await page.waitForSelector('[data-testid="sharing-party"][data-standing="active"]')
    expect((await parties()).map(({ standing }) => standing)).toEqual(['active', 'unsigned', 'unsigned'])
    // The same link again, by somebody else.
    const late = await visit(browser, link)
    await by(late.page, 'sign-used').waitFor()
    expect([...party.complaints, ...late.complaints]).toEqual([])
    await Promise.all([party.context.close(), late.context.close()])
  })

  it('sees a tip arrive, live', async () => {
    const { page } = creator
    const fan = testAuthor(7)
    const { community } = await stage.client.stage()
    const account = asText(fan.publicKey, 'hex')
    await stage.client.request('POST', '/desk/credits', { account, amount: '500', evidence: 'at the door' })
    await stage.client.tip(fan, community, release, 400n)
    await by(page, 'now-receipt').filter({ hasText: '4.00 TEST' }).waitFor()
    await expect.poll(() => by(page, 'release-earned').textContent()).toContain('4.00')
    const ana = by(page, 'sharing-party').filter({ hasText: 'Ana' })
    await expect.poll(() => ana.textContent()).toContain('2.00')
    await shoot(page, '64-studio-live')
    expect(await findings(page)).toEqual([])
  })

  it('downloads a statement', async () => {
    const { page } = creator
    // A statement holds what is certified.
    await by(page, 'now-receipt').filter({ hasText: 'final' }).first().waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), by(page, 'statement-download').click()])
    expect(file.suggestedFilename()).toMatch(/^\d{4}-\d\d-everybody\.csv$/)
    const text = await readFile(await file.path(), 'utf8')
    expect(text).toMatch(/,tip,.*,ana,acct:/)
    await by(page, 'statement-format').selectOption('bundle')
    await by(page, 'close-period').click()
    const { signedOff } = (await parties())[0] ?? {}
    const closed = { party: signedOff?.account ?? '', period: file.suggestedFilename().slice(0, 7), format: 'bundle' }
    const certified = async () =>
      (
        await fetch(`${stage.client.url}/api/v1/statements?${new URLSearchParams(closed)}`, {
          headers: { authorization: `Bearer ${stage.client.token}` },
        })
      ).status
    await expect.poll(certified, { timeout: WAIT_MS }).toBe(200)
    const [bundle] = await Promise.all([page.waitForEvent('download'), by(page, 'statement-download').click()])
    expect(bundle.suggestedFilename()).toMatch(/\.bundle$/)
  })

  it('takes the release down with a reason; what was paid stays', async () => {
    const { page } = creator
    await by(page, 'take-down').click()
    await by(page, 'take-down-reason').fill('A sample was not cleared')
    await shoot(page, '65-take-down')
    await by(page, 'take-down-confirm').click()
    await by(page, 'own-release').waitFor({ state: 'detached' })
    await expect(stage.client.get(`/releases/${release}`)).rejects.toMatchObject({ code: 'not-found' })
    const receipts = await stage.client.get<api.ReceiptInfo[]>('/receipts')
    expect(receipts.some(one => one.kind === 'tip' && one.release === release)).toBe(true)
    expect(creator.complaints).toEqual([])
  })

  it('on a phone, an upload that broke, was paused and lost with the page goes on where it stopped', async () => {
    const port = Number(new URL(stage.client.url).port)
    link = await slowLink({ port, bitsPerSecond: 100_000_000, delayMs: 1 })
    const phone = await visit(browser, `http://127.0.0.1:${link.port}/studio`, { ...PHONE, colorScheme: 'dark' })
    const { page } = phone
    page.setDefaultTimeout(WAIT_MS)
    const line = await phone.context.newCDPSession(page)
    const slow = (uploadThroughput: number) =>
      line.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      })
    await slow(SLOW)
    await by(page, 'upload-input').setInputFiles(join(LENA, 'lena.flac'))
    await expect
      .poll(() => by(page, 'upload-progress').textContent(), { timeout: WAIT_MS })
      .toMatch(/a second .* left|a second/)
    await by(page, 'track-title').fill('Kept over a reload')
    await expect.poll(() => stored(page)).toBeGreaterThan(50_000)
    link.cut()
    await page.waitForSelector('[data-testid="upload-progress"][data-phase="retrying"]')
    await page.waitForSelector('[data-testid="upload-progress"][data-phase="sending"]')
    await expect.poll(() => by(page, 'upload-note').textContent()).toMatch(/^Went on where it stopped: \d/)
    await by(page, 'upload-pause').click()
    await page.waitForSelector('[data-testid="upload-progress"][data-phase="paused"]')
    await shoot(page, '66-paused-phone-dark')
    await page.reload()
    await by(page, 'upload-missing').waitFor()
    expect(await by(page, 'track-title').inputValue()).toBe('Kept over a reload')
    await shoot(page, '67-restored-phone-dark')
    expect(await findings(page)).toEqual([])
    await slow(-1)
    await by(page, 'upload-input').setInputFiles(join(LENA, 'lena.flac'))
    await by(page, 'upload-done').waitFor()
    expect(await by(page, 'upload-note').textContent()).toMatch(/^Went on where it stopped: \d/)
    await by(page, 'publish-button').click()
    await by(page, 'job-release').waitFor({ timeout: 60_000 })
    await by(page, 'own-release').filter({ hasText: 'Das schreckliche Mädchen' }).waitFor()
    await shoot(page, '68-published-phone-dark')
    expect(await findings(page)).toEqual([])
    // A page that lost its stage for a moment says so in the console: that is the browser's own line.
    expect(
      phone.complaints.filter(
        line => !/ERR_(?:CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|CONNECTION_CLOSED)/.test(line),
      ),
    ).toEqual([])
  })

  /** Bytes that the page says were sent. */
  const stored = (page: Page) =>
    page.evaluate(() => {
      const kept = JSON.parse(localStorage.getItem('bandstand-draft-1') ?? 'null') as {
        tracks: { sentBytes: number }[]
      } | null
      return kept?.tracks[0]?.sentBytes ?? 0
    })
})
