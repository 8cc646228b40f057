import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { unixfs } from '@helia/unixfs'
import type { CID } from 'multiformats/cid'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StageError } from '#node/errors.ts'
import type { PublisherParts } from '#node/jobs/ports.ts'
import { createMediaTools } from '#node/media/media-tools.ts'
import { asBlockstore } from '#node/p2p/blocks/blockstore.ts'
import type { JobInfo } from '#protocols/api/v1/schemas.ts'
import { clip } from '#test/support/clips.ts'
import { hasFfmpeg } from '#test/support/ffmpeg.ts'
import { openPublishingStage, type PublishingStage } from '#test/support/publishing-stage.ts'

let dir = ''
const open: PublishingStage[] = []

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'bandstand-publishing-'))
})
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close()
  await rm(dir, { recursive: true, force: true })
})

const start = async (change: Partial<PublisherParts> = {}, name = 'stage'): Promise<PublishingStage> => {
  const stage = await openPublishingStage(path.join(dir, name), change)
  open.push(stage)
  return stage
}
// Without ffmpeg a job takes milliseconds: for what does not depend on renditions.
const quick = async (change: Partial<PublisherParts> = {}, name = 'stage') =>
  start({ media: await createMediaTools({ ffmpeg: null }), ...change }, name)
const contentOf = async (stage: PublishingStage, root: CID, file: string): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of unixfs({ blockstore: asBlockstore(stage.vault) }).cat(root, { path: file })) parts.push(part)
  return Buffer.concat(parts)
}
const blocksOf = (stage: PublishingStage): number => [...stage.vault.index.keys()].length
const expectNothingLeft = async (stage: PublishingStage) => {
  expect(blocksOf(stage)).toBe(0)
  expect(await stage.leftovers()).toEqual([])
  expect(stage.published.size).toBe(0)
}

describe('publishing a release', () => {
  it.runIf(hasFfmpeg)('stores every file under one pinned root that the signed manifest describes', async () => {
    const stage = await start()
    const cover = path.join(dir, 'cover.png')
    await sharp({ create: { width: 90, height: 90, channels: 3, background: '#36c' } }).toFile(cover)
    const tracks = [
      { upload: await stage.upload(clip('lena.flac')), isrc: 'qz-abc-26-00001', iswc: 'T-034.524.680-1' },
      { upload: await stage.upload(clip('lena.mp3'), '../second\u0000 song.mp3'), title: 'Second' },
    ]
    const splits = [
      { party: 'Ana', shares: 5_000 },
      { party: 'Bo', shares: 3_000 },
      { party: 'Cy', shares: 2_000 },
    ]
    const job = await stage.run({
      tracks,
      splits,
      coverUpload: await stage.upload(cover),
      title: 'Two songs',
      upc: '036000291452',
    })
    expect(job).toMatchObject({ state: 'done', problem: null })
    const manifest = stage.manifest(job.release ?? '')
    expect(manifest).toMatchObject({ title: 'Two songs', artist: 'Lena Stolze', upc: '036000291452', splits })
    expect(manifest.tracks.map(track => track.title)).toEqual(['Oh lad le', 'Second'])
    expect(manifest.tracks[0]).toMatchObject({ isrc: 'QZABC2600001', iswc: 'T0345246801' })
    const files = manifest.tracks.flatMap(track => [
      track.original,
      ...(track.plain === null ? [] : [track.plain]),
      ...track.renditions,
    ])
    for (const file of [...files, ...(manifest.cover === null ? [] : [manifest.cover])])
      expect((await contentOf(stage, manifest.root, file.path)).length, file.path).toBe(file.bytes)
    expect(manifest.tracks[1]?.original.path).toBe('02/second-song.mp3')
    expect(Buffer.from(await contentOf(stage, manifest.root, '01/lena.flac'))).toEqual(
      await readFile(clip('lena.flac')),
    )
    expect(stage.shelf.isPinned(manifest.root)).toBe(true)
    expect(await stage.uploads()).toEqual([])
    expect(await stage.leftovers()).toEqual([])
    expect(stage.defects).toEqual([])
  })

  it('keeps the original alone, and says so, where there is no ffmpeg', async () => {
    const stage = await quick()
    const job = await stage.run({ tracks: [{ upload: await stage.upload(clip('lena.ogg')) }] })
    expect(job.notes.join()).toMatch(/no ffmpeg/)
    const manifest = stage.manifest(job.release ?? '')
    expect(manifest.tracks[0]).toMatchObject({ hls: null, plain: null, renditions: [], loudness: null })
    expect(manifest.splits).toEqual([{ party: manifest.artist, shares: 10_000 }])
  })

  it('gives the same root for the same files on every stage', async () => {
    const roots = []
    for (const name of ['one', 'two']) {
      const stage = await quick({}, name)
      const job = await stage.run({ tracks: [{ upload: await stage.upload(clip('lena.wav')) }] })
      roots.push(stage.manifest(job.release ?? '').root.toString())
    }
    expect(roots[0]).toBe(roots[1])
  })

  it('works on one job after another and tells progress that only grows', async () => {
    const stage = await quick()
    const requests = [
      { tracks: [{ upload: await stage.upload(clip('lena.wav')) }] },
      { tracks: [{ upload: await stage.upload(clip('lena.ogg')) }] },
    ]
    const [first, second] = requests.map(request => stage.publisher.publish(request))
    expect(second?.step).toMatch(/waiting/)
    await stage.publisher.idle()
    expect(stage.publisher.jobs().map(job => job.state)).toEqual(['done', 'done'])
    const of = (job: JobInfo | undefined) => stage.told.filter(told => told.id === job?.id)
    const done = of(first).map(told => told.doneBytes)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(of(first).at(-1)).toMatchObject({ state: 'done' })
    const ended = stage.told.findIndex(told => told.id === first?.id && told.state === 'done')
    expect(stage.told.slice(0, ended).some(told => told.id === second?.id && told.step !== second?.step)).toBe(false)
  })
})

