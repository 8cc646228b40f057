import * as dagPb from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GatewayVectors, haveGatewayVectors, loadGatewayVectors } from '#test/support/gateway-vectors.ts'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

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

/** Bytes of a file by another road than the gateway's: leaves in order. */
async function content(cid: CID): Promise<Buffer> {
  const bytes = await stage.blocks.get(cid)
  if (cid.code !== dagPb.code) return Buffer.from(bytes)
  const node = dagPb.decode(bytes)
  const inline = UnixFS.unmarshal(node.Data!).data ?? new Uint8Array()
  return Buffer.concat([inline, ...(await Promise.all(node.Links.map(link => content(link.Hash))))])
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
