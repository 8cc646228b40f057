import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium, type Visit, visit } from '#test/support/browser.ts'
import { StageProcess } from '#test/support/stage-process.ts'

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('what strangers wrote, on the page', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let fan: Visit

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-hostile-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage']),
      launchChromium(),
    ])
    fan = await visit(browser, stage.client.url, { serviceWorkers: 'allow' })
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('meets no sink that takes a string: markup, script and their addresses throw', async () => {
    await fan.page.locator('h1').first().waitFor()
    const thrown = await fan.page.evaluate(() => {
      const canary = () => ((globalThis as { ran?: boolean }).ran = true)
      Object.assign(globalThis, { canary })
      const script = document.createElement('script')
      const sinks: Record<string, () => unknown> = {
        innerHTML: () => (document.createElement('p').innerHTML = '<img src=x onerror=canary()>'),
        'shadow root': () =>
          (document.createElement('p').attachShadow({ mode: 'open' }).innerHTML = '<img src=x onerror=canary()>'),
        insertAdjacentHTML: () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=canary()>'),
        srcdoc: () => (document.createElement('iframe').srcdoc = '<script>parent.canary()</script>'),
        'document.write': () => document.write('<script>canary()</script>'),
        DOMParser: () => new DOMParser().parseFromString('<p>', 'text/html'),
        'fragment of a range': () => document.createRange().createContextualFragment('<p>'),
        'text of a script': () => (script.text = 'canary()'),
        'address of a script': () => (script.src = '/assets/x.js'),
        eval: () => setTimeout('canary()', 0),
        worker: () => new Worker('/sw.js'),
        'event handler': () => document.body.setAttribute('onclick', 'canary()'),
        'policy of its own': () =>
          (
            globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } }
          ).trustedTypes?.createPolicy('mine', {}),
        'policy taken again': () =>
          (
            globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } }
          ).trustedTypes?.createPolicy('bandstand', {}),
      }
      return Object.entries(sinks).flatMap(([name, sink]) => {
        try {
          sink()
          return [`${name} took it`]
        } catch (error) {
          return error instanceof TypeError ? [] : [`${name}: ${String(error)}`]
        }
      })
    })
    expect(thrown).toEqual([])
    const service = await fan.page.evaluate(() =>
      navigator.serviceWorker.register('/sw.js?mine').then(
        () => 'took it',
        error => error.name,
      ),
    )
    expect(service).toBe('TypeError')
    await fan.page.evaluate(() => {
      const link = document.createElement('a')
      link.href = 'javascript:canary()'
      document.body.append(link)
      link.click()
      link.remove()
    })
    await fan.page.waitForTimeout(200)
    expect(await fan.page.evaluate(() => (globalThis as { ran?: boolean }).ran)).toBeUndefined()
  })

  it('starts its own workers all the same', async () => {
    expect(
      await fan.page.evaluate(() =>
        navigator.serviceWorker.ready.then(({ active }) => new URL(active?.scriptURL ?? '').pathname),
      ),
    ).toBe('/sw.js')
  })
})
