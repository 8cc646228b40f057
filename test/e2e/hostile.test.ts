import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CID } from 'multiformats/cid'
import { identity } from 'multiformats/hashes/identity'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReleaseDetail } from '#protocols/api/v1/schemas.ts'
import { chromiumPath, launchChromium, shoot, type Visit, visit } from '#test/support/browser.ts'
import { overflows, plantCanary } from '#test/support/canary.ts'
import { clip } from '#test/support/clips.ts'
import { type FullStage, fillStage } from '#test/support/full-stage.ts'
import { HOSTILE_FILES, HOSTILE_TEXTS } from '#test/support/hostile-corpus.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { tagged } from '#test/support/tagged.ts'

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const TEXTS = Object.values(HOSTILE_TEXTS)
/** Codecs of "raw bytes" and of their own bytes as a hash: an address that carries a whole document, which anybody can write down. */
const RAW = 0x55
const inAddress = (bytes: string): CID => CID.createV1(RAW, identity.digest(new TextEncoder().encode(bytes)))

if (chromiumPath === null) console.log('No Chromium on this machine: the browser tests are skipped.')

describe.skipIf(chromiumPath === null)('what strangers wrote, on the page', () => {
  let folder: string
  let stage: StageProcess
  let browser: Browser
  let fan: Visit
  let home: string
  let full: FullStage
  let seen: string[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-hostile-'))
    ;[stage, browser] = await Promise.all([
      StageProcess.start(join(folder, 'stage'), ['--name', HOSTILE_TEXTS['a picture that fails'] ?? '']),
      launchChromium(),
    ])
    home = stage.client.url
    full = await fillStage(stage.client, TEXTS)
    fan = await visit(browser, home, { ...PHONE, serviceWorkers: 'allow' })
    seen = await plantCanary(fan.page, home)
  })
  afterAll(async () => {
    await browser?.close()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('would run wherever a page took it for its own', async () => {
    const { context, page } = await visit(browser, 'about:blank')
    const ran = await plantCanary(page, home)
    await page.route('http://naive.invalid/', route =>
      route.fulfill({
        contentType: 'text/html; charset=utf-8',
        body: `<!doctype html><meta charset="utf-8">${TEXTS.map(text => `<div>${text}</div>`)
          .slice(1)
          .join('')}`,
      }),
    )
    await page.goto('http://naive.invalid/').catch(() => {})
    await expect.poll(() => ran.filter(line => line.startsWith('ran')).length).toBeGreaterThan(5)
    expect(ran.some(line => line.startsWith('asked'))).toBe(true)
    await context.close()
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

  it('was taken or refused in so many words', () => {
    expect(Object.fromEntries(full.refused)).toEqual({
      'bad-envelope': expect.any(Number),
      'too-large': expect.any(Number),
    })
    expect(full.refused.get('bad-envelope')).toBeLessThan(TEXTS.length / 2)
  })

  it('comes in tags of sounds and as covers, and is words and pixels', async () => {
    const { client } = stage
    const drawing = HOSTILE_FILES['a drawing with script']?.[1] ?? ''
    const page = HOSTILE_FILES['a page']?.[1] ?? ''
    const [TIT2, TPE1] = [HOSTILE_TEXTS['a script'] ?? '', HOSTILE_TEXTS['an end of an attribute'] ?? '']
    const sound = tagged(await readFile(clip('lena.mp3')), { TIT2, TPE1, TALB: `${TIT2}\u202e\u0000x` }, [
      'image/svg+xml',
      drawing,
    ])
    const upload = async () => client.upload('"><img src=x onerror=canary()>.mp3', sound)
    const cover = await client.upload('cover.svg', new TextEncoder().encode(drawing))
    const job = await client.publish({ tracks: [{ upload: await upload() }], coverUpload: cover })
    const made = await client.get<ReleaseDetail>(`/releases/${job.release}`)
    expect([made.tracks[0]?.title, made.tracks[0]?.artist]).toEqual([TIT2, TPE1])
    if (made.cover !== null) expect((await fetch(home + made.cover)).headers.get('content-type')).toBe('image/jpeg')
    const notPicture = await client.upload('cover.png', new TextEncoder().encode(page))
    const bare = await client
      .publish({ tracks: [{ upload: await upload() }], coverUpload: notPicture })
      .catch(error => error)
    expect(bare.message ?? bare.notes.join()).toMatch(/picture|cover/i)
    const notSound = await client.upload('song.mp3', new TextEncoder().encode(page))
    await expect(client.publish({ tracks: [{ upload: notSound }] })).rejects.toThrow(/not audio or video/)
    await fan.page.goto(`${home}/release/${job.release}`)
    await fan.page.getByRole('heading', { level: 1, name: made.title }).waitFor()
    expect(seen).toEqual([])
  })

  it('is text on every place of the page, and leaves none of its boxes on a phone', { timeout: 120_000 }, async () => {
    const wrong: Record<string, unknown> = {}
    for (const route of full.routes) {
      await fan.page.goto(home + route, { waitUntil: 'networkidle' })
      await fan.page.locator('h1').first().waitFor()
      const outside = await overflows(fan.page)
      if (outside.length > 0) wrong[route] = outside
      await shoot(fan.page, `40-hostile-${route.split('/')[1] || 'feed'}`)
    }
    expect(wrong).toEqual({})
    expect(seen).toEqual([])
  })

  it('is text in addresses and in the search field', async () => {
    for (const text of TEXTS.filter(one => one.includes('canary') || one.includes('\u202e'))) {
      const word = encodeURIComponent(text.toWellFormed())
      await fan.page.goto(`${home}/search?q=${word}#${word}`)
      await fan.page.locator('[data-testid="search-input"]').fill(text.toWellFormed())
    }
    for (const path of ['/release/', '/community/', '/p/', '/event/', '/receipts/', '/'])
      await fan.page.goto(`${home}${path}${encodeURIComponent(HOSTILE_TEXTS['a picture that fails'] ?? '')}`)
    expect(seen).toEqual([])
  })

  it('runs in no document that the gateway serves, under whatever name and in whatever use', {
    timeout: 120_000,
  }, async () => {
    const uses = (address: string) =>
      fan.page.evaluate(async url => {
        const place = (tag: string, attribute: string) =>
          new Promise<void>(resolve => {
            const element = document.createElement(tag)
            element.setAttribute(attribute, url)
            if (tag === 'link') element.setAttribute('rel', 'stylesheet')
            element.addEventListener('load', () => resolve())
            element.addEventListener('error', () => resolve())
            document.body.append(element)
            setTimeout(resolve, 150)
          })
        await Promise.all([
          place('iframe', 'src'),
          place('object', 'title'),
          place('link', 'href'),
          place('img', 'src'),
        ])
      }, address)
    const imported: string[] = []
    for (const [name, [ending, bytes]] of Object.entries(HOSTILE_FILES)) {
      const address = `${home}/ipfs/${inAddress(bytes)}?filename=x.${ending}`
      const answer = await fetch(address)
      expect([name, answer.status, answer.headers.get('x-content-type-options')]).toEqual([name, 200, 'nosniff'])
      expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
      await fan.page.goto(`${home}/nowhere`)
      await uses(address)
      // As text: the test runner would take an import for its own.
      const taken = await fan.page.evaluate(`import(${JSON.stringify(address)}).then(() => true, () => false)`)
      if (taken === true) imported.push(name)
      await fan.page.goto(address).catch(() => {})
    }
    expect(imported).toEqual([])
    expect(seen.filter(line => !line.startsWith('a download'))).toEqual([])
  })
})