describe('a publish request that cannot be fulfilled', () => {
  it('is refused at once for splits, identifiers and unknown jobs', async () => {
    const stage = await quick()
    const tracks = [{ upload: await stage.upload(clip('lena.ogg')) }]
    const publish = (more: object) => () => stage.publisher.publish({ tracks, ...more })
    expect(publish({ splits: [{ party: 'Ana', shares: 9_900 }] })).toThrow(
      expect.objectContaining({ code: 'bad-splits', message: expect.stringContaining('99 %'), path: 'splits' }),
    )
    expect(publish({ upc: '036000291453' })).toThrow(expect.objectContaining({ code: 'bad-identifier', path: 'upc' }))
    expect(publish({ tracks: [{ ...tracks[0], isrc: 'nonsense' }] })).toThrow(
      expect.objectContaining({ code: 'bad-identifier', path: 'tracks[0].isrc' }),
    )
    expect(() => stage.publisher.job('none')).toThrow(expect.objectContaining({ code: 'not-found' }))
    await expectNothingLeft(stage)
  })

  it('leaves nothing behind, and the uploads where they are, when a file is no music', async () => {
    const stage = await quick()
    const text = path.join(dir, 'words.mp3')
    await writeFile(text, 'just words '.repeat(1_000))
    const tracks = [{ upload: await stage.upload(clip('lena.ogg')) }, { upload: await stage.upload(text) }]
    const job = await stage.run({ tracks })
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'media-unreadable' } })
    expect(await stage.uploads()).toHaveLength(2)
    await expectNothingLeft(stage)
  })

  it('leaves nothing behind when an upload is gone, the cover is broken, or the door refuses', async () => {
    const words = path.join(dir, 'cover.jpg')
    await writeFile(words, 'no picture')
    const refusing = await quick({ submit: () => Promise.reject(new StageError('rate-limited', 'Too fast.')) })
    const upload = await refusing.upload(clip('lena.wav'))
    expect(await refusing.run({ tracks: [{ upload }] })).toMatchObject({ problem: { code: 'rate-limited' } })
    expect(await refusing.run({ tracks: [{ upload: 'gone' }] })).toMatchObject({ problem: { code: 'not-found' } })
    const coverUpload = await refusing.upload(words)
    expect(await refusing.run({ tracks: [{ upload }], coverUpload })).toMatchObject({
      problem: { code: 'media-unreadable' },
    })
    expect(await refusing.uploads()).toHaveLength(2)
    expect(refusing.defects).toEqual([])
    await expectNothingLeft(refusing)
  })

  it('leaves nothing behind when the disk fills up or something unexpected breaks', async () => {
    const full = await quick()
    const put = full.shelf.put
    let puts = 0
    full.shelf.put = (cid, bytes) =>
      ++puts > 1 ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : put(cid, bytes)
    const tracks = [{ upload: await full.upload(clip('lena.wav')) }]
    expect(await full.run({ tracks })).toMatchObject({ problem: { code: 'disk-full' } })
    await expectNothingLeft(full)
    full.shelf.put = () => Promise.reject(new TypeError('a defect'))
    const job = await full.run({ tracks })
    expect(job.problem).toMatchObject({ code: 'internal' })
    expect(job.problem?.message).not.toMatch(/defect/)
    expect(full.defects).toHaveLength(1)
    await expectNothingLeft(full)
  })

  it('keeps a release whose door failed after it had accepted, and reports the defect', async () => {
    const accepted = new Set<string>()
    const submit = async (_type: string, body: unknown): Promise<never> => {
      accepted.add((body as { id: string }).id)
      throw new Error('told nobody')
    }
    const stage = await quick({ submit, isPublished: id => accepted.has(id) })
    const job = await stage.run({ tracks: [{ upload: await stage.upload(clip('lena.ogg')) }] })
    expect(job).toMatchObject({ state: 'done', release: [...accepted][0] })
    expect(stage.vault.pinned()).toHaveLength(1)
    expect(stage.defects).toHaveLength(1)
    expect(await stage.leftovers()).toEqual([])
  })

  it('does not take back the files of another release when the same files fail to publish again', async () => {
    const stage = await quick()
    const first = await stage.run({ tracks: [{ upload: await stage.upload(clip('lena.ogg')) }] })
    const blocks = blocksOf(stage)
    await stage.close()
    open.splice(open.indexOf(stage), 1)
    const again = await quick({ submit: () => Promise.reject(new StageError('stopping', 'Not now.')) })
    expect(await again.run({ tracks: [{ upload: await again.upload(clip('lena.ogg')) }] })).toMatchObject({
      state: 'failed',
    })
    expect(blocksOf(again)).toBe(blocks)
    expect(again.shelf.isPinned(stage.manifest(first.release ?? '').root)).toBe(true)
  })
})

