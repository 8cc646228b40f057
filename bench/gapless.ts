import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchChromium, visit } from '#test/support/browser.ts'
import { HEARD_HZ, halves, listenIn, recording, type Seam, seamOf } from '#test/support/listen-in.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { startPair } from './gapless/pair.ts'
import type { BenchResult } from './support/result.ts'
import { median, rounded } from './support/statistics.ts'

const ROUNDS = 3
const CUT_S = 7
/** Two tracks as plain files leave pauses of this order. */
const WITHIN = HEARD_HZ / 4

async function hear(browser: Browser, url: string, play: string): Promise<Seam> {
  const { context, page } = await visit(browser, 'about:blank')
  try {
    await listenIn(context)
    await page.goto(url)
    await page.locator(play).first().click()
    return await eventually(async () => seamOf(await recording(page), CUT_S, WITHIN), 'the second half', 60_000)
  } finally {
    await context.close()
  }
}

const ms = (samples: number): number => (samples * 1_000) / HEARD_HZ
const middle = (seams: readonly Seam[], of: (seam: Seam) => number): number => rounded(median(seams.map(of)))

/** One tone in two tracks: how long the cut between them is to hear, beside a page that plays one plain file after the other. */
export async function run(): Promise<BenchResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bandstand-bench-gapless-'))
  const browser = await launchChromium()
  const stage = await StageProcess.start(join(dir, 'stage'), ['--name', 'Park Stage'])
  const [first, second] = await halves(dir, 16, CUT_S)
  const pair = await startPair([first, second])
  try {
    const tracks = [
      { upload: await stage.client.upload('first.wav', first) },
      { upload: await stage.client.upload('second.wav', second) },
    ]
    const { release } = await stage.client.publish({ tracks, title: 'One tone', artist: 'Nadia Ortiz' })
    const [ours, plain]: [Seam[], Seam[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await hear(browser, `${stage.client.url}/release/${release}`, '[data-testid="play-button"]'))
      plain.push(await hear(browser, pair.url, 'button'))
    }
    return {
      bench: 'gapless',
      ratios: {},
      figures: {
        gap_ms: middle(ours, ({ gap }) => ms(Math.abs(gap))),
        silence_ms: middle(ours, ({ silent }) => ms(silent)),
        plain_gap_ms: middle(plain, ({ gap }) => ms(Math.abs(gap))),
        plain_silence_ms: middle(plain, ({ silent }) => ms(silent)),
      },
    }
  } finally {
    pair.stop()
    await browser.close()
    await stage.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
