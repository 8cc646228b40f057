import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { base32upper } from 'multiformats/bases/base32'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { afterEach, describe, expect, test } from 'vitest'
import { Vault } from '#node/p2p/blocks/vault.ts'
import { MediaNodes, MIB, meet, publish, readAll } from '#test/support/media-node.ts'

const nodes = new MediaNodes()
const never = new AbortController().signal

afterEach(() => nodes.stopAll())

const codecOf = () => raw as never

async function openVault(dir: string, cacheBytesMax: number): Promise<Vault> {
  const vault = new Vault({ dir, cacheBytesMax, codecOf })
  await vault.open()
  return vault
}

async function block(bytes: number): Promise<{ cid: CID; bytes: Uint8Array }> {
  const content = randomBytes(bytes)
  return { cid: CID.createV1(raw.code, await sha256.digest(content)), bytes: content }
}

async function bytesOnDisk(dir: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !entry.name.startsWith('index.db'))
      sum += await stat(join(entry.parentPath, entry.name)).then(
        found => found.size,
        () => 0,
      )
  return sum
}

describe('the cache', () => {
  test('never exceeds its cap, whatever is fetched and however much at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), async sizes => {
        const dir = await nodes.dir()
        const vault = await openVault(dir, 1000)
        let worst = 0
        await Promise.all(
          sizes.map(async size => {
            const { cid, bytes } = await block(size)
            await vault.putFetched(cid, bytes)
            worst = Math.max(worst, vault.usage().cachedBytes, await bytesOnDisk(dir))
          }),
        )
        expect(worst).toBeLessThanOrEqual(1000)
        expect(await bytesOnDisk(dir)).toBe(vault.usage().cachedBytes)
        await vault.close()
      }),
      { numRuns: 15 },
    )
  })

  test('gives up what was not used for longest', async () => {
    const vault = await openVault(await nodes.dir(), 300)
    const blocks = await Promise.all([block(100), block(100), block(100), block(100)])
    for (const { cid, bytes } of blocks.slice(0, 3)) await vault.putFetched(cid, bytes)
    await vault.read(blocks[0]!.cid)
    await vault.putFetched(blocks[3]!.cid, blocks[3]!.bytes)
    expect(blocks.map(({ cid }) => vault.kind(cid) !== null)).toEqual([true, false, true, true])
    await vault.close()
  })

  test('takes nothing larger than itself, and says so', async () => {
    const vault = await openVault(await nodes.dir(), 50)
    const { cid, bytes } = await block(51)
    expect(await vault.putFetched(cid, bytes)).toBe(false)
    expect(vault.kind(cid)).toBeNull()
    await vault.close()
  })

  test('counts what is being written, beside what is there', async () => {
    const vault = await openVault(await nodes.dir(), 1000)
    const first = await block(800)
    await vault.putFetched(first.cid, first.bytes)
    const together = await Promise.all([block(150), block(150), block(150)])
    const kept = together.map(({ cid, bytes }) => vault.putFetched(cid, bytes))
    await Promise.all(kept)
    expect(vault.usage().cachedBytes).toBe(450)
    await vault.close()
  })

  test('gives a block up to its own release for good, when what is published here was fetched before', async () => {
    const vault = await openVault(await nodes.dir(), 100)
    const [mine, theirs] = [await block(60), await block(60)]
    await vault.putFetched(mine.cid, mine.bytes)
    await vault.putOwn(mine.cid, mine.bytes)
    expect(vault.kind(mine.cid)).toBe('staged')
    expect(await vault.putFetched(theirs.cid, theirs.bytes)).toBe(true)
    expect(vault.usage()).toMatchObject({ ownBytes: 60, cachedBytes: 60 })
    await vault.close()
  })

  test('shrinks at once when its cap is lowered', async () => {
    const vault = await openVault(await nodes.dir(), 1000)
    for (let i = 0; i < 10; i++) {
      const { cid, bytes } = await block(100)
      await vault.putFetched(cid, bytes)
    }
    await vault.setCacheBytesMax(350)
    expect(vault.usage()).toMatchObject({ cachedBytes: 300, cacheBytesMax: 350 })
    await vault.close()
  })

  test('never evicts an own release, though others flow through it', async () => {
    const [alice, bob] = [await nodes.start(), await nodes.start({ cacheBytesMax: 4 * MIB })]
    const theirs = await publish(alice, 12 * MIB)
    const own = await publish(bob, 6 * MIB)
    await meet(bob, alice)
    expect(Buffer.compare(await readAll(bob, theirs.root), theirs.content)).toBe(0)
    expect(bob.vault.usage().cachedBytes).toBeLessThanOrEqual(4 * MIB)
    expect(Buffer.compare(await readAll(bob, own.root), own.content)).toBe(0)
    await expect(bob.blocks.fetchAll(theirs.root, never, () => {})).rejects.toMatchObject({ code: 'too-large' })
  })
})

