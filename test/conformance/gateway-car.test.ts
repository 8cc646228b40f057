import { CarReader } from '@ipld/car'
import type { CID } from 'multiformats/cid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GatewayVectors, haveGatewayVectors, loadGatewayVectors } from '#test/support/gateway-vectors.ts'
import { type AskOptions, type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

/** Expectations follow https://specs.ipfs.tech/http-gateways/. */
const present = haveGatewayVectors()
let stage: HttpStage
let vectors: GatewayVectors
beforeAll(async () => {
  stage = await openHttpStage()
  if (present) vectors = await loadGatewayVectors(stage.blocks)
})
afterAll(() => stage.close())

const root = (name: string): CID => vectors.root(name)
const at = (name: string, ...path: string[]): Promise<CID> => vectors.at(name, ...path)
const get = (path: string, headers: Record<string, string> = {}) => stage.ask('GET', path, { headers })
const links = (cid: CID) => vectors.links(cid)
const children = async (cid: CID) => (await links(cid)).map(link => link.Hash.toString())

async function carBlocks(body: Uint8Array): Promise<string[]> {
  const cids: string[] = []
  for await (const { cid } of (await CarReader.fromBytes(body)).blocks()) cids.push(cid.toString())
  return cids
}

async function car(path: string, query: string, options: AskOptions = {}) {
  const byFormat = await stage.ask('GET', `${path}?format=car${query}`, options)
  const accept = { accept: 'application/vnd.ipld.car', ...options.headers }
  const byAccept = await stage.ask('GET', `${path}?${query.slice(1)}`, { headers: accept })
  for (const answer of [byFormat, byAccept]) {
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toContain('application/vnd.ipld.car; version=1; order=dfs')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['accept-ranges']).toBe('none')
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename=".*\.car"/)
    expect(answer.headers.etag).toBeTruthy()
  }
  expect(byAccept.body.equals(byFormat.body)).toBe(true)
  return carBlocks(byFormat.body)
}

