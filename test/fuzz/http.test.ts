import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mutate, type Seeded, seeded } from '#test/support/seeded.ts'
import { howMany, seedOf } from '#test/support/soak.ts'
import { StageProcess } from '#test/support/stage-process.ts'

const REQUESTS = howMany('FUZZ_REQUESTS', { full: 20_000, share: 5_000 })
const SEED = seedOf('FUZZ_SEED')
const AT_ONCE = 32
const RSS_GROWTH_MB_MAX = 300

interface Operation {
  readonly method: string
  readonly path: string
}

interface Answer {
  readonly status: number
  readonly body: string
}

const HOSTILE_VALUES = [
  '',
  '0',
  '-1',
  '1e309',
  '9'.repeat(30),
  'null',
  '%00',
  '..%2f..%2fetc%2fpasswd',
  '../../etc/passwd',
  'a'.repeat(5_000),
  '%ff%fe',
  '%E2%80%AE',
  "' OR 1=1 --",
  '{"$gt":""}',
  'main',
  'f'.repeat(32),
  'f'.repeat(64),
  '__proto__',
  'constructor',
  'true',
  '[]',
  '🎸',
  'bafkqaaa',
  'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR',
  'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
]
const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/offset+octet-stream',
  'multipart/form-data',
  'application/vnd.ipld.car',
  '',
]

function hostileJson(random: Seeded, depth = 0): unknown {
  const scalar = () => random.pick<unknown>([null, true, -1, 0, 1e308, 2 ** 53, '', 'x'.repeat(300), ...HOSTILE_VALUES])
  if (depth > 3 || random.next() < 0.4) return scalar()
  if (random.next() < 0.3) return Array.from({ length: random.int(6) }, () => hostileJson(random, depth + 1))
  const keys = [
    'name',
    'about',
    'tracks',
    'title',
    'splits',
    'party',
    'shares',
    'upload',
    'address',
    'account',
    'amount',
    'evidence',
    'envelope',
    'type',
    'body',
    'token',
    'reason',
    '__proto__',
    'room',
    'options',
    'question',
    'closesAt',
    'target',
    'action',
  ]
  return Object.fromEntries(
    Array.from({ length: random.int(6) }, () => [random.pick(keys), hostileJson(random, depth + 1)]),
  )
}

function hostilePath(random: Seeded, template: string): string {
  const path = template.replaceAll(/\{[^}]+\}|:[a-z]+|\*/gi, () => {
    const value = random.pick(HOSTILE_VALUES)
    return random.next() < 0.5 ? encodeURIComponent(value) : value.replaceAll(/[\s\u0080-\uffff]/g, '%20')
  })
  const query =
    random.next() < 0.4
      ? `?${random.pick(['community', 'limit', 'before', 'viewer', 'format', 'release', 'x'])}=${encodeURIComponent(random.pick(HOSTILE_VALUES))}`
      : ''
  return path + query
}

function hostileBody(random: Seeded, samples: readonly Uint8Array[]): Uint8Array | undefined {
  const choice = random.next()
  if (choice < 0.2) return undefined
  const json = new TextEncoder().encode(JSON.stringify(hostileJson(random)))
  if (choice < 0.6) return json
  if (choice < 0.9) return mutate(random, json, samples)
  return random.bytes(random.int(2_000))
}

