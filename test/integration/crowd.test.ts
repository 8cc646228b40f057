import { mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as api from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { eventually } from '#test/support/stage-client.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const CROWD = 450
const BEFORE = 30
const MEANWHILE = 40

/** A page that joins as pages do: listens first, reads the history once it is heard, and keeps both. */
class Visitor {
  readonly heard = new Set<string>()
  history = 0
  #close: () => void = () => {}

  async join(url: string, community: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const request = get(`${url}/api/v1/live`, { agent: false }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          resolve()
          text += chunk
          const frames = text.split('\n\n')
          text = frames.pop() ?? ''
          for (const frame of frames) this.#read(frame)
        })
      })
      request.on('error', reject)
      this.#close = () => request.destroy()
    })
    const answer = await fetch(`${url}/api/v1/rooms/${community}/main/messages?limit=200`)
    const known = (await answer.json()) as api.ChatMessage[]
    this.history = known.length
    for (const { id } of known) this.heard.add(id)
  }

  #read(frame: string): void {
    if (!frame.includes('event: chat')) return
    const data = frame.split('\n').find(line => line.startsWith('data: ')) ?? ''
    this.heard.add((JSON.parse(data.slice('data: '.length)) as api.ChatMessage).id)
  }

  leave(): void {
    this.#close()
  }
}

describe(`${CROWD} people who join one chat within a second`, () => {
  let folder: string
  let stage: StageProcess
  const crowd: Visitor[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-crowd-'))
    const limits = ['--live-pages', '1000', '--live-pages-per-address', '1000']
    stage = await StageProcess.start(join(folder, 'stage'), ['--name', 'Park Stage', ...limits])
  })
  afterAll(async () => {
    for (const visitor of crowd) visitor.leave()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('all have the history, and none misses a message', async () => {
    const { community } = await stage.client.stage()
    const said: string[] = []
    const say = async (n: number) => {
      const { id } = await stage.client.chat(testAuthor(n), community, `message ${n}`)
      said.push(id)
    }
    for (let n = 0; n < BEFORE; n++) await say(n)
    const talking = (async () => {
      for (let n = BEFORE; n < BEFORE + MEANWHILE; n++) {
        await say(n)
        await sleep(25)
      }
    })()
    const joining = Array.from({ length: CROWD }, async (_, n) => {
      await sleep((n * 1_000) / CROWD)
      const visitor = new Visitor()
      crowd.push(visitor)
      await visitor.join(stage.client.url, community)
    })
    await Promise.all([talking, ...joining])
    const missing = () => crowd.map(visitor => said.filter(id => !visitor.heard.has(id)).length)
    await eventually(async () => missing().every(count => count === 0), 'everybody heard everything')
    expect(crowd).toHaveLength(CROWD)
    expect(Math.min(...crowd.map(visitor => visitor.history))).toBeGreaterThanOrEqual(BEFORE)
  })
})
