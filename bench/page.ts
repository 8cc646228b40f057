import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as api from '#protocols/api/v1/schemas.ts'
import { launchChromium } from '#test/support/browser.ts'
import { clip } from '#test/support/clips.ts'
import { StageProcess } from '#test/support/stage-process.ts'
import { startPlain } from './page/plain.ts'
import { type Seen, visitSlowly } from './page/visit.ts'
import type { BenchResult } from './support/result.ts'
import { median, rounded } from './support/statistics.ts'

const ROUNDS = 5

const middle = (seen: readonly Seen[], of: (one: Seen) => number): number => rounded(median(seen.map(of)))

/** First load and first sound over a slow line with an empty cache, beside a page that is one `<audio>` of the same track. */
export async function run(): Promise<BenchResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bandstand-bench-page-'))
  const browser = await launchChromium()
  const stage = await StageProcess.start(join(dir, 'stage'), ['--name', 'Park Stage'])
  try {
    const upload = await stage.client.upload('lena.flac', await readFile(clip('lena.flac')))
    const job = await stage.client.publish({ tracks: [{ upload }], title: 'Lanterns', artist: 'Nadia Ortiz' })
    const release = await stage.client.get<api.ReleaseDetail>(`/releases/${job.release}`)
    const track = release.tracks[0]
    if (track === undefined) throw new Error('the release has no track')
    const { url, mediaType } = track.plain ?? track.original
    const file = join(dir, 'song')
    await writeFile(file, new Uint8Array(await (await fetch(stage.client.url + url)).arrayBuffer()))
    const plain = await startPlain(file, mediaType)
    const [home, song, floor]: [Seen[], Seen[], Seen[]] = [[], [], []]
    try {
      for (let round = 0; round < ROUNDS; round++) {
        floor.push(await visitSlowly(browser, plain.url, async () => {}))
        song.push(
          await visitSlowly(browser, `${stage.client.url}/release/${release.id}`, page =>
            page.locator('[data-testid="play-button"]').click(),
          ),
        )
        home.push(
          await visitSlowly(browser, stage.client.url, page =>
            page.locator('[data-testid="release-card"] [data-testid="play-button"]').first().click(),
          ),
        )
      }
    } finally {
      plain.stop()
    }
    return {
      bench: 'page',
      ratios: {
        first_sound_vs_plain: rounded(
          median(song.map(one => one.firstSoundMs)) / median(floor.map(one => one.firstSoundMs)),
        ),
      },
      figures: {
        js_kb_gz: rounded(median(home.map(one => one.jsBytes)) / 1_000),
        lcp_ms_3g: middle(home, one => one.lcpMs),
        first_sound_ms_3g: middle(song, one => one.firstSoundMs),
        home_first_sound_ms_3g: middle(home, one => one.firstSoundMs),
        plain_first_sound_ms_3g: middle(floor, one => one.firstSoundMs),
        plain_lcp_ms_3g: middle(floor, one => one.lcpMs),
      },
    }
  } finally {
    await browser.close()
    await stage.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