describe('the vault', () => {
  test('keeps everything across a restart', async () => {
    const alice = await nodes.start()
    const own = await publish(alice, 3 * MIB)
    const usage = alice.vault.usage()
    await nodes.stop(alice)
    const back = await nodes.start({ dataDir: alice.dataDir })
    expect(await back.restore([own.root])).toEqual([])
    expect(back.vault.usage()).toEqual(usage)
    expect(Buffer.compare(await readAll(back, own.root), own.content)).toBe(0)
  })

  test('removes what an interrupted publication left, and only that', async () => {
    const alice = await nodes.start()
    const own = await publish(alice, 2 * MIB)
    const { ownBytes } = alice.vault.usage()
    await alice.unixfs.addBytes(randomBytes(2 * MIB))
    await nodes.stop(alice)
    const back = await nodes.start({ dataDir: alice.dataDir })
    await back.restore([own.root])
    expect(back.vault.usage().ownBytes).toBe(ownBytes)
    expect(await bytesOnDisk(join(alice.dataDir, 'blocks'))).toBe(ownBytes)
  })

  test('drops what a crash cut short, and fetches it again', async () => {
    const dir = await nodes.dir()
    const crashed = await openVault(dir, 10_000)
    const [whole, cut] = [await block(500), await block(500)]
    await crashed.putFetched(whole.cid, whole.bytes)
    await crashed.putFetched(cut.cid, cut.bytes)
    const files = (await readdir(dir, { recursive: true })).filter(name => name.endsWith('.data'))
    const unfinished = (await block(20)).cid.multihash.bytes
    const name = base32upper.encode(unfinished)
    await mkdir(join(dir, name.slice(-2)), { recursive: true })
    await copyFile(join(dir, files[1] as string), join(dir, name.slice(-2), `${name}.data`))
    await truncate(join(dir, files[0] as string), 10)
    // Opened a second time without having been closed: what a killed process leaves.
    const back = await openVault(dir, 10_000)
    expect(back.usage().cachedBytes).toBe(500)
    expect(await bytesOnDisk(dir)).toBe(500)
    await back.close()
  })

  test('rebuilds a lost index from its files: own releases stay own, the rest becomes cache', async () => {
    const alice = await nodes.start()
    const own = await publish(alice, 2 * MIB)
    const bob = await nodes.start()
    const theirs = await publish(bob, 2 * MIB)
    await meet(alice, bob)
    await alice.blocks.fetchAll(theirs.root, never, () => {})
    const usage = alice.vault.usage()
    await nodes.stop(alice)
    for (const name of ['index.db', 'index.db-wal', 'index.db-shm'])
      await rm(join(alice.dataDir, 'blocks', name), { force: true })
    const back = await nodes.start({ dataDir: alice.dataDir })
    expect(await back.restore([own.root])).toEqual([])
    expect(back.vault.usage()).toEqual(usage)
    expect(Buffer.compare(await readAll(back, theirs.root), theirs.content)).toBe(0)
  })

  test('believes no file whose bytes changed once the index that vouched for it is lost', async () => {
    const alice = await nodes.start()
    const own = await publish(alice, 2 * MIB)
    const bob = await nodes.start()
    const theirs = await publish(bob, 2 * MIB)
    await meet(alice, bob)
    await alice.blocks.fetchAll(theirs.root, never, () => {})
    await nodes.stop(alice)
    const blocks = join(alice.dataDir, 'blocks')
    for (const name of ['index.db', 'index.db-wal', 'index.db-shm']) await rm(join(blocks, name), { force: true })
    for (const name of await readdir(blocks, { recursive: true })) {
      if (!name.endsWith('.data')) continue
      const bytes = await readFile(join(blocks, name))
      // Only the media: folders stay readable, so that every leaf is looked for.
      if (bytes.length > MIB / 2) await writeFile(join(blocks, name), bytes.fill(0x55, 0, 1).fill(0xaa, 1, 2))
    }
    const back = await nodes.start({ dataDir: alice.dataDir })
    expect(await back.restore([own.root])).toEqual([own.root])
    expect(back.vault.usage()).toMatchObject({ ownBytes: 0 })
    expect(back.vault.usage().cachedBytes).toBeLessThan(MIB / 2)
    expect(back.vault.isPinned(own.root)).toBe(false)
  })

  test('gives up a release without touching what another one shares with it', async () => {
    const alice = await nodes.start()
    const shared = randomBytes(2 * MIB)
    const [one, two] = [
      await alice.unixfs.addBytes(Buffer.concat([shared, randomBytes(MIB)])),
      await alice.unixfs.addBytes(Buffer.concat([shared, randomBytes(MIB)])),
    ]
    await alice.vault.pin(one)
    await alice.vault.pin(two)
    await alice.vault.unpin(one)
    expect(await alice.blocks.has(one)).toBe(false)
    expect((await readAll(alice, two)).length).toBe(3 * MIB)
    await alice.vault.unpin(two)
    expect(alice.vault.usage().ownBytes).toBe(0)
    expect(await bytesOnDisk(join(alice.dataDir, 'blocks'))).toBe(0)
  })

  test('refuses to keep a release of which a part is missing', async () => {
    const alice = await nodes.start()
    const { cid } = await block(10)
    await expect(alice.vault.pin(cid)).rejects.toMatchObject({ name: 'StageError', code: 'not-found' })
  })
})
