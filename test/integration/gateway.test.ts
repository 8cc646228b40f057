import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { unixfs } from '@helia/unixfs'
import * as dagPb from '@ipld/dag-pb'
import fc from 'fast-check'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'
import { MemoryBlocks } from '#test/support/memory-blocks.ts'

const MiB = 1024 ** 2
const blocks = new MemoryBlocks()
const fs = unixfs({ blockstore: blocks } as unknown as Parameters<typeof unixfs>[0])
let stage: HttpStage
beforeAll(async () => {
  stage = await openHttpStage({ blocks, limits: { gatewayOpenMax: 40 } })
})
afterAll(() => stage.close())

async function folder(files: Record<string, string>, options: object = {}): Promise<CID> {
  const source = Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) }))
  let root: CID | undefined
  for await (const entry of fs.addAll(source, { wrapWithDirectory: true, ...options })) root = entry.cid
  return root!
}

describe('a file', () => {
  it('answers any range with what a slice holds', async () => {
    const content = randomBytes(3 * MiB + 77)
    const cid = await fs.addBytes(content)
    const bound = fc.oneof(
      fc.nat(content.length - 1),
      fc.nat(10).map(n => MiB + n - 5),
      fc.nat(content.length + 50),
    )
    await fc.assert(
      fc.asyncProperty(bound, bound, fc.boolean(), async (a, b, open) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const range = `bytes=${from}-${open ? '' : to}`
        const { status, headers, body } = await stage.ask('GET', `/ipfs/${cid}`, { headers: { range } })
        const slice = content.subarray(from, open ? undefined : to + 1)
        expect(status).toBe(slice.length === 0 ? 416 : 206)
        if (status === 416) return
        expect(headers['content-length']).toBe(String(slice.length))
        expect(body.equals(slice)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('answers HEAD with the headers of GET and no body, with and without a range', async () => {
    const cid = await fs.addBytes(Buffer.alloc(2 * MiB, 7))
    for (const headers of [{}, { range: 'bytes=5-1048580' }] as Record<string, string>[]) {
      const path = `/ipfs/${cid}?filename=song.flac`
      const [head, get] = [await stage.ask('HEAD', path, { headers }), await stage.ask('GET', path, { headers })]
      for (const name of ['content-length', 'content-range', 'content-type', 'etag', 'accept-ranges']) {
        expect([name, head.headers[name]]).toEqual([name, get.headers[name]])
      }
      expect([head.status, head.body.length, get.headers['content-type']]).toEqual([get.status, 0, 'audio/flac'])
    }
  })

  it('resumes only when it is still the same', async () => {
    const cid = await fs.addBytes(Buffer.from('same song'))
    const ask = (tag: string) => ({ headers: { range: 'bytes=0-3', 'if-range': tag } })
    expect((await stage.ask('GET', `/ipfs/${cid}`, ask(`"${cid}"`))).status).toBe(206)
    expect((await stage.ask('GET', `/ipfs/${cid}`, ask('"other"'))).status).toBe(200)
  })

  it('may be empty', async () => {
    const cid = await fs.addBytes(new Uint8Array())
    const { status, headers, body } = await stage.ask('GET', `/ipfs/${cid}`)
    expect([status, headers['content-length'], body.length]).toEqual([200, '0', 0])
  })
})

describe('a folder', () => {
  it('shows its index page, which may not act on the origin of the stage', async () => {
    const cid = await folder({ 'index.html': '<script>alert(1)</script>', 'a.css': 'p{}' })
    const { status, headers, body } = await stage.ask('GET', `/ipfs/${cid}/`)
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(body.toString()).toContain('alert')
    expect(headers['content-security-policy']).toMatch(/^sandbox;/)
    expect(headers.etag).toBe(`"${cid}"`)
  })

  it('lists names as text, whatever they contain', async () => {
    const name = '"><img src=x onerror=alert(1)>&.txt'
    const cid = await folder({ [name]: 'x', 'b #?%.txt': 'y' })
    const listing = (await stage.ask('GET', `/ipfs/${cid}/`)).body.toString()
    expect(listing).not.toContain('<img')
    const hrefs = [...listing.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!)
    expect(hrefs).toHaveLength(2)
    const bodies = await Promise.all(hrefs.map(async href => (await stage.ask('GET', href)).body.toString()))
    expect(bodies.sort()).toEqual(['x', 'y'])
  })

  it('of thousands of names is found by hash and listed in part', async () => {
    const files = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`track ${n}.txt`, `la ${n}`]))
    const cid = await folder(files, { shardSplitThresholdBytes: 1 })
    expect(UnixFS.unmarshal(dagPb.decode(await blocks.get(cid)).Data!).type).toBe('hamt-sharded-directory')
    for (const n of [0, 77, 1234, 2499]) {
      expect((await stage.ask('GET', `/ipfs/${cid}/track%20${n}.txt`)).body.toString()).toBe(`la ${n}`)
    }
    expect((await stage.ask('GET', `/ipfs/${cid}/track%202500.txt`)).status).toBe(404)
    expect((await stage.ask('GET', `/ipfs/${cid}/`)).body.toString()).toContain('first 2000 names')
  })
})

/** A reader that takes the headers and then nothing. */
function stuck(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(stage.server.address.port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    })
    socket.once('error', reject)
    socket.once('data', () => {
      socket.pause()
      socket.on('error', () => undefined)
      resolve(socket)
    })
  })
}

