import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeEntryBundle } from '#protocols/ledger/v1/tiles.ts'
import { leafHash, nodeHash } from '#src/ledger/merkle.ts'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'
import { channel, furnish, must, type OwnLog, ownLogFolders, voucher } from '#test/support/own-log-world.ts'

const folders = ownLogFolders()
let stage: HttpStage
let log: OwnLog
beforeAll(async () => {
  log = folders.open(folders.folder())
  await furnish(log)
  await Promise.all(Array.from({ length: 300 }, (_, at) => log.voucher(voucher(channel, BigInt(at + 1)))))
  must(log.commit(0))
  must(await log.voucher(voucher(channel, 400n)))
  stage = await openHttpStage({ log })
})
afterAll(async () => {
  await stage.close()
  await folders.remove()
})

const get = (path: string) => stage.ask('GET', path)

/** Root of any number of leaves, as RFC 6962 defines it: a program of its own beside ours. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(hasher, rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)))
}

describe('the log over HTTP', () => {
  it('answers the newest checkpoint, to be asked for again soon', async () => {
    const answer = await get('/log/checkpoint')
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=1',
      'access-control-allow-origin': '*',
    })
    expect(answer.body.toString()).toBe(log.checkpoint())
  })

  it('lets a reader make the signed root from bundles, and from hash tiles', async () => {
    const { size, root } = must(parseCheckpoint((await get('/log/checkpoint')).body.toString()))
    expect(size).toBe(305)
    const bundles = [await get('/log/tile/entries/000'), await get('/log/tile/entries/001.p/49')]
    const tiles = [await get('/log/tile/0/000'), await get('/log/tile/0/001.p/49')]
    for (const { status, headers } of [...bundles, ...tiles]) {
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('application/octet-stream')
      expect(headers['cache-control']).toMatch(/immutable/)
    }
    const entries = bundles.flatMap(({ body }) => must(decodeEntryBundle(body)))
    const leaves = entries.map(entry => leafHash(hasher, entry))
    expect(Buffer.concat(tiles.map(({ body }) => body))).toEqual(Buffer.concat(leaves))
    expect(Buffer.from(rootOf(leaves))).toEqual(Buffer.from(root))
    const level1 = await get('/log/tile/1/000.p/1')
    expect(level1.body).toEqual(Buffer.from(rootOf(leaves.slice(0, 256))))
  })

  it('serves any narrower partial tile, always with the same bytes', async () => {
    const wide = await get('/log/tile/0/001.p/49')
    for (const width of [1, 48]) {
      expect((await get(`/log/tile/0/001.p/${width}`)).body).toEqual(wide.body.subarray(0, width * 32))
    }
    expect((await get('/log/tile/0/000.p/255')).body).toHaveLength(255 * 32)
  })

  it.each([
    ['what is accepted but not signed yet', '/log/tile/0/001.p/50'],
    ['a bundle beyond the signed size', '/log/tile/entries/001.p/50'],
    ['a tile that is not full', '/log/tile/0/001'],
    ['a level that the tree does not have', '/log/tile/2/000.p/1'],
    ['a tile far away', '/log/tile/0/x999/x999/999'],
    ['another writing of the same number', '/log/tile/0/0'],
    ['a percent-encoded address', '/log/tile/0/%30%30%30'],
    ['a query', '/log/tile/0/000?x=1'],
    ['a width of 256', '/log/tile/0/000.p/256'],
    ['no number', '/log/tile/0/abc'],
    ['a way up', '/log/tile/../ledger.db'],
    ['a negative level', '/log/tile/-1/000'],
  ])('answers 404 for %s', async (_what, path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(answer.headers['cache-control']).toBe('no-store')
  })
})
