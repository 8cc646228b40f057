import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { CommunityInfo, ReleaseDetail, ReleaseSummary, StageInfo } from '#protocols/api/v1/schemas.ts'
import type { Cast } from './cast.ts'
import { eventually } from './report.ts'
import type { DemoStage } from './stage.ts'

const TITLE = 'Three from the Harbour'
export const SPLITS = { ana: 5000, ben: 3000, cy: 2000 } as const
const PUBLISH_WAIT_MS = 10_000
const FETCH_WAIT_MS = 20_000
/** Bytes of a range in the middle of a track, as a player asks for when somebody seeks. */
const RANGE_BYTES = 65_536

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const ms = (value: number): string => `${Math.round(value)} ms`

async function download(stage: DemoStage, path: string): Promise<Uint8Array> {
  const response = await fetch(new URL(path, stage.url))
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

type Setting = Pick<Cast, 'report' | 'harbour' | 'northside'>

export async function startBoth({ report, harbour, northside }: Setting): Promise<{ community: string }> {
  await report.step('two communities start, each in its own process', async () => {
    const times = await Promise.all([harbour.start(), northside.start()])
    return `first byte of the page after ${times.map(ms).join(' and ')}`
  })
  return { community: (await harbour.api<StageInfo>('/stage')).community }
}

export async function publish(cast: Cast): Promise<void> {
  await cast.report.step('the first publishes a release of three tracks', async () => {
    const splits = Object.entries(SPLITS).map(([party, shares]) => `${party}=${shares / 100}`)
    const release = await cast.harbour.command<ReleaseDetail>(
      ...['publish', ...cast.music.files, '--title', TITLE, '--artist', 'The Harbour Band'],
      ...['--license', 'CC-BY-SA-3.0', '--splits', splits.join(',')],
    )
    cast.release = release.id
    if (release.tracks.length !== cast.music.files.length) throw new Error(`it has ${release.tracks.length} tracks`)
    const renditions = release.tracks.reduce((sum, track) => sum + track.renditions.length, 0)
    return `${megabytes(release.bytes)} with ${renditions} renditions, root ${release.root.slice(0, 16)}...`
  })
}

/** The release as the follower sees it, once the catalog has come over. */
const catalogEntry = (cast: Cast): Promise<ReleaseSummary> =>
  eventually('the release', PUBLISH_WAIT_MS, async () =>
    (await cast.northside.api<ReleaseSummary[]>('/releases')).find(release => release.id === cast.release),
  )

export async function follow(cast: Cast): Promise<void> {
  const { report, harbour, northside } = cast
  await report.step('the second follows it, and the catalog comes over', async () => {
    const { addresses } = await harbour.api<StageInfo>('/stage')
    const address = addresses.find(one => one.includes('/tcp/') && !one.includes('/ws')) ?? addresses[0]
    if (address === undefined) throw new Error('the first stage has no address')
    const followed = await northside.command<CommunityInfo>('follow', address)
    const { title } = await catalogEntry(cast)
    return `"${title}" by way of ${followed.name}`
  })
  await report.step('it plays from the middle of a track at once', async () => {
    const release = await northside.api<ReleaseDetail>(`/releases/${cast.release}`)
    const media = release.tracks[0]?.plain ?? release.tracks[0]?.original
    if (media === undefined) throw new Error('the first track has no media')
    const from = Math.floor(media.bytes / 2)
    const to = Math.min(media.bytes, from + RANGE_BYTES) - 1
    const began = performance.now()
    const response = await fetch(new URL(media.url, northside.url), { headers: { range: `bytes=${from}-${to}` } })
    const part = new Uint8Array(await response.arrayBuffer())
    const took = performance.now() - began
    if (response.status !== 206) throw new Error(`the range was answered by ${response.status}`)
    const whole = await download(harbour, media.url)
    if (sha256(part) !== sha256(whole.subarray(from, to + 1))) throw new Error('the range holds other bytes')
    return `${part.length} bytes of ${media.mediaType} in ${ms(took)}`
  })
  await report.step('it fetches every track: the hashes are those of the files', async () => {
    const release = await northside.api<ReleaseDetail>(`/releases/${cast.release}`)
    let bytes = 0
    const began = performance.now()
    for (const [index, track] of release.tracks.entries()) {
      const fetched = await download(northside, track.original.url)
      const source = await readFile(cast.music.files[index] ?? '')
      if (sha256(fetched) !== sha256(source)) throw new Error(`track ${index + 1} differs from its file`)
      bytes += fetched.length
    }
    const took = performance.now() - began
    return `${megabytes(bytes)} at ${(bytes / 1e3 / took).toFixed(0)} MB/s`
  })
  await report.step('the whole release is mirrored, renditions too', async () => {
    const held = await eventually('the mirror', FETCH_WAIT_MS, async () => {
      const { heldBytes, bytes } = await catalogEntry(cast)
      return heldBytes >= bytes ? heldBytes : undefined
    })
    return megabytes(held)
  })
}
