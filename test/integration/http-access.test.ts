import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpStage, openHttpStage, TOKEN } from '#test/support/http-stage.ts'
import { OWN, RELEASE } from '#test/support/memory-stage.ts'

const OPERATOR_ROUTES: [method: string, path: string, json?: unknown][] = [
  ['PUT', '/api/v1/stage', { name: 'Park' }],
  ['POST', '/api/v1/releases', { tracks: [{ upload: 'x' }] }],
  ['DELETE', `/api/v1/releases/${RELEASE}`],
  ['POST', '/api/v1/uploads'],
  ['GET', '/api/v1/jobs'],
  ['GET', '/api/v1/jobs/job-1'],
  ['POST', '/api/v1/community-events', { type: 'poll', body: {} }],
  ['POST', '/api/v1/desk/credits', { account: OWN, amount: '1', evidence: 'x' }],
  ['GET', '/api/v1/desk/texts/0'],
  ['DELETE', '/api/v1/desk/texts/0'],
  ['GET', '/api/v1/desk/notes'],
  ['GET', `/api/v1/desk/notes/${OWN}`],
  ['POST', '/api/v1/desk/takings', { account: OWN, amount: '1' }],
  ['POST', '/api/v1/desk/payouts', { entry: 1 }],
  ['POST', `/api/v1/desk/notes/${OWN}/confirm`, {}],
  ['POST', `/api/v1/desk/notes/${OWN}/refuse`],
  ['DELETE', `/api/v1/desk/notes/${OWN}/text`],
  ['POST', '/api/v1/desk/gifts', { account: OWN, amount: '1' }],
  ['GET', '/api/v1/codes'],
  ['POST', '/api/v1/codes', { count: 1, amount: '1', expiry: 1 }],
  ['GET', `/api/v1/codes/${OWN}/cards`],
  ['POST', `/api/v1/codes/${OWN}/revoke`, {}],
  ['DELETE', `/api/v1/codes/${OWN}/secrets`],
  ['PUT', `/api/v1/lines/${OWN}`, { limit: '1', expiry: 1 }],
  ['POST', `/api/v1/lines/${OWN}/freeze`, { frozen: true }],
  ['GET', `/api/v1/peers/${OWN}/statement`],
  ['GET', '/api/v1/rails'],
  ['GET', '/api/v1/settlements'],
  ['POST', '/api/v1/settlements', { community: OWN }],
  ['POST', `/api/v1/settlements/${OWN}/confirm`, {}],
  ['POST', `/api/v1/settlements/${OWN}/refuse`],
  ['GET', '/api/v1/nettings'],
  ['GET', `/api/v1/nettings/${OWN}`],
  ['POST', '/api/v1/nettings'],
  ['POST', `/api/v1/nettings/${OWN}/accept`],
  ['POST', `/api/v1/nettings/${OWN}/refuse`],
  ['GET', '/api/v1/purchases'],
  ['POST', '/api/v1/refunds', { receipt: 1 }],
  ['GET', '/api/v1/write-offs'],
  ['POST', '/api/v1/write-offs', { community: OWN, sequence: 1 }],
  ['POST', '/api/v1/log/close-period'],
  ['POST', '/api/v1/log/succeed'],
  ['POST', '/api/v1/agreements', { terms: 'AQID' }],
  ['POST', `/api/v1/agreements/${OWN}/settle`, { party: 'ana', account: OWN }],
  ['POST', '/api/v1/federation', { charter: 'AQID' }],
  ['GET', '/api/v1/peers'],
  ['POST', '/api/v1/follows', { address: 'x' }],
  ['DELETE', `/api/v1/follows/${OWN}`],
  ['GET', '/api/v1/storage'],
  ['GET', '/api/v1/export'],
  ['POST', '/api/v1/import'],
  ['GET', '/metrics'],
]

const json = (body: unknown) => (body === undefined ? {} : { json: body })

