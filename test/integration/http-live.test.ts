import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LiveEvent } from '#protocols/api/v1/schemas.ts'
import { type HttpStage, openHttpStage } from '#test/support/http-stage.ts'

let stage: HttpStage
beforeAll(async () => {
  stage = await openHttpStage({
    limits: { liveHeartbeatMs: 50, liveQueueBytes: 200_000, liveClientsPerAddress: 3, liveReplayEvents: 4 },
  })
})
afterAll(() => stage.close())

const count = (peers: number): LiveEvent => ({ event: 'peers', data: { count: peers } })

interface Listening {
  readonly response: IncomingMessage
  text(): string
  until(part: string): Promise<void>
  stop(): void
}

function listen(headers: Record<string, string> = {}, query = ''): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${stage.url}/api/v1/live${query}`, { headers, agent: false }, response => {
      let text = ''
      const wakers = new Set<() => void>()
      response.on('data', chunk => {
        text += chunk
        for (const wake of wakers) wake()
      })
      response.on('error', () => undefined)
      const until = (part: string) =>
        new Promise<void>(done => {
          const look = () => {
            if (!text.includes(part)) return
            wakers.delete(look)
            done()
          }
          wakers.add(look)
          look()
        })
      resolve({ response, text: () => text, until, stop: () => void request.destroy() })
    })
    request.on('error', reject)
    request.end()
  })
}

describe('live updates', () => {
  it('arrive as named events with ids, a retry time and heartbeats', async () => {
    const page = await listen()
    expect(page.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(page.response.headers['cache-control']).toBe('no-store')
    await page.until('retry: 3000\n\n')
    stage.stage.emit(count(1))
    await page.until('event: peers\ndata: {"count":1}\n\n')
    expect(page.text()).toMatch(/id: [0-9a-f]{12}-1\nevent: peers\n/)
    await page.until(': still here\n\n')
    page.stop()
  })

  it('that were missed are sent to a page that comes back', async () => {
    const page = await listen()
    stage.stage.emit(count(10))
    await page.until('{"count":10}')
    const id = /id: (\S+)\nevent: peers\ndata: {"count":10}/.exec(page.text())![1]!
    page.stop()
    stage.stage.emit(count(11))
    stage.stage.emit(count(12))
    const again = await listen({ 'last-event-id': id })
    await again.until('{"count":12}')
    expect(again.text()).toContain('{"count":11}')
    expect(again.text()).not.toContain('{"count":10}')
    again.stop()
    const stranger = await listen({ 'last-event-id': '../../1' })
    await stranger.until('retry')
    expect(stranger.text()).not.toContain('event: peers')
    stranger.stop()
  })

  it('that came since a document was answered are sent to the page that it became, which is told that nothing is missing', async () => {
    const document = await fetch(`http://127.0.0.1:${stage.server.address.port}/`)
    const since = /^live;desc="([0-9a-f]{12}-\d+)"$/.exec(document.headers.get('server-timing') ?? '')?.[1]
    stage.stage.emit(count(13))
    const page = await listen({}, `?since=${since}`)
    await page.until('{"count":13}')
    expect(page.text()).toContain('"whole":true')
    page.stop()
    const stranger = await listen({}, '?since=000000000000-1')
    await stranger.until('"whole":false')
    stranger.stop()
  })

  it('that were missed long ago are not kept: a page gets the latest of them', async () => {
    const page = await listen()
    stage.stage.emit(count(20))
    await page.until('{"count":20}')
    const id = /id: (\S+)\nevent: peers\ndata: {"count":20}/.exec(page.text())![1]!
    page.stop()
    for (let n = 21; n <= 30; n += 1) stage.stage.emit(count(n))
    const again = await listen({ 'last-event-id': id })
    await again.until('{"count":30}')
    expect([...again.text().matchAll(/"count":(\d+)/g)].map(([, n]) => Number(n))).toEqual([27, 28, 29, 30])
    again.stop()
  })

  it('drop a reader that does not keep up, while the others go on', async () => {
    const socket = connect(stage.server.address.port, '127.0.0.1')
    socket.write('GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    socket.pause()
    socket.on('error', () => undefined)
    const page = await listen()
    const large = 'x'.repeat(4_000)
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
    for (let n = 0; n < 5_000; n += 1) {
      const message = { id: n.toString(16).padStart(64, '0'), author: '0'.repeat(64), name: 'a', text: large, at: n }
      stage.stage.emit({
        event: 'chat',
        data: { ...message, room: 'main', edited: false, community: '0'.repeat(64), n },
      })
      if (n % 20 === 0) await sleep(1)
    }
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before
    await page.until(`"at":4999`)
    const ended = new Promise(resolve => socket.once('close', resolve))
    socket.resume()
    await ended
    // 20 MB were sent; nobody's share of it was kept beyond the queue and the replay.
    expect(grown).toBeLessThan(100 * 1024 ** 2)
    page.stop()
  })

  it('have a bounded number of readers', async () => {
    const pages: Listening[] = []
    for (let n = 0; n < 3; n += 1) pages.push(await listen())
    const refused = await stage.ask('GET', '/api/v1/live')
    expect([refused.status, refused.json().code]).toEqual([429, 'too-many-requests'])
    for (const page of pages) page.stop()
    await expect
      .poll(async () => {
        const page = await listen()
        page.stop()
        return page.response.statusCode
      })
      .toBe(200)
  })
})

describe('closing', () => {
  it('ends live streams and downloads at once', async () => {
    const other = await openHttpStage()
    const socket = connect(other.server.address.port, '127.0.0.1')
    socket.write('GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await new Promise(resolve => socket.once('data', resolve))
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', () => undefined)
    await other.close()
    await closed
    expect(other.stage.listeners.size).toBe(0)
  })
})
