import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unixfs } from '@helia/unixfs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'
import { MemoryBlocks } from '#test/support/memory-blocks.ts'
import { sendRaw, stuckReader } from '#test/support/raw-http.ts'

const SECRET = 'what lies beside the page'
const MiB = 1024 ** 2

describe('requests that nobody sends by accident', () => {
  const blocks = new MemoryBlocks()
  let stage: HttpStage
  let folder: string
  let port: number
  let song: string
  const content = randomBytes(2 * MiB + 11)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-abuse-'))
    await mkdir(join(folder, 'page/assets'), { recursive: true })
    await writeFile(join(folder, 'page/index.html'), '<!doctype html><title>page</title>')
    for (const name of ['operator-token', 'secret.txt', 'page.txt']) await writeFile(join(folder, name), SECRET)
    const limits = { headersTimeoutMs: 600, bodyTimeoutMs: 300, idleMs: 1_500 }
    stage = await openHttpStage({ blocks, limits, pageDir: join(folder, 'page') })
    port = stage.server.address.port
    song = String(await unixfs({ blockstore: blocks } as unknown as Parameters<typeof unixfs>[0]).addBytes(content))
  })
  afterAll(async () => {
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  })

  const line = (start: string, ...headers: string[]) =>
    sendRaw(port, `${start}\r\n${['Host: localhost', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`)
  const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)

  it('climb out of no folder, however the way up is written', async () => {
    const up = [
      '..',
      '%2e%2e',
      '.%2e',
      '%2E.',
      '%252e%252e',
      '..%00',
      '%c0%ae%c0%ae',
      '%uff0e%uff0e',
      '..;',
      '....//..',
      '\u2025',
    ]
    const between = ['/', '%2f', '%5c', '\\', '//', '%252f', '/./', '%c0%af']
    const from = [
      '',
      '/assets',
      '/ipfs',
      `/ipfs/${song}`,
      '/api/v1/uploads',
      '/api/v1',
      '/log/tile',
      '/parts/dice',
      '/release',
    ]
    const to = ['secret.txt', 'operator-token', 'etc/passwd']
    const leaks: string[] = []
    for (const base of from)
      for (const dots of up)
        for (const slash of between) {
          const path = `${base}/${dots}${slash}${dots}${slash}${to[(dots.length + slash.length) % to.length]}`
          const answer = await line(`GET ${Buffer.from(path).toString('latin1')} HTTP/1.1`)
          if (answer.includes(SECRET) || /root:.*:0:0:/.test(answer) || status(answer) >= 500 || status(answer) === 0)
            leaks.push(`${path}: ${answer.slice(0, 80)}`)
        }
    expect(leaks).toEqual([])
  })

  it('name another host, or none, and get nothing for it', async () => {
    for (const start of ['CONNECT evil.example:80 HTTP/1.1', 'TRACE / HTTP/1.1'])
      expect([start, [0, 400, 404, 405].includes(status(await line(start)))]).toEqual([start, true])
    // Never sent on to an address that the request brought.
    for (const path of ['//evil.example/', '//evil.example/%2e%2e', '/\\evil.example', `/ipfs/${song}//evil.example`])
      expect([path, /^location: /im.test(await line(`GET ${path} HTTP/1.1`))]).toEqual([path, false])
    for (const second of ['Host: evil.example', 'Host: localhost'])
      expect(status(await line('GET /api/v1/storage HTTP/1.1', second))).toBe(400)
    expect(status(await sendRaw(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'))).toBe(400)
  })

  it('hide no second request in the first', async () => {
    const hidden = 'DELETE /api/v1/follows/x HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const start =
      'POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n'
    const ways = [
      `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${start}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
      `${start}X: y\n\nContent-Length: 0\r\n\r\n${hidden}`,
      `${start}Content-Length: +0\r\n\r\n${hidden}`,
    ]
    for (const way of ways) {
      const answer = await sendRaw(port, way)
      expect([way.slice(120, 200), status(answer), answer.split('HTTP/1.1 ').length]).toEqual([
        way.slice(120, 200),
        400,
        2,
      ])
    }
  })

  it('flood with headers, and are turned away or answered, never worse', async () => {
    const many = Array.from({ length: 900 }, (_, n) => `x-${n}: ${n}`)
    expect([200, 431]).toContain(status(await line('GET /health HTTP/1.1', ...many)))
    expect(status(await line('GET /health HTTP/1.1', ...many, ...many, ...many))).toBe(431)
    expect(status(await line(`GET /${'a'.repeat(20_000)} HTTP/1.1`))).toBe(431)
    const long = (name: string, value: string) =>
      line(`GET /ipfs/${song} HTTP/1.1`, `${name}: ${value.slice(0, 14_000)}`)
    for (const [name, value] of [
      ['Range', `bytes=5-${' '.repeat(14_000)}x`],
      ['Range', `bytes=${'0-0,'.repeat(3_500)}1-1`],
      ['If-None-Match', '"x",'.repeat(3_500)],
      ['Accept', 'application/vnd.ipld.raw;q=0.1,'.repeat(450)],
      ['Accept-Encoding', 'gzip;q=0.0000000,'.repeat(800)],
      ['Cookie', 'bandstand-operator=1.2.3;'.repeat(560)],
      ['Authorization', `Bearer ${' '.repeat(13_000)}x`],
    ] as const)
      expect([name, [200, 206, 304, 400, 401, 403, 406].includes(status(await long(name, value)))]).toEqual([
        name,
        true,
      ])
  })

  it('ask for ranges that overlap, end before they begin, or are many, and get one of them or the whole', async () => {
    const bound = fc.oneof(
      fc.nat(content.length + 5),
      fc.constantFrom(0, 1, 999_999_999_999_999),
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
    )
    const part = fc.oneof(
      fc.tuple(bound, bound).map(([a, b]) => `${a}-${b}`),
      bound.map(a => `${a}-`),
      bound.map(a => `-${a}`),
      fc.constantFrom('', '-', 'a-b', '5-1', '--1', '0-0-0', '1.5-2', '٣-٤'),
    )
    const header = fc.array(part, { minLength: 1, maxLength: 40 }).map(parts => `bytes=${parts.join(',')}`)
    await fc.assert(
      fc.asyncProperty(header, async range => {
        const value = Buffer.from(range).toString('latin1')
        const { status: code, headers, body } = await stage.ask('GET', `/ipfs/${song}`, { headers: { range: value } })
        expect([200, 206, 416]).toContain(code)
        expect(body.length).toBeLessThanOrEqual(content.length)
        if (code === 416) return
        const [, from = '0', to = String(content.length - 1)] =
          /^bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') ?? []
        expect(body.equals(content.subarray(Number(from), Number(to) + 1))).toBe(true)
      }),
      { numRuns: 40, examples: [[`bytes=${Array.from({ length: 60 }, () => '0-').join(',')}`]] },
    )
  })

  it('arrive a letter at a time, in head or body, and are hung up on', async () => {
    expect(status(await sendRaw(port, 'GET / HTTP/1.1\r\nHost: local'))).toBe(408)
    const body =
      'POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"e'
    expect(await sendRaw(port, body)).toBe('')
    const chunked =
      'POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"e\r\n'
    expect(await sendRaw(port, chunked)).toBe('')
  })

  it('read nothing of what they asked for, and are hung up on', async () => {
    // More than the buffers between the two hold.
    const album = randomBytes(24 * MiB)
    const cid = await unixfs({ blockstore: blocks } as unknown as Parameters<typeof unixfs>[0]).addBytes(album)
    const socket = await stuckReader(port, `GET /ipfs/${cid} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    const closed = new Promise(resolve => socket.once('close', resolve))
    // The end is seen by whoever reads on. Node gives a write that is under way one more turn of `idleMs`.
    setTimeout(() => socket.resume(), 5_000)
    await closed
    expect(socket.bytesRead).toBeLessThan(album.length)
  })

  it('leave the stage as it was', async () => {
    expect(stage.stage.submitted).toEqual([])
    expect((await stage.ask('GET', '/health')).json()).toEqual({ ok: true })
    expect(stage.logged.filter(entry => JSON.parse(entry).level >= 50)).toEqual([])
  })
})
