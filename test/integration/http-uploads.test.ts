import { readFile, utimes } from 'node:fs/promises'
import * as tusClient from 'tus-js-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HTTP_LIMITS } from '#node/http/limits.ts'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

const PATH = '/api/v1/uploads'
const tus = { 'tus-resumable': '1.0.0' }
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function create(stage: HttpStage, bytes: number, name = 'song.flac') {
  const headers = { ...tus, 'upload-length': String(bytes), 'upload-metadata': `filename ${base64(name)}` }
  return stage.ask('POST', PATH, { headers })
}

function patch(stage: HttpStage, location: string, offset: number, body: Uint8Array) {
  const headers = { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }
  return stage.ask('PATCH', location, { headers, body })
}

describe('a resumable upload', () => {
  let stage: HttpStage
  let free = 1e12
  beforeAll(async () => {
    stage = await openHttpStage({ limits: { uploadBytesMax: 5_000_000 }, freeBytes: async () => free })
  })
  afterAll(() => stage.close())

  it('arrives in parts, larger than any JSON body may be, and resolves to the file', async () => {
    const content = Buffer.alloc(3_000_000, 'bandstand ')
    const created = await create(stage, content.length, '../../evil/Träum\u0000e.flac')
    expect(created.status).toBe(201)
    expect(created.headers['access-control-allow-origin']).toBeUndefined()
    const location = created.headers.location!
    expect(location).toMatch(/^\/api\/v1\/uploads\/[0-9a-f]{32}$/)
    const id = location.split('/').at(-1)!
    expect((await patch(stage, location, 0, content.subarray(0, 1_000_000))).status).toBe(204)
    await expect(stage.uploads.resolve(id)).rejects.toMatchObject({ code: 'not-found' })
    const head = await stage.ask('HEAD', location, { headers: tus })
    expect(head.headers['upload-offset']).toBe('1000000')
    const wrong = await patch(stage, location, 5, content)
    expect([wrong.status, wrong.json().code]).toEqual([409, 'conflict'])
    expect((await patch(stage, location, 1_000_000, content.subarray(1_000_000))).status).toBe(204)
    const { file, name, bytes } = await stage.uploads.resolve(id)
    expect([name, bytes]).toEqual(['Träume.flac', content.length])
    expect((await readFile(file)).equals(content)).toBe(true)
    await stage.uploads.discard(id)
    await expect(stage.uploads.resolve(id)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('is refused when it is too large, or the disk too full, before a byte is sent', async () => {
    const large = await create(stage, 5_000_001)
    expect([large.status, large.json().code]).toEqual([413, 'too-large'])
    free = 100
    const full = await create(stage, 1_000)
    expect([full.status, full.json().code]).toEqual([507, 'disk-full'])
    free = 1e12
    const { location } = (await create(stage, 1_000)).headers
    free = 100
    const later = await patch(stage, location!, 0, Buffer.alloc(1_000))
    expect([later.status, later.json().code]).toEqual([507, 'disk-full'])
    free = 1e12
  })

  it('leaves the databases of the stage their share of the disk', async () => {
    free = HTTP_LIMITS.diskReserveBytes + 999
    expect((await create(stage, 1_000)).status).toBe(507)
    free += 1
    const { status, headers } = await create(stage, 1_000)
    expect(status).toBe(201)
    free -= 1
    expect((await patch(stage, headers.location!, 0, Buffer.alloc(1_000))).status).toBe(507)
    free = 1e12
    await stage.uploads.discard(headers.location!.split('/').at(-1)!)
  })

  it('is resumed by a client that was interrupted', async () => {
    const content = Buffer.alloc(2_000_000, 'la la ')
    const chunkSize = 300_000
    const upload = (options: Partial<tusClient.UploadOptions>) =>
      new Promise<string>((resolve, reject) => {
        const metadata = { filename: 'live.ogg' }
        const endpoint = stage.url + PATH
        const going = new tusClient.Upload(content, {
          ...{ endpoint, chunkSize, metadata, retryDelays: null, onError: reject },
          ...options,
          onSuccess: () => resolve(going.url!),
          onChunkComplete: (_size, sent) => {
            if (options.uploadUrl !== undefined || sent < 900_000) return
            void going.abort().then(() => reject(Object.assign(new Error('interrupted'), { url: going.url })))
          },
        })
        going.start()
      })
    const { url } = await upload({}).catch(error => error)
    expect(url).toContain(PATH)
    expect(await upload({ uploadUrl: url })).toBe(url)
    const { file, name } = await stage.uploads.resolve(url.split('/').at(-1))
    expect(name).toBe('live.ogg')
    expect((await readFile(file)).equals(content)).toBe(true)
  })

  it('has no other place than its own folder', async () => {
    for (const id of ['..', '../page', '%2e%2e%2fx', 'a'.repeat(32), '../../../../etc/passwd', 'x\u0000', '']) {
      await expect(stage.uploads.resolve(id)).rejects.toMatchObject({ code: 'not-found' })
      await stage.uploads.discard(id)
    }
    for (const path of ['/..%2f..%2fx', `/${'a'.repeat(32)}`, '/%00']) {
      const answer = await stage.ask('HEAD', PATH + path, { headers: tus })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      const removed = await stage.ask('DELETE', PATH + path, { headers: tus })
      expect([404, 400]).toContain(removed.status)
    }
  })

  it('cannot be robbed of its record by the name of the record', async () => {
    const { location } = (await create(stage, 10)).headers
    expect((await patch(stage, location!, 0, Buffer.alloc(10))).status).toBe(204)
    const removed = await stage.ask('DELETE', `${location}.json`, { headers: tus })
    expect([404, 400]).toContain(removed.status)
    const id = location!.split('/').at(-1)!
    expect((await stage.uploads.resolve(id)).bytes).toBe(10)
    await stage.uploads.discard(id)
  })

  it('is removed when nobody touches it for days', async () => {
    const location = (await create(stage, 10)).headers.location!
    const id = location.split('/').at(-1)!
    await patch(stage, location, 0, Buffer.from('0123456789'))
    const { file } = await stage.uploads.resolve(id)
    await stage.uploads.sweep()
    await stage.uploads.resolve(id)
    await utimes(file, 1, 1)
    expect(await stage.uploads.sweep()).toBe(1)
    await expect(stage.uploads.resolve(id)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('an archive', () => {
  it('streams in and out', async () => {
    const stage = await openHttpStage({ limits: { importBytesMax: 1_000_000 } })
    const out = await stage.ask('GET', '/api/v1/export')
    expect(out.headers['content-type']).toBe('application/vnd.ipld.car; version=1')
    expect(out.headers['content-disposition']).toContain('attachment')
    expect([...out.body]).toEqual([1, 2, 3])
    expect((await stage.ask('GET', `/api/v1/export?release=${'0'.repeat(32)}`)).json().code).toBe('not-found')
    const headers = { 'content-type': 'application/vnd.ipld.car' }
    const into = await stage.ask('POST', '/api/v1/import', { headers, body: Buffer.alloc(900_000) })
    expect(into.json()).toMatchObject({ bytes: 900_000 })
    const large = await stage.ask('POST', '/api/v1/import', { headers, body: Buffer.alloc(1_100_000) })
    expect([large.status, large.json().code]).toEqual([413, 'too-large'])
    await stage.close()
  })
})