describe.skipIf(!present)('trustless gateway, CAR', () => {
  const ids = async (...cids: (CID | Promise<CID>)[]) => (await Promise.all(cids)).map(String)

  it('carries the path, then the entity with everything below it', async () => {
    const fixture = 'subdir-with-two-single-block-files'
    const expected = await ids(root(fixture), at(fixture, 'subdir'), at(fixture, 'subdir', 'ascii.txt'))
    expect(await car(`/ipfs/${root(fixture)}/subdir/ascii.txt`, '')).toEqual(expected)
    expect(await car(`/ipfs/${root(fixture)}/subdir/ascii.txt`, '&dag-scope=block')).toEqual(expected)
    expect(await car(`/ipfs/${root(fixture)}/subdir`, '&dag-scope=block')).toEqual(expected.slice(0, 2))
    expect(await car(`/ipfs/${root(fixture)}`, '&dag-scope=entity')).toEqual(expected.slice(0, 1))
    expect((await get(`/ipfs/${root(fixture)}/subdir/i-do-not-exist?format=car`)).status).toBe(404)
  })

  it('narrows to the entity or takes all of a directory', async () => {
    const fixture = 'subdir-with-mixed-block-files'
    const above = await ids(root(fixture), at(fixture, 'subdir'))
    const file = await at(fixture, 'subdir', 'multiblock.txt')
    const leaves = await children(file)
    const path = `/ipfs/${root(fixture)}/subdir`
    expect(await car(`${path}/ascii.txt`, '&dag-scope=entity')).toEqual([
      ...above,
      ...(await ids(at(fixture, 'subdir', 'ascii.txt'))),
    ])
    for (const query of ['&dag-scope=entity', '&dag-scope=all', '&dag-scope=entity&entity-bytes=0:*']) {
      expect(await car(`${path}/multiblock.txt`, query)).toEqual([...above, String(file), ...leaves])
    }
    const below: string[] = []
    for (const link of await links(await at(fixture, 'subdir'))) {
      below.push(String(link.Hash), ...(link.Name === 'multiblock.txt' ? leaves : []))
    }
    expect(await car(path, '&dag-scope=all')).toEqual([...above, ...below])
  })

  it('carries only the blocks that hold the bytes asked for', async () => {
    const file = await at('subdir-with-mixed-block-files', 'subdir', 'multiblock.txt')
    const leaves = await children(file)
    for (const [bytes, from, end] of [
      ['512:*', 2, 5],
      ['512:1023', 2, 4],
      ['512:-256', 2, 4],
      ['-5:*', 3, 5],
      ['-9999:*', 0, 5],
      ['-9999:-3', 0, 4],
      ['0:0', 0, 1],
    ] as const) {
      const query = `&dag-scope=entity&entity-bytes=${bytes}`
      expect(await car(`/ipfs/${file}`, query)).toEqual([String(file), ...leaves.slice(from, end)])
    }
  })

  it('does not touch blocks outside the bytes asked for', async () => {
    const cid = root('file-3k-and-3-blocks-missing-block')
    const first = 'QmPKt7ptM2ZYSGPUc8PmPT2VBkLDK3iqpG9TBJY7PCE9rF'
    const third = 'QmWXY482zQdwecnfBsj78poUUuPXvyw2JAFAEMw4tzTavV'
    const scope = '&dag-scope=entity&entity-bytes='
    expect(await car(`/ipfs/${cid}`, `${scope}0:1000`)).toEqual([String(cid), first])
    expect(await car(`/ipfs/${cid}`, `${scope}2200:*`)).toEqual([String(cid), third])
  })

  it('walks sharded directories: one name by its path, or all of it without files', async () => {
    const cid = root('single-layer-hamt-with-multi-block-files')
    const shards: string[] = []
    const files = new Map<string, { readonly cid: CID; readonly via: readonly string[] }>()
    const explore = async (shard: CID, via: readonly string[]): Promise<void> => {
      for (const link of await links(shard)) {
        if (link.Name!.length > 2) files.set(link.Name!.slice(2), { cid: link.Hash, via })
        else {
          shards.push(String(link.Hash))
          await explore(link.Hash, [...via, String(link.Hash)])
        }
      }
    }
    await explore(cid, [String(cid)])
    for (const name of ['685.txt', '1.txt']) {
      const file = files.get(name)!
      const head = [...file.via, String(file.cid)]
      expect(await car(`/ipfs/${cid}/${name}`, '&dag-scope=block')).toEqual(head)
      if (!(await stage.blocks.has(file.cid))) continue
      const held = name === '685.txt' ? await children(file.cid) : []
      if (held.length > 0) expect(await car(`/ipfs/${cid}/${name}`, '')).toEqual([...head, ...new Set(held)])
    }
    for (const query of ['&dag-scope=entity', '&dag-scope=entity&entity-bytes=0:*']) {
      expect(await car(`/ipfs/${cid}`, query)).toEqual([String(cid), ...shards])
    }
    expect((await get(`/ipfs/${cid}/no-such-name.txt`)).status).toBe(404)
    const listing = await get(`/ipfs/${cid}/`)
    expect(listing.body.toString()).toContain('>685.txt<')
  })

  it('follows links through documents, and stops at them when only the entity is wanted', async () => {
    const fixture = 'dir-with-dag-cbor-with-links'
    const document = await at(fixture, 'document')
    const through = await car(`/ipfs/${document}/files/single`, '')
    expect(through[0]).toBe(String(document))
    expect(through).toHaveLength(2)
    expect(await car(`/ipfs/${root(fixture)}/document`, '&dag-scope=entity')).toEqual([
      String(root(fixture)),
      String(document),
    ])
    const single = await get(`/ipfs/${document}/files/single`)
    expect([single.status, single.headers['x-ipfs-roots']]).toEqual([200, `${document},${through[1]}`])
    expect((await get(`/ipfs/${document}/files/none`)).status).toBe(404)
  })

  it('repeats duplicate blocks only when asked to', async () => {
    const fixture = 'dir-with-duplicate-files'
    const names = ['ascii.txt', 'hello.txt', 'multiblock.txt']
    const [ascii, hello, multi] = await Promise.all(names.map(name => at(fixture, name)))
    const tail = [String(hello), String(multi), ...(await children(multi!))]
    const path = `/ipfs/${root(fixture)}`
    const accept = (rest: string) => ({ accept: `application/vnd.ipld.car; version=1; order=dfs; ${rest}` })
    const twice = await get(path, accept('dups=y'))
    expect(twice.headers['content-type']).toBe('application/vnd.ipld.car; version=1; order=dfs; dups=y')
    expect(await carBlocks(twice.body)).toEqual([String(root(fixture)), String(ascii), String(ascii), ...tail])
    const once = await get(path, accept('dups=n'))
    expect(once.headers['content-type']).toContain('dups=n')
    expect(await carBlocks(once.body)).toEqual([String(root(fixture)), String(ascii), ...tail])
    expect((await get(path, { accept: 'application/vnd.ipld.car; order=unk' })).headers['content-type']).toContain(
      'order=',
    )
    const byQuery = await get(`${path}?format=car&car-dups=y&car-order=dfs`, accept('dups=n'))
    expect(byQuery.headers['content-type']).toContain('order=dfs; dups=y')
  })

  it('never writes out identity blocks', async () => {
    const answer = await get('/ipfs/bafkqaf3imvwgy3zaneqgc3janfxgy2lomvscay3jmqfa?format=car&car-dups=y')
    expect(answer.status).toBe(200)
    expect(await carBlocks(answer.body)).toEqual([])
  })
})