describe('many slow readers', () => {
  it('cost a bounded number of blocks, then are refused, and free their places when they leave', async () => {
    const size = 24 * MiB
    const cids: CID[] = []
    for (let n = 0; n < 2; n += 1) cids.push(await fs.addBytes(randomBytes(size)))
    const before = blocks.reads
    const sockets: Socket[] = []
    for (let n = 0; n < 40; n += 1) sockets.push(await stuck(`/ipfs/${cids[n % 2]}`))
    await sleep(500)
    // Kernel buffers take a few MiB of each; read to the end, uncached, it would be 960 blocks.
    expect(blocks.reads - before).toBeLessThan(40 * 12)
    const refused = await stage.ask('GET', `/ipfs/${cids[0]}`)
    expect([refused.status, refused.json().code]).toEqual([429, 'too-many-requests'])
    for (const socket of sockets) socket.destroy()
    const path = `/ipfs/${cids[0]}`
    await expect.poll(async () => (await stage.ask('GET', path, { headers: { range: 'bytes=0-0' } })).status).toBe(206)
  })
})

async function node(links: readonly CID[], data: UnixFS): Promise<CID> {
  const bytes = dagPb.encode({ Data: data.marshal(), Links: links.map(Hash => ({ Name: '', Tsize: 1, Hash })) })
  return blocks.put(CID.createV1(dagPb.code, await sha256.digest(bytes)), bytes)
}

describe('a small DAG that pretends to be huge', () => {
  it('keeps nobody busy', async () => {
    let folders = await node([], new UnixFS({ type: 'directory' }))
    for (let n = 0; n < 60; n += 1) folders = await node([folders, folders], new UnixFS({ type: 'directory' }))
    const car = await stage.ask('GET', `/ipfs/${folders}?format=car`)
    expect(car.status).toBe(200)
    expect(car.body.length).toBeLessThan(10_000)

    let file = await fs.addBytes(Uint8Array.of(1))
    for (let n = 0; n < 30; n += 1) {
      const size = 2n ** BigInt(n)
      file = await node([file, file], new UnixFS({ type: 'file', blockSizes: [size, size] }))
    }
    const narrow = await stage.ask('GET', `/ipfs/${file}?format=car&dag-scope=entity`)
    expect([narrow.status, narrow.body.length < 10_000]).toEqual([200, true])
  })

  it('is refused when its sizes lie', async () => {
    const leaf = await fs.addBytes(Uint8Array.of(1, 2, 3))
    const lie = await node([leaf], new UnixFS({ type: 'file', blockSizes: [10n] }))
    const answer = await stage.ask('GET', `/ipfs/${lie}`)
    expect([answer.status, answer.json().code]).toEqual([422, 'bad-archive'])
    const odd = await node([leaf, leaf], new UnixFS({ type: 'file', blockSizes: [3n] }))
    expect((await stage.ask('GET', `/ipfs/${odd}`)).status).toBe(422)
  })
})
