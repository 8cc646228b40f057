import type { Browser, Page } from 'playwright-core'

/** 3G as the issue of slow phones knows it: 400 ms round trip, 400 kbit/s each way (Chromium's emulation). */
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }

export interface Seen {
  /** Largest contentful paint, ms after the navigation began (W3C Largest Contentful Paint). */
  readonly lcpMs: number
  /** From the navigation to the first sound that moves on, ms. */
  readonly firstSoundMs: number
  /** JavaScript that came over the line until then, bytes as sent. */
  readonly jsBytes: number
}

interface Probe {
  __lcp: number
  __sound: number
}

/** Runs in the page before anything of it: notes the paint and the moment when any audio element moves. */
function probe(): void {
  const page = globalThis as unknown as Probe
  page.__lcp = 0
  page.__sound = 0
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) page.__lcp = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  const watch = (audio: HTMLMediaElement): void =>
    audio.addEventListener('timeupdate', () => {
      if (page.__sound === 0 && audio.currentTime > 0) page.__sound = performance.now()
    })
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    watch(this)
    return play.call(this)
  }
  addEventListener('DOMContentLoaded', () => document.querySelectorAll('audio').forEach(watch))
}

/** One visit on a phone with an empty cache over a slow line; `start` does what a listener does to hear something. */
export async function visitSlowly(browser: Browser, url: string, start: (page: Page) => Promise<void>): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, serviceWorkers: 'block' })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.emulateNetworkConditions', SLOW)
    let jsBytes = 0
    const scripts = new Set<string>()
    session.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Script') scripts.add(requestId)
    })
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) jsBytes += encodedDataLength
    })
    await page.addInitScript(probe)
    await page.goto(url, { waitUntil: 'commit' })
    await start(page)
    await page.waitForFunction(() => (globalThis as unknown as Probe).__sound > 0, undefined, { timeout: 60_000 })
    const { lcp, sound } = await page.evaluate(() => {
      const { __lcp, __sound } = globalThis as unknown as Probe
      return { lcp: __lcp, sound: __sound }
    })
    return { lcpMs: lcp, firstSoundMs: sound, jsBytes }
  } finally {
    await context.close()
  }
}
