import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StageError } from '#node/errors.ts'
import { STATUS } from '#node/http/problem.ts'
import { Problem } from '#protocols/api/v1/schemas.ts'
import { type Answer, type HttpStage, openHttpStage } from '#test/support/http-stage.ts'
import { OWN, RELEASE } from '#test/support/memory-stage.ts'

let stage: HttpStage
beforeAll(async () => {
  stage = await openHttpStage({ limits: { bodyTimeoutMs: 300, headersTimeoutMs: 500 } })
})
afterAll(() => stage.close())

function expectProblem(answer: Answer, status: number, code: string): Problem {
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = Problem.strict().parse(answer.json())
  expect([answer.status, problem.code]).toEqual([status, code])
  expect(problem.message).toMatch(/^[A-Z].{8,}\.$/s)
  expect(problem.message).not.toMatch(/node_modules|\bat \/|Error:/)
  return problem
}

/** Sends raw bytes and collects what comes back until the server hangs up. */
function raw(bytes: string): Promise<string> {
  const { port } = stage.server.address
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', error =>
      (error as NodeJS.ErrnoException).code === 'ECONNRESET' ? resolve(text) : reject(error),
    )
  })
}

describe('a refusal', () => {
  it.each(Object.entries(STATUS).filter(([code]) => code !== 'internal'))('%s has status %i', async (code, status) => {
    stage.stage.failure = new StageError(code as keyof typeof STATUS, 'This is how it is put.', { path: 'there' })
    const problem = expectProblem(
      await stage.ask('POST', '/api/v1/events', { json: { envelope: 'AQID' } }),
      status,
      code,
    )
    expect(problem.path).toBe('there')
    stage.stage.failure = undefined
  })

  it('of something unforeseen is a calm sentence with a reference to the log', async () => {
    stage.stage.failure = new Error('database at /secret/path broke')
    const problem = expectProblem(
      await stage.ask('POST', '/api/v1/events', { json: { envelope: 'AQID' } }),
      500,
      'internal',
    )
    stage.stage.failure = undefined
    const reference = /under ([0-9a-f]{12})\./.exec(problem.message)![1]
    const line = JSON.parse(stage.logged.at(-1)!)
    expect(line).toMatchObject({ level: 50, id: reference })
    expect(line.err.message).toContain('database')
    expect(problem.message).not.toContain('secret')
  })

  it.each([
    ['GET', `/api/v1/releases/${'z'.repeat(32)}`, undefined, 'id'],
    ['GET', '/api/v1/receipts?limit=0', undefined, 'limit'],
    ['GET', `/api/v1/authors/${OWN}/seq`, undefined, 'community'],
    ['PUT', '/api/v1/stage', { name: '   ' }, 'name'],
    ['PUT', '/api/v1/stage', { about: 'x' }, 'name'],
    ['POST', '/api/v1/desk/credits', { account: OWN, amount: '-1', evidence: 'x' }, 'amount'],
    ['POST', '/api/v1/releases', { tracks: [{ upload: '' }] }, 'tracks.0.upload'],
    ['POST', '/api/v1/events', { envelope: 'not base64!' }, 'envelope'],
  ])('of a wrong field names it: %s %s', async (method, path, body, field) => {
    const answer = await stage.ask(method, path, body === undefined ? {} : { json: body })
    const problem = expectProblem(answer, 400, path.endsWith('events') ? 'bad-envelope' : 'bad-request')
    expect(problem.path).toBe(field)
    expect(problem.message).toContain(`"${field}"`)
  })

  it('of what is not there is a 404', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/nothing'],
      ['POST', '/somewhere'],
      ['GET', '/missing.js'],
      ['GET', `/api/v1/releases/${RELEASE.replace('b', 'c')}`],
      ['GET', '/api/v1/jobs/none'],
      ['PATCH', '/ipfs/x'],
    ] as const) {
      expectProblem(await stage.ask(method, path), 404, 'not-found')
    }
  })

  it('of a body that is not what it should be says so', async () => {
    const type = (value: string) => ({ 'content-type': value })
    const events = '/api/v1/events'
    expectProblem(await stage.ask('POST', events, { body: '{', headers: type('application/json') }), 400, 'bad-request')
    expectProblem(await stage.ask('POST', events, { body: 'x', headers: type('text/xml') }), 400, 'bad-request')
    expectProblem(await stage.ask('POST', events, { headers: type('application/json') }), 400, 'bad-request')
    expectProblem(await stage.ask('POST', events, { json: { envelope: 'A'.repeat(95_000) } }), 400, 'bad-request')
    expectProblem(await stage.ask('POST', events, { json: { envelope: 'A'.repeat(200_000) } }), 413, 'too-large')
    const polluted = '{"__proto__": {"x": 1}, "envelope": "AQID"}'
    expectProblem(
      await stage.ask('POST', events, { body: polluted, headers: type('application/json') }),
      400,
      'bad-request',
    )
  })

  it('of an address that is none, or of content that is damaged or nowhere, says so', async () => {
    expectProblem(await stage.ask('GET', '/api/v1/jobs/%zz'), 400, 'bad-request')
    expectProblem(await stage.ask('GET', '/ipfs/not-a-cid'), 400, 'bad-request')
    expectProblem(await stage.ask('GET', '/ipfs/bafkqabtimvwgy3yk?format=tar'), 400, 'bad-request')
    expectProblem(await stage.ask('GET', '/ipfs/bafkqabtimvwgy3yk?format=car&dag-scope=some'), 400, 'bad-request')
    expectProblem(await stage.ask('GET', '/ipfs/bafkqabtimvwgy3yk/below'), 404, 'not-found')
    const nowhere = '/ipfs/bafkreie5noke3mb7hqxukzcy73nl23k6lxszxi5w3dtmuwz62wnvkpsscm'
    for (const query of ['', '?format=raw', '?format=car']) {
      expectProblem(await stage.ask('GET', nowhere + query), 504, 'no-holder')
    }
    const beyond = await stage.ask('GET', '/ipfs/bafkqabtimvwgy3yk', { headers: { range: 'bytes=99-' } })
    expectProblem(beyond, 416, 'bad-request')
    expect(beyond.headers['content-range']).toBe('bytes */6')
  })

  it('reaches clients that do not speak HTTP, or stop in the middle of it', async () => {
    expect(await raw('hello there\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*"code":"bad-request"/s)
    const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`
    expect(await raw(long)).toMatch(/^HTTP\/1\.1 431 /)
    const body =
      'POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"e'
    expect(await raw(body)).toBe('')
  })
})

describe('starting', () => {
  it('on a port in use says which and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as { port: number }
    await expect(openHttpStage({ port })).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(String(port)),
    })
    await new Promise(resolve => other.close(resolve))
  })
})
