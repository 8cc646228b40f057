import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { build, type Rollup } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from '#test/support/browser.ts'
import type { LogVectors } from '#test/support/ledger-vectors/log.ts'
import type { ReplayInPage } from '#test/support/replay-in-page.ts'

const root = join(import.meta.dirname, '../..')
const published = JSON.parse(readFileSync(join(root, 'protocols/ledger/v1/log-vectors.json'), 'utf8')) as LogVectors

async function bundle(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: join(root, 'test/support/replay-in-page.ts'), formats: ['iife'], name: 'replay' },
    },
  })) as Rollup.RollupOutput[]
  return built[0]?.output[0]?.code ?? ''
}

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('the published log, replayed in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  it('leads to the same state root after each entry as on a stage, and refuses the same with the same codes', async () => {
    const page = await browser.newPage()
    await page.addScriptTag({ content: await bundle() })
    const replay = (entries: readonly string[]): Promise<string[]> =>
      page.evaluate(
        ([community, list]) => (globalThis as unknown as { inPage: ReplayInPage }).inPage.replay(community, list),
        [published.community, entries] as const,
      )
    const entries = published.entries.map(({ hex }) => hex)
    const roots = await replay(entries)
    expect(roots).toEqual(published.entries.map(({ stateRoot }) => stateRoot))
    const refused = await replay([...entries, ...published.invalid.map(({ hex }) => hex)])
    expect(refused.slice(entries.length)).toEqual(published.invalid.map(({ code }) => code))
  })
})