describe('a stage on loopback', () => {
  let stage: HttpStage
  beforeAll(async () => {
    stage = await openHttpStage()
  })
  afterAll(() => stage.close())

  it('takes this machine for its operator', async () => {
    expect((await stage.ask('GET', '/api/v1/stage')).json().operator).toBe(true)
    const origin = stage.url
    expect((await stage.ask('GET', '/api/v1/stage', { headers: { origin } })).json().operator).toBe(true)
  })

  it('refuses every request under a foreign name, as DNS rebinding makes them', async () => {
    for (const path of ['/', '/api/v1/stage', '/api/v1/log', '/ipfs/bafkqabtimvwgy3yk', '/metrics', '/nothing']) {
      const answer = await stage.ask('GET', path, { headers: { host: 'evil.example' } })
      expect([path, answer.status, answer.json().code]).toEqual([path, 403, 'forbidden-origin'])
    }
  })

  it('does not take a proxy for its operator, since anybody may stand behind one', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      const answer = await stage.ask('GET', '/api/v1/storage', { headers: { [name]: '203.0.113.9' } })
      expect([answer.status, answer.json().code]).toEqual([403, 'forbidden-origin'])
      expect(answer.json().message).toContain('--public')
    }
    const old = await new Promise<string>(resolve => {
      const socket = connect(stage.server.address.port, '127.0.0.1')
      socket.write('GET /api/v1/storage HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')
      socket.once('data', chunk => resolve(String(chunk)))
    })
    expect(old).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('does not limit its operator, who would only be kept from their own machine', async () => {
    const limited = await openHttpStage({ limits: { apiPerMinute: 3 } })
    const statuses = await Promise.all(Array.from({ length: 8 }, () => limited.ask('GET', '/api/v1/stage')))
    expect(statuses.map(({ status }) => status)).toEqual(Array(8).fill(200))
    await limited.close()
  })

  it('lets nobody guess cards for long', async () => {
    const limited = await openHttpStage({ public: true, limits: { codesPerMinute: 3 } })
    const guess = () => limited.ask('POST', '/api/v1/codes/check', { json: { card: '0000' } })
    const codes: unknown[] = []
    for (let i = 0; i < 5; i++) codes.push((await guess()).json().code)
    expect(codes).toEqual([...Array(3).fill('code-unknown'), ...Array(2).fill('too-many-requests')])
    await limited.close()
  })

  it.each(OPERATOR_ROUTES)(
    'refuses %s %s from another website',
    async (method: string, path: string, body?: unknown) => {
      for (const headers of [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { origin: 'http://127.0.0.1:1' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ] as Record<string, string>[]) {
        const answer = await stage.ask(method, path, { headers, ...json(body) })
        expect([answer.status, answer.json().code]).toEqual([403, 'forbidden-origin'])
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
    },
  )

  it('refuses fan events and sign-ins from another website', async () => {
    const headers = { origin: 'http://evil.example' }
    for (const [path, body] of [
      ['/api/v1/events', { envelope: 'AQID' }],
      ['/api/v1/session', { token: TOKEN }],
    ] as const) {
      expect((await stage.ask('POST', path, { headers, json: body })).json().code).toBe('forbidden-origin')
    }
    expect(stage.stage.submitted).toHaveLength(0)
  })

  it('never lets content of others run on its page', async () => {
    const path = '/ipfs/bafkqabtimvwgy3yk?filename=a.html'
    const page = await stage.ask('GET', path)
    expect(page.headers['content-security-policy']).toMatch(/^sandbox; default-src 'none';/)
    expect(page.headers['content-security-policy']).not.toMatch(/script-src|allow-/)
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    for (const use of ['script', 'worker', 'serviceworker', 'style']) {
      expect((await stage.ask('GET', path, { headers: { 'sec-fetch-dest': use } })).status).toBe(403)
    }
    expect((await stage.ask('GET', path, { headers: { 'sec-fetch-dest': 'audio' } })).status).toBe(200)
    expect((await stage.ask('GET', path, { headers: { 'service-worker': 'script' } })).status).toBe(403)
  })

  it('does not grant a wrong token what no token would have had', async () => {
    const headers = { authorization: 'Bearer wrong' }
    expect((await stage.ask('GET', '/api/v1/storage', { headers })).status).toBe(401)
  })
})

describe('a public stage', () => {
  let stage: HttpStage
  beforeAll(async () => {
    stage = await openHttpStage({ public: true })
  })
  afterAll(() => stage.close())

  it.each(OPERATOR_ROUTES)('refuses %s %s without a token', async (method: string, path: string, body?: unknown) => {
    const answer = await stage.ask(method, path, json(body))
    expect([answer.status, answer.json().code]).toEqual([401, 'not-operator'])
  })

  it('answers under any name, and lets anybody read and send events', async () => {
    const headers = { host: 'stage.example' }
    expect((await stage.ask('GET', '/api/v1/stage', { headers })).json().operator).toBe(false)
    expect((await stage.ask('POST', '/api/v1/events', { headers, json: { envelope: 'AQID' } })).status).toBe(200)
  })

  it.each([
    ['its beginning', TOKEN.slice(0, -1)],
    ['its first character', TOKEN.slice(0, 1)],
    ['more than it', `${TOKEN}x`],
    ['another of its length', `${TOKEN.slice(0, -1)}${TOKEN.endsWith('A') ? 'B' : 'A'}`],
  ])('takes nothing for its token but the whole of it: not %s', async (_, token) => {
    const headers = { authorization: `Bearer ${token}` }
    expect((await stage.ask('GET', '/api/v1/storage', { headers })).status).toBe(401)
    expect((await stage.ask('POST', '/api/v1/session', { json: { token } })).status).toBe(401)
  })

  it('knows its operator by token and by session, and the session ends', async () => {
    const bearer = { authorization: `Bearer ${TOKEN}` }
    expect((await stage.ask('GET', '/api/v1/storage', { headers: bearer })).status).toBe(200)
    const wrong = await stage.ask('POST', '/api/v1/session', { json: { token: 'x'.repeat(43) } })
    expect([wrong.status, wrong.json().code, wrong.json().path]).toEqual([401, 'not-operator', 'token'])
    const signedIn = await stage.ask('POST', '/api/v1/session', { json: { token: TOKEN } })
    const set = signedIn.headers['set-cookie']![0]!
    expect(signedIn.status).toBe(204)
    expect(set).toMatch(/^bandstand-operator=.+; HttpOnly; SameSite=Strict$/)
    expect(set).not.toContain(TOKEN)
    const cookie = set.split(';')[0]!
    expect((await stage.ask('GET', '/api/v1/storage', { headers: { cookie } })).status).toBe(200)
    const crossSite = { cookie, origin: 'http://evil.example' }
    expect((await stage.ask('GET', '/api/v1/storage', { headers: crossSite })).status).toBe(403)
    const forged = cookie.replace(/=(\d+)/, (_, time) => `=${Number(time) + 1}`)
    expect((await stage.ask('GET', '/api/v1/storage', { headers: { cookie: forged } })).status).toBe(401)
    const out = await stage.ask('DELETE', '/api/v1/session', { headers: { cookie } })
    expect(out.headers['set-cookie']![0]).toContain('bandstand-operator=; Path=/; Max-Age=0')
  })

  it('slows down who guesses tokens or floods, with a Problem and a time to wait', async () => {
    const guesses: number[] = []
    for (let n = 0; n < 14; n += 1) {
      const answer = await stage.ask('POST', '/api/v1/session', { json: { token: `guess-${n}` } })
      guesses.push(answer.status)
      if (answer.status === 429) {
        expect(answer.json()).toMatchObject({ code: 'too-many-requests' })
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      }
    }
    expect(guesses.slice(-2)).toEqual([429, 429])
    const limited = await openHttpStage({ public: true, limits: { apiPerMinute: 5, eventsPerMinute: 3 } })
    const reads: number[] = []
    const events: number[] = []
    for (let n = 0; n < 7; n += 1) {
      events.push((await limited.ask('POST', '/api/v1/events', { json: { envelope: 'AQID' } })).status)
      reads.push((await limited.ask('GET', n % 2 === 0 ? '/api/v1/log' : '/api/v1/stage')).status)
    }
    expect([events, reads]).toEqual([
      [200, 200, 200, 429, 429, 429, 429],
      [200, 200, 200, 200, 200, 429, 429],
    ])
    await limited.close()
  })
})
