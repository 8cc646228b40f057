import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, findings, launchChromium, shoot, visit } from '#test/support/browser.ts'
import { overflows } from '#test/support/canary.ts'
import { type FullStage, fillStage } from '#test/support/full-stage.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { matchRoute } from '#web/shell/routes.ts'

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const DESKTOP = { viewport: { width: 1280, height: 800 } }
/** Each two of size, look and language meet in one of them. */
const VIEWS = [
  ['a phone in the dark in Urdu', { ...PHONE, colorScheme: 'dark', locale: 'ur' }],
  ['a phone in the light', { ...PHONE, colorScheme: 'light', locale: 'en' }],
  ['a desktop in the dark', { ...DESKTOP, colorScheme: 'dark', locale: 'en' }],
  ['a desktop in the light in Urdu', { ...DESKTOP, colorScheme: 'light', locale: 'ur' }],
] as const

/** Words that a page has to hold: no space to break at, another direction, markup, and a long one. */
const WORDS = [
  `${'Donaudampfschifffahrt'.repeat(9)}`,
  '<img src=x onerror="document.title=1"><script>document.title = 1</script>',
  'שלום לכל הבאים مرحبا بكم 👩‍👩‍👧‍👦🎸 “quoted” & after',
]
/** Parts that are shown inside others, or before a stage has its name. */
const INNER = ['paying', 'welcome']

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('every route, for every body and every screen', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let full: FullStage

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-axe-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', `Park ${'Sta'.repeat(24)}`]),
      launchChromium(),
    ])
    full = await fillStage(stage.client, WORDS)
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is every route there is', async () => {
    const shown = new Set(full.routes.map(path => matchRoute(path.split('?')[0] ?? '')?.part))
    const parts = await readdir(join(import.meta.dirname, '../../web/parts'))
    expect(parts.filter(part => !shown.has(part) && !INNER.includes(part))).toEqual([])
  })

  /** What is wrong with what the page shows now, by name. */
  async function look(page: Page, width: number): Promise<Record<string, unknown>> {
    await page.locator('h1').first().waitFor()
    const found = { findings: await findings(page), outside: await overflows(page) }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    const title = await page.title()
    const wrong = Object.entries({
      ...found,
      width: wide > width ? [wide] : [],
      "ran a stranger's script": title === '1' ? [title] : [],
    })
    return Object.fromEntries(wrong.filter(([, list]) => list.length > 0))
  }

  for (const [name, options] of VIEWS)
    it.concurrent(`on ${name} shows no finding, no sideways scrolling, and no broken policy`, async () => {
      const { context, page, complaints } = await visit(browser, stage.client.url, options)
      const wrong: Record<string, unknown> = {}
      const note = (route: string, found: Record<string, unknown>) => {
        if (Object.keys(found).length > 0) wrong[route] = found
      }
      for (const route of full.routes) {
        await page.goto(stage.client.url + route, { waitUntil: 'networkidle' })
        note(route, await look(page, options.viewport.width))
        await shoot(page, `30-${name.replaceAll(' ', '-')}-${route.split('/')[1] || 'feed'}`)
      }
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(options.locale)
      await page.goto(stage.client.url)
      await page.locator('[data-testid="you-button"]').click()
      await page.locator('dialog[open]').waitFor()
      note('the dialog', await look(page, options.viewport.width))
      await page.route('**/api/v1/stage', async route => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, json: { ...(await answer.json()), name: null, settingUp: 0 } })
      })
      await page.goto(stage.client.url, { waitUntil: 'networkidle' })
      note('a first run', await look(page, options.viewport.width))
      await shoot(page, `30-${name.replaceAll(' ', '-')}-first-run`)
      if (complaints.length > 0) wrong.complaints = complaints
      await context.close()
      expect(wrong).toEqual({})
    })
})
