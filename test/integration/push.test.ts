import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ComposedStage, createStage } from '#node/compose.ts'
import { loadSettings } from '#node/config/load.ts'
import { createLogger } from '#node/telemetry/logger.ts'
import { signed, type TestAuthor, testAuthor } from '#test/support/author.ts'
import { CERTIFICATE, openPush, PushReceiver } from '#test/support/push-receiver.ts'
import { StageClient } from '#test/support/stage-client.ts'

describe('push messages of a stage', () => {
  let data: string
  let service: PushReceiver
  let stage: ComposedStage
  let client: StageClient
  let community: string
  const lena = testAuthor(821)
  const omar = testAuthor(822)

  const start = async (): Promise<void> => {
    const settings = loadSettings({ flags: { data, port: '0', name: 'Park', logLevel: 'error' }, env: {}, cwd: data })
    stage = await createStage(settings, createLogger('error'), {
      push: {
        gatherMs: 20,
        ca: CERTIFICATE,
        port: service.port,
        resolve: async () => ({ address: '127.0.0.1', family: 4 }),
      },
    })
    client = new StageClient(stage.url, (await readFile(join(data, 'operator-token'), 'utf8')).trim())
    community = (await client.stage()).community
  }
  const proof = (author: TestAuthor, type: string, body: object, at = Date.now()): string =>
    asText(signed(author, { type, community: fromString(community, 'hex'), seq: 1, at, body }), 'base64pad')
  const subscribe = async (author: TestAuthor, change: object = {}) => {
    const made = service.subscribe()
    const { endpoint, p256dh, auth } = made
    const body = { endpoint, p256dh, auth, kinds: ['mention', 'release', 'money'], name: 'Lena', ...change }
    await client.request('POST', '/push/subscribe', { proof: proof(author, 'push/subscribe', body) })
    return made
  }
  const arrived = async (count: number): Promise<void> => {
    await expect.poll(() => service.received.length, { timeout: 15_000 }).toBe(count)
  }

  let others = 0
  /** How many messages had been sent when one to somebody else arrived. */
  const next = async (): Promise<number> => {
    const name = `Sven${++others}`
    const { path } = await subscribe(testAuthor(900 + others), { name })
    await client.chat(omar, community, `Hello @${name}`)
    await expect.poll(() => service.received.some(one => one.path === path), { timeout: 15_000 }).toBe(true)
    return service.received.length
  }

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'bandstand-push-'))
    service = await PushReceiver.start()
    await start()
  })
  beforeEach(() => {
    service.received.length = 0
  })
  afterAll(async () => {
    await stage?.stop()
    await service?.stop()
    await rm(data, { recursive: true, force: true })
  })

  it('tell a browser what kind of thing happened and where, and nothing of it to the service', async () => {
    await client.chat(omar, community, 'Before it: @Lena')
    const { browser, auth, path } = await subscribe(lena)
    await client.chat(omar, community, 'A secret for @Lena alone')
    await arrived(1)
    const [message] = service.received
    expect(message?.path).toBe(path)
    expect(message?.headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '86400',
      authorization: expect.stringMatching(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=[\w-]{87}$/),
    })
    const text = openPush(browser, auth, message?.body ?? Buffer.of()).toString()
    expect(JSON.parse(text)).toEqual({ kind: 'mention', link: `/chat/${community}` })
    expect((await stat(join(data, 'push-key.pem'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(data, 'push.db'))).mode & 0o777).toBe(0o600)
  })

  it("are not sent for what is not wanted, and go to each of one person's browsers", async () => {
    await subscribe(lena, { kinds: ['release'] })
    await client.chat(omar, community, 'Again @Lena')
    await client.request('POST', '/desk/credits', {
      account: asText(lena.publicKey, 'hex'),
      amount: '7',
      evidence: 'cash',
    })
    await arrived(2)
    expect(new Set(service.received.map(({ path }) => path))).toEqual(new Set(['/send/1']))
  })

  it('stop when the browser has gone, or its owner says so', async () => {
    service.answers.push(410)
    await client.chat(omar, community, 'One more @Lena')
    await arrived(1)
    const { endpoint } = await subscribe(lena)
    await client.chat(omar, community, 'And now @Lena')
    await arrived(2)
    await client.request('POST', '/push/unsubscribe', { proof: proof(omar, 'push/unsubscribe', { endpoint }) })
    await client.chat(omar, community, 'Still there, @Lena?')
    await arrived(3)
    await client.request('POST', '/push/unsubscribe', { proof: proof(lena, 'push/unsubscribe', { endpoint }) })
    await client.chat(omar, community, 'Nobody hears this, @Lena')
    expect(await next()).toBe(4)
  })

  it('are sent after a restart when the service did not answer before it', async () => {
    await subscribe(lena)
    service.answers.push(503)
    await client.chat(omar, community, 'Twice, @Lena')
    await arrived(1)
    await stage.stop()
    await start()
    await arrived(2)
    expect(await next()).toBe(3)
    await stage.stop()
    await start()
    expect(await next()).toBe(4)
  })

  it('are asked for by the key itself, now, and for an address of the public internet', async () => {
    const { endpoint, p256dh, auth } = service.subscribe()
    const body = { endpoint, p256dh, auth, kinds: ['mention'], name: '' }
    const ask = (text: string) => client.request('POST', '/push/subscribe', { proof: text })
    const old = proof(lena, 'push/subscribe', body, Date.now() - 10 * 60_000)
    await expect(ask(old)).rejects.toMatchObject({ code: 'clock-off' })
    await expect(ask(proof(lena, 'push/unsubscribe', { endpoint }))).rejects.toMatchObject({ code: 'bad-envelope' })
    for (const other of [
      'http://push.test/x',
      'https://push.test:8443/x',
      'https://me@push.test/x',
      'https://[::1]/x',
      'file:///etc/passwd',
    ])
      await expect(ask(proof(lena, 'push/subscribe', { ...body, endpoint: other }))).rejects.toMatchObject({
        code: 'bad-envelope',
      })
    for (const number of ['https://127.0.0.1/x', 'https://0x7f.1/x', 'https://2130706433/x', 'https://1.2.3.4.5/x'])
      await expect(ask(proof(lena, 'push/subscribe', { ...body, endpoint: number }))).rejects.toMatchObject({
        code: 'bad-address',
      })
    await expect(
      ask(proof(lena, 'push/subscribe', { ...body, p256dh: new Uint8Array(65).fill(4) })),
    ).rejects.toMatchObject({ code: 'bad-envelope' })
    const bent = Buffer.from(proof(lena, 'push/subscribe', body), 'base64')
    bent[bent.length - 1]! ^= 1
    await expect(ask(bent.toString('base64'))).rejects.toMatchObject({ code: 'bad-signature' })
    await subscribe(lena, { endpoint })
    await expect(subscribe(omar, { endpoint })).rejects.toMatchObject({ code: 'conflict' })
  })
})
