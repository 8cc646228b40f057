import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { CarReader } from '@ipld/car'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportCar } from '#node/jobs/archive-export.ts'
import { createMediaTools } from '#node/media/media-tools.ts'
import { decodeEnvelope, encodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { clip } from '#test/support/clips.ts'
import { openPublishingStage, type PublishingStage } from '#test/support/publishing-stage.ts'

const collect = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
/** In pieces that cut headers and blocks anywhere. */
const inPieces = (bytes: Uint8Array, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size)),
  )

describe('an archive', () => {
  let dir = ''
  let from: PublishingStage
  let to: PublishingStage
  let ids: string[] = []
  let car: Buffer

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'bandstand-archive-'))
    const media = await createMediaTools({ ffmpeg: null })
    from = await openPublishingStage(path.join(dir, 'from'), { media })
    to = await openPublishingStage(path.join(dir, 'to'), { media })
    for (const name of ['lena.wav', 'lena.ogg', 'lena.ogg'])
      await from.run({ tracks: [{ upload: await from.upload(clip(name)) }] })
    ids = [...from.published.keys()]
    car = await collect(from.archive.exportCar(ids))
  })
  afterAll(async () => {
    await from.close()
    await to.close()
    await rm(dir, { recursive: true, force: true })
  })

  const blocks = (stage: PublishingStage) => [...stage.vault.index.keys()].length
  const refused = async (bytes: Uint8Array) => {
    await expect(to.archive.importCar(inPieces(bytes, 65_536))).rejects.toMatchObject({ code: 'bad-archive' })
    expect(blocks(to)).toBe(0)
    expect(to.published.size).toBe(0)
    expect(await to.leftovers()).toEqual([])
  }

  it('is a CARv1 that other tools read, whose blocks all match their hashes', async () => {
    const reader = await CarReader.fromBytes(car)
    expect(reader.version).toBe(1)
    expect(await reader.getRoots()).toHaveLength(1)
    const seen = new Set<string>()
    for await (const { cid, bytes } of reader.blocks()) {
      expect(Buffer.from(cid.multihash.digest)).toEqual(createHash('sha256').update(bytes).digest())
      expect(seen.has(cid.toString())).toBe(false)
      seen.add(cid.toString())
    }
  })

  it('is the same bytes every time', async () => {
    expect(await collect(from.archive.exportCar(ids))).toEqual(car)
  })

  it('is refused whole when it is cut, changed, extended or something else, and nothing is kept', async () => {
    await refused(new Uint8Array(0))
    await refused(Buffer.from('no archive at all, only words'))
    await refused(car.subarray(0, -1))
    await refused(Buffer.concat([car, car.subarray(0, 1)]))
    await refused(Buffer.concat([car, car.subarray(59)]))
    await refused(Buffer.from([0xff, 0xff, 0xff, 0x7f, ...car.subarray(1)]))
    await fc.assert(
      fc.asyncProperty(fc.nat(car.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(car)
        changed[at] = (changed[at] ?? 0) ^ flip
        await refused(changed)
      }),
      { numRuns: 40 },
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(car.length - 1), async length => refused(car.subarray(0, length))),
      { numRuns: 15 },
    )
  })

  it('is refused when a manifest is forged, though all its hashes fit', async () => {
    const [id = ''] = ids
    const real = from.published.get(id) ?? new Uint8Array(0)
    const envelope = decodeEnvelope(real)
    if (!envelope.ok) throw new Error('the manifest does not decode')
    from.published.set(id, encodeEnvelope(envelope.value.payload, new Uint8Array(64)))
    const forged = await collect(from.archive.exportCar(ids))
    from.published.set(id, real)
    await refused(forged)
  })

  it('is refused when a manifest names other files than come with it, though it is signed and all hashes fit', async () => {
    const [one = '', two = ''] = ids
    const manifestEnvelope = from.published.get(two) ?? new Uint8Array(0)
    expect(from.manifest(one).root.equals(from.manifest(two).root)).toBe(false)
    await refused(await collect(exportCar(from.shelf, [{ root: from.manifest(one).root, manifestEnvelope }])))
  })

  it('gives another stage the same releases: envelopes byte for byte, every block, pinned', async () => {
    const result = await to.archive.importCar(inPieces(car, 1_013))
    expect(result.releases).toEqual(ids)
    for (const id of ids) {
      expect(to.published.get(id)).toEqual(from.published.get(id))
      expect(to.shelf.isPinned(from.manifest(id).root)).toBe(true)
    }
    expect(blocks(to)).toBe(blocks(from))
    expect(await collect(to.archive.exportCar(ids))).toEqual(car)
    expect(await to.leftovers()).toEqual([])
    // Once more changes nothing, and a refusal afterwards takes nothing away.
    await to.archive.importCar(inPieces(car, 65_536))
    await expect(to.archive.importCar(inPieces(car.subarray(0, -1), 65_536))).rejects.toMatchObject({
      code: 'bad-archive',
    })
    expect(blocks(to)).toBe(blocks(from))
  })

  it('brings nothing back that was taken down here, but everything else', async () => {
    const [gone = ''] = ids
    const { root } = to.manifest(gone)
    to.withdrawn.add(gone)
    to.published.delete(gone)
    await to.shelf.unpin(root)
    const held = blocks(to)
    expect((await to.archive.importCar(inPieces(car, 65_536))).releases).toEqual(ids.slice(1))
    const alone = await collect(from.archive.exportCar([gone]))
    await expect(to.archive.importCar(inPieces(alone, 65_536))).rejects.toMatchObject({ code: 'conflict' })
    expect(blocks(to)).toBe(held)
    expect(await to.leftovers()).toEqual([])
  })

  it('is not begun when a part of a release is missing here', async () => {
    const [id = ''] = ids
    const { root } = from.manifest(id)
    await from.shelf.unpin(root)
    await expect(from.archive.exportCar([id])[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'no-holder',
    })
  })
})
