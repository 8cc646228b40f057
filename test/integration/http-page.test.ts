import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

const IMPORT_MAP = '{"imports":{"lit":"/assets/lit-12345678.js"}}'
const INDEX = `<!doctype html><html lang="en"><title>Bandstand</title><script type="importmap">${IMPORT_MAP}</script>`
const SCRIPT = 'export const song = "la la la"\n'.repeat(100)

describe('the page', () => {
  let stage: HttpStage
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-page-'))
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), INDEX)
    await writeFile(join(folder, 'assets/shell-AbCd1234.js'), SCRIPT)
    await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    stage = await openHttpStage({ pageDir: folder })
  })
  afterAll(async () => {
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('is served for every place in it, never cached blindly, under a strict policy', async () => {
    for (const path of ['/', '/release/abc', '/studio?x=1', '/index.html']) {
      const { status, headers, body } = await stage.ask('GET', path)
      expect([status, body.toString()]).toEqual([200, INDEX])
      expect(headers['cache-control']).toBe('no-cache')
      const policy = String(headers['content-security-policy'])
      expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='; style-src 'self'; /)
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types lit-html bandstand")
      for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "connect-src 'self'"]) {
        expect(policy).toContain(part)
      }
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
      expect(headers['permissions-policy']).toContain('camera=()')
    }
  })

  it('tells visitors which language the stage speaks, as soon as its operator says so', async () => {
    const asked = async () => {
      const { headers, body } = await stage.ask('GET', '/')
      return { html: body.toString(), etag: headers.etag, policy: headers['content-security-policy'] }
    }
    const before = await asked()
    await stage.ask('PUT', '/api/v1/settings', { json: { language: 'ur' } })
    const after = await asked()
    expect(after.html).toBe(INDEX.replace('<html lang="en">', '<html lang="en" data-language="ur">'))
    expect(after.policy).toBe(before.policy)
    expect(after.etag).not.toBe(before.etag)
    expect((await stage.ask('PUT', '/api/v1/settings', { json: { language: '"><script>' } })).status).toBe(400)
    await stage.ask('PUT', '/api/v1/settings', { json: { language: null } })
    expect(await asked()).toEqual(before)
  })

  it('sends hashed files compressed and for good', async () => {
    const path = '/assets/shell-AbCd1234.js'
    const br = await stage.ask('GET', path, { headers: { 'accept-encoding': 'gzip, br' } })
    expect(br.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
    expect(brotliDecompressSync(br.body).toString()).toBe(SCRIPT)
    const gzip = await stage.ask('GET', path, { headers: { 'accept-encoding': 'gzip, br;q=0' } })
    expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT)
    const plain = await stage.ask('GET', path)
    expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, SCRIPT])
    const etag = String(br.headers.etag)
    const again = await stage.ask('GET', path, { headers: { 'accept-encoding': 'br', 'if-none-match': etag } })
    expect([again.status, again.body.length]).toEqual([304, 0])
    const head = await stage.ask('HEAD', path)
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(SCRIPT.length), 0])
  })

  it('has no way out of its folder and no page for missing files', async () => {
    for (const path of ['/assets/none.js', '/../package.json', '/..%2f..%2fetc/passwd.txt', '/api/v2', '/ipfs']) {
      expect((await stage.ask('GET', path)).json().code).toBe('not-found')
    }
  })

  it('says how to build it when it is not built', async () => {
    const bare = await openHttpStage()
    const { status, body } = await bare.ask('GET', '/')
    expect(status).toBe(200)
    expect(body.toString()).toContain('npm run build')
    await bare.close()
  })
})

describe('the OpenAPI document', () => {
  it('describes each route by named shapes', async () => {
    const stage = await openHttpStage()
    const document = (await stage.ask('GET', '/api/v1/openapi.json')).json()
    await stage.close()
    expect(document.openapi).toBe('3.1.0')
    for (const path of [
      '/api/v1/stage',
      '/api/v1/releases/{id}',
      '/api/v1/events',
      '/api/v1/receipts/{community}/{index}',
    ]) {
      expect(Object.keys(document.paths)).toContain(path)
    }
    const shape = document.paths['/api/v1/stage'].get.responses['200'].content['application/json'].schema
    expect(shape).toEqual({ $ref: '#/components/schemas/StageInfo' })
    expect(document.components.schemas.StageInfo.properties.peerId).toEqual({ type: 'string' })
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)
    for (const [, name] of references) expect(Object.keys(document.components.schemas)).toContain(name)
  })
})

describe('answers of the API', () => {
  it('are compressed when they are long and the client takes it', async () => {
    const stage = await openHttpStage()
    const headers = { 'accept-encoding': 'gzip' }
    const document = await stage.ask('GET', '/api/v1/openapi.json', { headers })
    expect(document.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(JSON.parse(gunzipSync(document.body).toString()).openapi).toBe('3.1.0')
    const refused = { 'accept-encoding': 'gzip;q=0, br' }
    const plain = await stage.ask('GET', '/api/v1/openapi.json', { headers: refused })
    expect([plain.headers['content-encoding'], plain.json().openapi]).toEqual([undefined, '3.1.0'])
    expect((await stage.ask('GET', '/api/v1/log', { headers })).headers['content-encoding']).toBeUndefined()
    await stage.close()
  })

  it('are counted by route, never by what was asked for', async () => {
    const stage = await openHttpStage()
    await stage.ask('GET', `/api/v1/releases/${'d'.repeat(32)}`)
    const metrics = (await stage.ask('GET', '/metrics')).body.toString()
    const labels = 'method="GET",route="/api/v1/releases/:id",status="404"'
    expect(metrics).toContain(`bandstand_http_requests_total{${labels}} 1`)
    expect(metrics).toContain('bandstand_http_live_clients 0')
    expect(metrics).not.toContain('dddd')
    await stage.close()
  })
})
