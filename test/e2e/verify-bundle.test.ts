import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, visit } from '#test/support/browser.ts'
import { ADA, bundleOf } from '#test/support/bundles.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { busyMonth } from '#test/support/statement-world.ts'

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('a statement bundle on the receipts page', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-verify-page-'))
    stage = await StageProcess.start(folder, ['--name', 'The Pier'])
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is checked by the page as by the command line, without a word to the stage', async () => {
    const { page, complaints, context } = await visit(browser, `${stage.client.url}/receipts`)
    await page.waitForSelector('[data-testid=verify-input]')
    const asked: string[] = []
    page.on('request', request => {
      if (/\/api\//.test(request.url())) asked.push(request.url())
    })
    const result = page.locator('[data-testid=verify-result]')
    const said = async (): Promise<string> => ((await result.textContent()) ?? '').replace(/\s+/g, ' ')
    const give = (name: string, buffer: Buffer) =>
      page.setInputFiles('[data-testid=verify-input]', { name, mimeType: 'application/octet-stream', buffer })

    const file = Buffer.from(bundleOf(busyMonth(), ADA))
    await give('ada.bundle', file)
    await page.waitForSelector('[data-testid=verify-result][data-good=true]')
    expect(await said()).toContain('Everything in ada.bundle holds together.')
    expect(await said()).toContain('divisions computed again from the signed terms')

    const changed = Buffer.from(file)
    changed[changed.length - 5] = (changed[changed.length - 5] ?? 0) ^ 1
    await give('changed.bundle', changed)
    await page.waitForSelector('[data-testid=verify-result][data-good=false]')
    expect(await said()).toContain('signature on an agreement, number 2: it was changed.')

    expect(asked.filter(url => !url.endsWith('/live'))).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
})