describe('stopping', () => {
  it('ends the running job, fails the waiting ones, and leaves nothing', async () => {
    const stage = await start()
    const tracks = [{ upload: await stage.upload(clip('lena.wav')) }]
    const jobs = [stage.publisher.publish({ tracks }), stage.publisher.publish({ tracks })]
    await new Promise(resolve => setTimeout(resolve, 300))
    await stage.publisher.stop()
    for (const { id } of jobs) expect(stage.publisher.job(id)).toMatchObject({ problem: { code: 'stopping' } })
    expect(() => stage.publisher.publish({ tracks })).toThrow(expect.objectContaining({ code: 'stopping' }))
    await expectNothingLeft(stage)
  })

  it('by a crash is cleaned up at the next start: work folder, blocks, and a pin without a release', async () => {
    const first = await quick()
    const job = await first.run({ tracks: [{ upload: await first.upload(clip('lena.wav')) }] })
    const { root, id } = first.manifest(job.release ?? '')
    const cids = [...first.vault.index.keys()].length
    await first.close()
    open.splice(0)
    // What a process killed between pin and append leaves: the journal, the pin, the blocks, a work folder.
    const jobs = path.join(dir, 'stage', 'jobs')
    await mkdir(path.join(jobs, 'work', 'dead', '01'), { recursive: true })
    await writeFile(path.join(jobs, 'journals', 'dead.journal'), `release ${id} ${root}\nblock ${root}\nblock baf`)
    const kept = await quick({ isPublished: () => true })
    expect(blocksOf(kept)).toBe(cids)
    expect(await kept.leftovers()).toEqual([])
    await kept.close()
    open.splice(0)
    await writeFile(path.join(jobs, 'journals', 'dead.journal'), `release ${id} ${root}\nblock ${root}\n`)
    await expectNothingLeft(await quick({ isPublished: () => false }))
  })
})