describe('every HTTP route under hostile requests', () => {
  let folder: string
  let stage: StageProcess
  let operations: Operation[]
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bandstand-fuzz-'))
    stage = await StageProcess.start(folder, ['--name', 'Fuzz'])
    const document = (await stage.client.get('/openapi.json')) as { paths: Record<string, Record<string, unknown>> }
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => ({ method: method.toUpperCase(), path })),
    )
    const others = [
      '/',
      '/ipfs/{cid}',
      '/ipfs/{cid}/{path}',
      '/metrics',
      '/health',
      '/release/{id}',
      '/assets/{file}',
      '/{anything}',
      '/api/v1/uploads',
      '/api/v1/uploads/{id}',
    ]
    operations = [
      ...described,
      ...others.flatMap(path =>
        ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'].map(method => ({ method, path })),
      ),
    ].filter(
      // A live stream never ends by itself; it has tests of its own.
      ({ path }) => path !== '/api/v1/live',
    )
  })

  afterAll(async () => {
    agent.destroy()
    await stage?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const send = (method: string, path: string, headers: Record<string, string>, body: Uint8Array | undefined) =>
    new Promise<Answer | 'refused'>(resolve => {
      const { hostname, port } = new URL(stage.client.url)
      try {
        const request = httpRequest({ agent, hostname, port, method, path, headers, timeout: 30_000 }, response => {
          let text = ''
          response.on('data', (chunk: Buffer) => {
            if (text.length < 10_000) text += chunk.toString()
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
          response.on('error', () => resolve('refused'))
        })
        request.on('error', () => resolve('refused'))
        request.on('timeout', () => request.destroy())
        request.end(body)
      } catch {
        resolve('refused')
      }
    })

  const rssMb = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${stage.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

  it(`answers ${REQUESTS} mutated requests without a crash, a 5xx or a leak`, { timeout: 600_000 }, async () => {
    console.log(`FUZZ_SEED=${SEED}`)
    const samples = [new TextEncoder().encode('{"name":"x","about":"y"}')]
    const before = await rssMb()
    const failures: string[] = []
    const answers = new Map<string, number>()
    let sent = 0
    // Each request has a seed of its own, so that it is the same whatever the others do.
    const one = async (random: Seeded): Promise<void> => {
      const { method, path } = random.pick(operations)
      const target = hostilePath(random, path)
      const headers: Record<string, string> = { 'content-type': random.pick(CONTENT_TYPES) }
      if (random.next() < 0.1)
        headers.range = random.pick([
          'bytes=0-',
          'bytes=-0',
          'bytes=5-1',
          'bytes=0-0,2-3',
          'lines=1',
          `bytes=${'9'.repeat(40)}-`,
        ])
      if (random.next() < 0.1)
        headers.accept = random.pick([
          'application/vnd.ipld.raw',
          'application/vnd.ipld.car; dag-scope=entity',
          '*/*',
          ',,;;q=x',
        ])
      if (random.next() < 0.1) headers['upload-offset'] = random.pick(['-1', '0', 'x', '99999999999999999999'])
      if (random.next() < 0.1) headers['upload-length'] = random.pick(['-1', '0', '10000000000000', 'x'])
      if (random.next() < 0.1)
        headers['upload-metadata'] = random.pick([
          'filename',
          'filename !!!',
          `filename ${btoa('../../x')}`,
          'a b,c d,,',
        ])
      if (random.next() < 0.2) headers['tus-resumable'] = random.pick(['1.0.0', '9.9.9', ''])
      const answer = await send(
        method,
        target,
        headers,
        method === 'GET' || method === 'HEAD' ? undefined : hostileBody(random, samples),
      )
      const kind = answer === 'refused' ? 'refused' : `${Math.floor(answer.status / 100)}xx`
      answers.set(kind, (answers.get(kind) ?? 0) + 1)
      // An unknown CID that nobody holds is a true 504, in so many words.
      const honest = answer !== 'refused' && answer.status === 504 && /no-holder|^$/.test(answer.body)
      if (answer !== 'refused' && answer.status >= 500 && !honest)
        failures.push(`${answer.status} ${method} ${target.slice(0, 200)} ${answer.body.slice(0, 300)}`)
      if (answer !== 'refused' && /\bat [^\n]*\(?(?:file:|node:)/.test(answer.body))
        failures.push(`stack trace: ${method} ${target.slice(0, 200)}`)
    }
    const worker = async (): Promise<void> => {
      while (sent < REQUESTS && failures.length < 20) {
        await one(seeded(SEED + sent++))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    console.log(Object.fromEntries(answers))
    expect(failures).toEqual([])
    // A run that was refused at the door every time would prove nothing.
    expect(answers.get('2xx') ?? 0).toBeGreaterThan(REQUESTS / 50)
    expect(answers.get('4xx') ?? 0).toBeGreaterThan(REQUESTS / 4)
    expect((await stage.client.stage()).community).toMatch(/^[0-9a-f]{64}$/)
    expect((await rssMb()) - before).toBeLessThan(RSS_GROWTH_MB_MAX)
  })
})
