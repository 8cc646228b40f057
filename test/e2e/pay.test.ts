import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { chromiumPath, findings, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { checkTransfer } from '#web/verify/check-transfer.ts'

const LENA = join(import.meta.dirname, '../../node_modules/audio-lena/lena.flac')
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const WAIT_MS = 20_000
/** For 30 seconds, minor units: ten a second. */
const PRICE = 300n
const DOWNLOAD = 250n
const EVERY_SECOND = ['--stream-interval', '1']

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('money on two pages', () => {
  let folder: string
  let home: StageProcess
  let away: StageProcess
  let browser: Browser
  let fan: Visit
  /** Of the other community: pays an artist here. */
  let neighbour: Visit
  /** Ana, on the page of her own community. */
  let artist: Visit
  let me: string
  let neighbourKey: string
  let release: string

  const by = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`)
  const balance = async (at: StageProcess, account: string) =>
    BigInt((await at.client.get<api.Wallet>(`/wallets/${account}`)).balance)
  const keyOf = async ({ page }: Visit): Promise<string> => {
    await by(page, 'you-button').first().click()
    const key = await by(page, 'account-id').first().getAttribute('data-key')
    await page.keyboard.press('Escape')
    return key ?? ''
  }
  const credit = (at: StageProcess, account: string, amount: string) =>
    at.client.request('POST', '/desk/credits', { account, amount, evidence: 'at the door' })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-pay-'))
    ;[home, away, browser] = await Promise.all([
      StageProcess.start(join(folder, 'home'), ['--name', 'Park Stage', ...EVERY_SECOND]),
      StageProcess.start(join(folder, 'away'), ['--name', 'River Stage', ...EVERY_SECOND]),
      launchChromium(),
    ])
    artist = await visit(browser, `${home.client.url}/receipts`)
    const ana = await keyOf(artist)
    const upload = await home.client.upload('lena.flac', await readFile(LENA))
    const job = await home.client.publish({
      tracks: [{ upload }],
      title: 'Song for a Coin',
      artist: 'The Sample Trio',
      splits: [
        { party: 'ana', shares: 6000, account: ana },
        { party: 'ben', shares: 4000 },
      ],
      price: { stream: String(PRICE), download: String(DOWNLOAD) },
    })
    release = job.release ?? ''
    fan = await visit(browser, `${home.client.url}/release/${release}`, { ...PHONE, colorScheme: 'dark' })
    me = await keyOf(fan)
    await artist.page.goto(`${home.client.url}/agreements/${release}`)
    await by(artist.page, 'agreement-sign').first().click()
    await by(artist.page, 'toast').first().waitFor()
    const { addresses, community } = await home.client.stage()
    await away.client.request('POST', '/follows', { address: addresses.find(one => one.includes('/tcp/')) })
    await eventually(async () => (await away.client.get<unknown[]>('/releases')).length > 0, 'the release arrives')
    neighbour = await visit(browser, `${away.client.url}/release/${release}`)
    neighbourKey = await keyOf(neighbour)
    await credit(away, neighbourKey, '1000')
    for (const { page } of [fan, artist, neighbour]) page.setDefaultTimeout(WAIT_MS)
    expect(community).toMatch(/^[0-9a-f]{64}$/)
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.allSettled([home?.stop(), away?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  it('says the price before play, asks for a limit, and stops there; the rest comes back', async () => {
    const { page } = fan
    await credit(home, me, '1000')
    expect(await by(page, 'price').textContent()).toContain('3.00 TEST for 30 seconds')
    await shoot(page, '40-price-phone-dark')
    await by(page, 'play-button').first().click()
    await page.waitForSelector('[data-testid=paying][data-phase=ask]')
    await by(page, 'pay-cap').fill('0.25')
    await shoot(page, '41-limit-phone-dark')
    expect(await findings(page)).toEqual([])
    await by(page, 'pay-allow').click()
    await page.waitForSelector('[data-testid=pay-total]')
    await expect.poll(() => balance(home, me)).toBe(975n)
    await page.waitForSelector('[data-testid=pay-stopped]')
    expect(await by(page, 'pay-stopped').textContent()).toContain('You reached your limit of 0.25 TEST')
    await shoot(page, '42-stopped-phone-dark')
    expect(await findings(page)).toEqual([])
    expect(await by(page, 'player-toggle').getAttribute('data-status')).not.toBe('playing')
    const paid = await home.client.get<api.ReceiptInfo[]>('/receipts')
    expect(paid.map(one => [one.kind, one.amount]).slice(0, 2)).toEqual([
      ['stream', '25'],
      ['channel-open', '25'],
    ])
  })

  it('goes on within another limit, and gives back what was not played when the listener leaves', async () => {
    const { page } = fan
    await by(page, 'pay-more').click()
    await expect
      .poll(async () => Number(await by(page, 'pay-total').getAttribute('data-spent')), { timeout: WAIT_MS })
      .toBeGreaterThan(0)
    await page.close()
    await expect.poll(async () => (await balance(home, me)) > 950n, { timeout: WAIT_MS }).toBe(true)
    expect(await balance(home, me)).toBeLessThan(975n)
    fan = { ...fan, page: await fan.context.newPage() }
    await fan.page.goto(`${home.client.url}/release/${release}`)
  })

  it('unlocks the originals for whoever buys them, and keeps them out of what is public', async () => {
    const { page } = fan
    const detail = await home.client.get<api.ReleaseDetail>(`/releases/${release}`)
    const listing = await (await fetch(`${home.client.url}/ipfs/${detail.root}/01/`)).text()
    expect(listing).not.toContain('.flac')
    const before = await balance(home, me)
    await by(page, 'buy-send').click()
    await by(page, 'owned').waitFor()
    await shoot(page, '43-bought-phone-dark')
    await by(page, 'get-originals').click()
    const href = await by(page, 'original').getAttribute('href')
    const file = await fetch(home.client.url + href)
    expect(Buffer.from(await file.arrayBuffer()).equals(await readFile(LENA))).toBe(true)
    expect(await balance(home, me)).toBe(before - DOWNLOAD)
  })

  it('refuses a payment to a community without a credit line before anything moves, in a sentence', async () => {
    const { page } = neighbour
    await by(page, 'cross-quote').click()
    await by(page, 'cross-refused').waitFor()
    await shoot(page, '44-no-line')
    expect(await by(page, 'cross-refused').textContent()).toContain('Nothing was paid')
    expect(await balance(away, neighbourKey)).toBe(1000n)
  })

  it('opens a line at the desk, and says what could be lost', async () => {
    const { page } = artist
    await page.goto(`${home.client.url}/desk`)
    await by(page, 'line-open').click()
    await by(page, 'line-limit').fill('20')
    await by(page, 'line-alone').check()
    expect(await by(page, 'line-loss').textContent()).toContain('The most your community can lose is')
    await shoot(page, '45-line')
    expect(await findings(page)).toEqual([])
    await by(page, 'line-save').click()
    await by(page, 'could-lose').filter({ hasText: '20' }).waitFor()
  })

  it('takes a tip from one community to the other, and the artist sees it without a reload', async () => {
    await artist.page.goto(`${home.client.url}/receipts`)
    const before = Number((await by(artist.page, 'balance').textContent())?.split(' ')[0])
    const { page } = neighbour
    await by(page, 'cross-amount').fill('2')
    await by(page, 'cross-quote').click()
    expect(await by(page, 'cross-arrives').textContent()).toContain('2.00 TEST')
    await shoot(page, '46-quote')
    expect(await findings(page)).toEqual([])
    await by(page, 'cross-send').click()
    await page.waitForSelector('[data-testid=step-delivered][data-done=true]')
    await page.waitForSelector('[data-testid=transfer-proof][data-good=true]')
    await shoot(page, '47-delivered')
    expect(await findings(page)).toEqual([])
    await expect
      .poll(async () => Number((await by(artist.page, 'balance').textContent())?.split(' ')[0]), { timeout: WAIT_MS })
      .toBeCloseTo(before + 1.2)
    await shoot(artist.page, '48-artist')
    await page.goto(`${away.client.url}/receipts`)
    for (const [where, words] of [
      [artist.page, 'Received from'],
      [page, 'Sent to Park Stage'],
    ] as const) {
      const row = by(where, 'receipt-row').filter({ hasText: words }).first()
      await row.locator('[data-testid=check-proof]').click()
      await row.locator('[data-testid=proof-result][data-good=true]').waitFor()
    }
  })

  it('shows a proof that was tampered with as what it is', async () => {
    const { page } = neighbour
    await page.route('**/api/v1/transfers/*', async route => {
      const proof = (await (await route.fetch()).json()) as api.TransferProof
      await route.fulfill({ json: { ...proof, arrived: '300' } })
    })
    await page.goto(`${away.client.url}/receipts`)
    await page.waitForSelector('[data-testid=transfer-proof][data-good=false]')
    await shoot(page, '49-tampered')
    await page.unroute('**/api/v1/transfers/*')
  })

  it('believes no part of a proof that was changed', async () => {
    const [sent] = await away.client.get<api.TransferInfo[]>(`/transfers?account=${neighbourKey}`)
    const proof = await away.client.get<api.TransferProof>(`/transfers/${sent?.id}`)
    const answer = proof.answer as api.ProvenLeaf
    const paid = proof.paid as api.ProvenLeaf
    const other = 'ab'.repeat(32)
    const changed = (text: string): string => `${text.slice(0, 60)}${text[60] === 'A' ? 'B' : 'A'}${text.slice(61)}`
    expect(checkTransfer(proof, neighbourKey)).toMatchObject({ ok: true, outcome: 'delivered', arrived: '2000000000' })
    const lies: Record<string, api.TransferProof> = {
      'another order': { ...proof, id: other },
      'another payee': { ...proof, payee: `acct/${other}` },
      'another community': { ...proof, to: other },
      'another amount': { ...proof, amount: '201' },
      'more arrived': { ...proof, arrived: '201' },
      'another payment in the own log': { ...proof, paid: { ...paid, entry: changed(paid.entry) } },
      'another place in the own log': { ...proof, paid: { ...paid, index: paid.index + 1 } },
      'another answer': { ...proof, answer: { ...answer, entry: changed(answer.entry) } },
      'another place in the log there': { ...proof, answer: { ...answer, index: answer.index - 1 } },
      'another log': { ...proof, answer: { ...answer, community: other } },
      'another commit': { ...proof, answer: { ...answer, commit: changed(answer.commit) } },
      'a checkpoint that nobody signed': { ...proof, answer: { ...answer, checkpoint: changed(answer.checkpoint) } },
      'no audit path': { ...proof, answer: { ...answer, proof: [] } },
      'not base64': { ...proof, answer: { ...answer, entry: '!' } },
    }
    for (const [lie, told] of Object.entries(lies))
      expect([lie, checkTransfer(told, neighbourKey).ok]).toEqual([lie, false])
    expect(checkTransfer(proof, me).ok).toBe(false)
  })

  it('pays another community while it plays, in one payment that grows, up to the limit', async () => {
    const { page } = neighbour
    const before = await balance(away, neighbourKey)
    await page.goto(`${away.client.url}/release/${release}`)
    await by(page, 'play-button').first().click()
    await by(page, 'pay-cap').fill('0.25')
    await by(page, 'pay-allow').click()
    await page.waitForSelector('[data-testid=pay-stopped]')
    await shoot(page, '50-stopped-away')
    await expect.poll(() => balance(away, neighbourKey), { timeout: WAIT_MS }).toBe(before - 25n)
    await page.goto(`${away.client.url}/receipts`)
    await expect.poll(() => by(page, 'step-delivered').count(), { timeout: WAIT_MS }).toBe(2)
    const sent = await away.client.get<api.TransferInfo[]>(`/transfers?account=${neighbourKey}`)
    expect(sent.map(one => [one.use, one.amount])).toEqual([
      ['stream', '25'],
      ['tip', '200'],
    ])
  })

  it('turns a printed card into credit, once', async () => {
    const desk = artist.page
    await desk.goto(`${home.client.url}/desk`)
    await by(desk, 'cards-count').fill('1')
    await by(desk, 'cards-amount').fill('5')
    await by(desk, 'cards-issue').click()
    const card = (await by(desk, 'card-text').first().textContent()) ?? ''
    await shoot(desk, '51-cards')
    const { page } = fan
    await page.goto(`${home.client.url}/receipts`)
    const before = await balance(home, me)
    await by(page, 'redeem-card').locator('summary').click()
    await by(page, 'card-code').fill(card)
    await by(page, 'card-check').click()
    await shoot(page, '52-card-phone-dark')
    await by(page, 'card-redeem').click()
    await expect.poll(() => balance(home, me)).toBe(before + 500n)
    await by(page, 'card-code').fill(card)
    await by(page, 'card-check').click()
    await by(page, 'card-refused').waitFor()
    expect(await balance(home, me)).toBe(before + 500n)
  })

  it('plays what is priced to a member without another charge', async () => {
    await home.client.request('PUT', '/stage/membership', { month: '400' })
    const { page } = fan
    await page.goto(`${home.client.url}/community/${(await home.client.stage()).community}`)
    await by(page, 'member-join').click()
    await by(page, 'member').waitFor()
    await shoot(page, '54-member-phone-dark')
    const before = await balance(home, me)
    await page.goto(`${home.client.url}/release/${release}`)
    await by(page, 'play-button').first().click()
    await page.waitForSelector('[data-testid=paying][data-phase=member]')
    await page.waitForSelector('[data-testid=player-toggle][data-status=playing]')
    await shoot(page, '55-member-plays-phone-dark')
    expect(await balance(home, me)).toBe(before)
  })

  it('shows the desk a disputed purchase, and the buyer the refund', async () => {
    const { page } = fan
    await page.goto(`${home.client.url}/receipts`)
    const before = await balance(home, me)
    const tipped = async () => BigInt((await home.client.get<api.ReleaseDetail>(`/releases/${release}`)).tipped)
    const earned = await tipped()
    await by(page, 'dispute').first().click()
    await by(page, 'toast').filter({ hasText: 'The people at the desk see it now' }).waitFor()
    const desk = artist.page
    await desk.waitForSelector('[data-testid=purchase][data-disputed=true]')
    await by(desk, 'refund').first().click()
    await by(page, 'receipt-row').filter({ hasText: 'Refund' }).waitFor()
    await shoot(page, '53-refund-phone-dark')
    expect(await balance(home, me)).toBe(before + DOWNLOAD)
    expect(await tipped()).toBe(earned - DOWNLOAD * 10n ** 7n)
    expect(await home.client.get(`/wallets/${me}/owned`)).toEqual([])
  })

  it('no page complained', () => {
    for (const one of [fan, artist, neighbour]) expect(one.complaints.filter(line => !/40[0-9]/.test(line))).toEqual([])
  })
})
