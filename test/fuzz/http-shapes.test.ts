import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#protocols/api/v1/schemas.ts'
import { signed, testAuthor } from '#test/support/author.ts'
import { fromSchema, type JsonSchema, type Sources } from '#test/support/from-schema.ts'
import { fillStage } from '#test/support/full-stage.ts'
import { fitted, HOSTILE_TEXTS } from '#test/support/hostile-corpus.ts'
import { type Seeded, seeded } from '#test/support/seeded.ts'
import { howMany, seedOf } from '#test/support/soak.ts'
import { StageProcess } from '#test/support/stage-process.ts'

/** For each operation of the document. */
const REQUESTS = howMany('FUZZ_SHAPED', { full: 400, share: 25 })
const SEED = seedOf('FUZZ_SEED')
const AT_ONCE = 16
const TEXTS = Object.values(HOSTILE_TEXTS)

interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: JsonSchema
  }[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>> }
}

interface Asked {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

interface Seen {
  readonly statuses: Map<number, number>
  /** Sentences of refusals for the form of a request, to see what stands in the way. */
  readonly formal: Set<string>
}

describe('every operation of the API, asked in its own form', () => {
  let folder: string
  let stage: StageProcess
  let asked: readonly Asked[]
  let sources: Sources
  let community: string
  let release: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-shapes-'))
    stage = await StageProcess.start(folder, ['--name', 'Shapes'])
    const { client } = stage
    ;({ community, release } = await fillStage(client, TEXTS.slice(0, 6)))
    const document = await client.get<{
      paths: Record<string, Record<string, Operation>>
      components: { schemas: Record<string, JsonSchema> }
    }>('/openapi.json')
    asked = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    sources = {
      shapes: document.components.schemas,
      names: await namesOf(),
      texts: TEXTS.filter(text => text.length < 5_000),
    }
  })
  afterAll(async () => {
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Whatever the stage calls its things now. */
  async function namesOf(): Promise<string[]> {
    const { client } = stage
    const lists = await Promise.all(
      [
        '/polls',
        '/happenings',
        '/jobs',
        '/codes',
        '/receipts',
        '/moderation',
        '/agreements',
        '/log',
        `/rooms/${community}/main/messages`,
      ].map(path => client.get(path).catch(() => null)),
    )
    const said = JSON.stringify(lists)
    const found = [...said.matchAll(/"([0-9a-f]{32}|[0-9a-f]{64})"/g)].map(([, id]) => id as string)
    const fan = Buffer.from(testAuthor(700).publicKey).toString('hex')
    const upload = await client.upload('x.ogg', new TextEncoder().encode('no sound'))
    return [
      ...new Set([community, release, fan, ...found, upload]),
      'main',
      'dice',
      'chat',
      'TEST',
      '0',
      '1',
      '500',
      '0.07',
      'lena',
      'ur',
      'en',
      '2026-11',
    ]
  }

  /** A fan's event in its right form: what the form of the API alone would never reach. */
  function envelope(random: Seeded): string {
    const author = testAuthor(random.int(1_000_000))
    const text = fitted(random.pick(TEXTS), 500, { lines: true })
    const line = fitted(text, 40)
    const ids = sources.names.filter(name => /^[0-9a-f]{64}$/.test(name)).map(name => fromString(name, 'hex'))
    const target = random.pick(ids)
    const [type, body] = random.pick<readonly [string, unknown]>([
      ['engagement/chat', { room: random.pick(['main', release]), name: line, text }],
      ['engagement/comment', { release, name: line, text, track: random.int(4), atMs: random.int(2 ** 31) }],
      ['engagement/reaction', { target: release, emoji: text.slice(0, 16), on: random.next() < 0.5 }],
      ['engagement/edit', { target, text }],
      ['engagement/vote', { poll: target, option: random.int(12) }],
      ['engagement/follow', { on: true }],
      ['engagement/play', { release, track: random.int(4), listenedMs: random.int(90_000) }],
      ['engagement/report', { target, reason: line }],
      ['engagement/appeal', { decision: target, text }],
      ['engagement/decision', { action: 'ban', target, until: 0, reason: line }],
      ['engagement/handle', { handle: random.pick(['lena', 'admin', `h${random.int(99_999)}`, '']) }],
      ['catalog/withdraw', { id: release, reason: line }],
      ['value/tip', { release, amount: 1n, asset: null, reference: null, use: 'tip' }],
      ['unheard/of', { anything: line }],
    ])
    const bytes = signed(author, {
      type,
      community: fromString(community, 'hex'),
      seq: 1 + random.int(3),
      at: Date.now() - random.int(2) * 1e7,
      body,
    })
    return Buffer.from(bytes).toString('base64')
  }

  async function ask(random: Seeded, { method, path, operation }: Asked): Promise<Response> {
    let target = path
    const query = new URLSearchParams()
    for (const { name, in: place, required, schema } of operation.parameters ?? []) {
      const value = String(fromSchema(random, schema, sources))
      if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value.toWellFormed()))
      else if (place === 'query' && (required === true || random.next() < 0.6)) query.set(name, value)
    }
    const schema = operation.requestBody?.content?.['application/json']?.schema
    let body = schema === undefined ? undefined : fromSchema(random, schema, sources)
    if (typeof body === 'object' && body !== null && 'envelope' in body && random.next() < 0.9)
      body = { ...body, envelope: envelope(random) }
    return fetch(`${stage.client.url}${target}${query.size === 0 ? '' : `?${query}`}`, {
      method,
      headers: { origin: stage.client.url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
  }

  it(`answers ${REQUESTS} hostile requests of each kind without a 5xx, and refuses in sentences`, {
    timeout: 600_000,
  }, async () => {
    console.log(`FUZZ_SEED=${SEED}`)
    const failures: string[] = []
    const seen = new Map<string, Seen>()
    const one = async (random: Seeded, what: Asked): Promise<void> => {
      const answer = await ask(random, what)
      const text = await answer.text()
      const known = seen.get(what.name) ?? { statuses: new Map(), formal: new Set<string>() }
      seen.set(what.name, known)
      known.statuses.set(answer.status, (known.statuses.get(answer.status) ?? 0) + 1)
      if (answer.status < 400) return
      const problem = JSON.parse(text) as Problem
      if (problem.code === 'bad-request') known.formal.add(problem.message)
      // What nobody holds, and what no peer answers, are true answers of others.
      const honest = answer.status === 504 && ['no-holder', 'timeout'].includes(problem.code)
      if (answer.status >= 500 && !honest)
        failures.push(`${answer.status} ${what.name} ${answer.url.slice(-200)}: ${text.slice(0, 300)}`)
      if (!/^[\p{Lu}\d“"]/u.test(problem.message) || /node_modules|\bat \/|Error:/.test(problem.message))
        failures.push(`${what.name} says: ${problem.message.slice(0, 300)}`)
    }
    // What ends the log or the session of all others is asked last.
    const last = (name: string) => /log\/|session|import|DELETE/.test(name)
    for (const round of [asked.filter(({ name }) => !last(name)), asked.filter(({ name }) => last(name))]) {
      const tasks = Array.from({ length: REQUESTS * round.length }, (_, n) => n)
      const worker = async (): Promise<void> => {
        for (let n = tasks.shift(); n !== undefined && failures.length < 20; n = tasks.shift())
          await one(seeded(SEED + n), round[n % round.length] as Asked)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
    }
    const stuck = [...seen].filter(([, { statuses }]) =>
      [...statuses.keys()].every(status => status === 400 || status === 415),
    )
    console.log(
      `${asked.length} operations; in their own form and yet always refused for it:`,
      Object.fromEntries(stuck.map(([name, { formal }]) => [name, [...formal].slice(0, 2)])),
    )
    expect(failures).toEqual([])
    expect(stuck.length).toBeLessThan(asked.length / 5)
    expect((await stage.client.stage()).community).toBe(community)
  })
})
