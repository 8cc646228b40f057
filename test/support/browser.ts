import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const CANDIDATES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const SHOTS = join(import.meta.dirname, '../../artifacts/screenshots')

/** Path of a Chromium on this machine, or null. */
export const chromiumPath: string | null = CANDIDATES.find(path => path !== '' && existsSync(path)) ?? null

export function launchChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('no Chromium on this machine')
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
}

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors that the page printed or threw, and answers of 500 and above. */
  readonly complaints: string[]
}

export async function visit(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    // A worker that outlives a page would answer for the next test.
    serviceWorkers: 'block',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(`thrown: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  page.on('response', response => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(url)
  return { context, page, complaints }
}

/** Findings of axe, also small ones, as lines that name the rule and the elements. */
export async function findings(page: Page): Promise<string[]> {
  // Evaluated by the browser's own debugger: the page's policy allows no foreign script.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const { violations } = (await page.evaluate(
    '(async () => axe.run(document, { resultTypes: ["violations"] }))()',
  )) as AxeResults
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target }) => `${id}: ${target.flat().join(' ')} ${html}`),
  )
}

/** Keeps a picture for people to look at; not part of what is checked. */
export async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
}
