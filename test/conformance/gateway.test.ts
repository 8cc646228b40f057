import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CarReader } from '@ipld/car'
import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AskOptions, type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

/** Fixtures of ipfs/gateway-conformance, read in place; expectations follow https://specs.ipfs.tech/http-gateways/. */
const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors/gateway')
const present = existsSync(VECTORS)
if (!present) console.log('gateway vectors are absent: skipping gateway conformance')

const roots = new Map<string, CID>()
let stage: HttpStage

beforeAll(async () => {
  stage = await openHttpStage()
  if (!present) return
  for (const entry of readdirSync(VECTORS, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.car')) continue
    roots.set(entry.name, await stage.blocks.addCar(readFileSync(resolve(entry.parentPath, entry.name))))
  }
})
afterAll(() => stage.close())

const root = (name: string): CID => roots.get(`${name}.car`)!
const get = (path: string, headers: Record<string, string> = {}) => stage.ask('GET', path, { headers })
const links = async (cid: CID) => dagPb.decode(await stage.blocks.get(cid)).Links

/** CID at a path through plain directories. */
async function at(name: string, ...path: string[]): Promise<CID> {
  let cid = root(name)
  for (const part of path) cid = (await links(cid)).find(link => link.Name === part)!.Hash
  return cid
}

const children = async (cid: CID) => (await links(cid)).map(link => link.Hash.toString())

/** Bytes of a file by another road than the gateway's: leaves in order. */
async function content(cid: CID): Promise<Buffer> {
  const bytes = await stage.blocks.get(cid)
  if (cid.code !== dagPb.code) return Buffer.from(bytes)
  const node = dagPb.decode(bytes)
  const inline = UnixFS.unmarshal(node.Data!).data ?? new Uint8Array()
  return Buffer.concat([inline, ...(await Promise.all(node.Links.map(link => content(link.Hash))))])
}

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

describe.skipIf(!present)('path gateway', () => {
  it('serves a file with ranges, and tells that it can', async () => {
    const path = `/ipfs/${root('dir-with-files')}/ascii.txt`
    const whole = await get(path)
    const raw = Buffer.from(await stage.blocks.get(await at('dir-with-files', 'ascii.txt')))
    expect([whole.status, whole.headers['accept-ranges']]).toEqual([200, 'bytes'])
    expect(whole.body.equals(raw)).toBe(true)
    expect(whole.headers['content-type']).toContain('text/plain')
    for (const [range, contentRange, from, end] of [
      ['bytes=6-16', 'bytes 6-16/31', 6, 17],
      ['bytes=-3', 'bytes 28-30/31', 28, 31],
      ['bytes=6-16,0-4', 'bytes 6-16/31', 6, 17],
    ] as const) {
      const part = await get(path, { range })
      expect([part.status, part.headers['content-range']]).toEqual([206, contentRange])
      expect(part.body.equals(raw.subarray(from, end))).toBe(true)
    }
  })

  it('answers caching questions by CID', async () => {
    const directory = root('dir-with-files')
    const file = await at('dir-with-files', 'multiblock.txt')
    const path = `/ipfs/${directory}/multiblock.txt`
    const { headers, body } = await get(path)
    expect(headers['cache-control']).toBe('public, max-age=29030400, immutable')
    expect(headers['x-ipfs-path']).toBe(path)
    expect(headers['x-ipfs-roots']).toBe(`${directory},${file}`)
    expect(headers.etag).toBe(`"${file}"`)
    expect(body.equals(await content(file))).toBe(true)
    for (const tag of [`"${file}"`, `W/"${file}"`, `"fake1", "fake2", "${file}"`, '*']) {
      expect((await get(path, { 'if-none-match': tag })).status).toBe(304)
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('lists a directory under its slash, with a tag of its own', async () => {
    const path = `/ipfs/${root('dir-with-files')}`
    const redirect = await get(path)
    expect([redirect.status, redirect.headers.location]).toEqual([301, `${path}/`])
    const listing = await get(`${path}/`)
    expect(listing.headers.etag).toMatch(/^"DirIndex-.*_CID-/)
    for (const name of ['Index of', 'ascii.txt', 'multiblock.txt']) expect(listing.body.toString()).toContain(name)
    expect(listing.body.toString()).not.toContain('>..<')
    expect((await get(`${path}/`, { 'if-none-match': String(listing.headers.etag) })).status).toBe(304)
    expect((await get(`${path}/`, { 'if-none-match': `W/${listing.headers.etag}` })).status).toBe(304)
    expect((await get(`${path}/i-do-not-exist`)).status).toBe(404)
  })

  it('answers only-if-cached without asking anybody', async () => {
    const headers = { 'cache-control': 'only-if-cached' }
    const here = `/ipfs/${root('dir-with-files')}/ascii.txt`
    const elsewhere = '/ipfs/QmYzfKSE55XCjD1MW128RfciAf2DViABhEiXfgVFMabSjN'
    for (const method of ['GET', 'HEAD']) {
      expect((await stage.ask(method, here, { headers })).status).toBe(200)
      expect((await stage.ask(method, elsewhere, { headers })).status).toBe(412)
    }
  })

  it('shows a symlink as its text', async () => {
    const path = `/ipfs/${root('symlink')}`
    const listing = (await get(`${path}/`)).body.toString()
    expect(listing).toContain('>foo<')
    expect(listing).toContain('>bar<')
    const link = await get(`${path}/bar`)
    expect([link.status, link.body.toString()]).toEqual([200, 'foo'])
  })

  it('finds names that contain percent signs', async () => {
    const path = `/ipfs/${root('dir-with-percent-encoded-filename')}`
    const { status, body } = await get(`${path}/${encodeURIComponent('Portugal%2C+España=Peninsula Ibérica.txt')}`)
    expect([status, body.toString()]).toEqual([200, 'hello from a percent encoded filename\n'])
    const plus = await get(`${path}/Portugal%252C+Espa%C3%B1a=Peninsula%20Ib%C3%A9rica.txt`)
    expect(plus.status).toBe(200)
  })

  it('serves ranges around a block that nobody has, and 504 inside it', async () => {
    const path = `/ipfs/${root('file-3k-and-3-blocks-missing-block')}`
    for (const [range, contentRange] of [
      ['bytes=997-1000', 'bytes 997-1000/3072'],
      ['bytes=2200-2201', 'bytes 2200-2201/3072'],
    ] as const) {
      const answer = await get(path, { range })
      expect([answer.status, answer.headers['content-range']]).toEqual([206, contentRange])
      expect(answer.body.length).toBe(range === 'bytes=997-1000' ? 4 : 2)
    }
    const missing = await get(path, { range: 'bytes=1500-1600' })
    expect([missing.status, missing.json().code]).toEqual([504, 'no-holder'])
    expect(missing.headers['content-range']).toBeUndefined()
  })

  it('lets other origins read', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await stage.ask(method, '/ipfs/bafkqabtimvwgy3yk/')
      expect(headers['access-control-allow-origin']).toBe('*')
      for (const name of ['GET', 'HEAD', 'OPTIONS']) expect(headers['access-control-allow-methods']).toContain(name)
      for (const name of ['Content-Type', 'Range']) expect(headers['access-control-allow-headers']).toContain(name)
      for (const name of ['Content-Range', 'X-Ipfs-Roots']) {
        expect(headers['access-control-expose-headers']).toContain(name)
      }
    }
    expect((await get('/ipfs/bafkqabtimvwgy3yk')).body.toString()).toBe('hello\n')
  })
})

describe.skipIf(!present)('trustless gateway, raw', () => {
  it('serves one block by format and by Accept', async () => {
    const cid = await at('dir-with-files', 'ascii.txt')
    const block = Buffer.from(await stage.blocks.get(cid))
    for (const answer of [
      await get(`/ipfs/${cid}?format=raw`, { accept: 'application/vnd.ipld.car' }),
      await get(`/ipfs/${cid}`, { accept: 'application/vnd.ipld.raw' }),
    ]) {
      expect(answer.status).toBe(200)
      expect(answer.body.equals(block)).toBe(true)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/vnd.ipld.raw',
        'content-length': String(block.length),
        'x-content-type-options': 'nosniff',
        'x-ipfs-path': `/ipfs/${cid}`,
        'x-ipfs-roots': String(cid),
        'cache-control': 'public, max-age=29030400, immutable',
      })
      expect(answer.headers['content-disposition']).toContain('attachment;')
    }
    const part = await get(`/ipfs/${cid}?format=raw`, { range: 'bytes=2-4' })
    expect([part.status, part.body.equals(block.subarray(2, 5))]).toEqual([206, true])
    const named = await get(`/ipfs/${cid}?format=raw&filename=foobar.bin`)
    expect(named.headers['content-disposition']).toContain('filename="foobar.bin"')
  })

  it('serves a directory as its block', async () => {
    const cid = root('symlink')
    const answer = await get(`/ipfs/${cid}?format=raw`)
    expect(answer.body.equals(Buffer.from(await stage.blocks.get(cid)))).toBe(true)
  })

  it('prefers the format in the address to the one in Accept', async () => {
    const path = `/ipfs/${root('dir-with-files')}?format=car`
    const answer = await get(path, { accept: 'application/vnd.ipld.raw' })
    expect(answer.headers['content-type']).toContain('application/vnd.ipld.car')
  })
})

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
