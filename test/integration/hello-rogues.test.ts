import type { Connection } from '@libp2p/interface'
import { afterEach, describe, expect, it } from 'vitest'
import { newIdentity } from '#node/identity/identity.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { encodeAccept } from '#protocols/hello/v1/codec.ts'
import { answerHello, type LooseHello, looseHello, openHello, readHello, signLoose } from '#test/support/rogue-hello.ts'
import { makeHost, startHost, type TestHost, until } from '#test/support/stage-host.ts'
import { startNetwork, type TestNetwork } from '#test/support/stage-network.ts'

const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()))
})

async function stage(timeoutMs = 5_000): Promise<TestNetwork> {
  const made = await startNetwork({ timeoutMs })
  stops.push(made.stop)
  return made
}

async function rogue(): Promise<TestHost> {
  const made = await startHost()
  stops.push(async () => made.host.stop())
  return made
}

const dial = ({ host }: TestHost, target: TestNetwork): Promise<Connection> => host.dial(target.host.getMultiaddrs())

/** Dials the stage as a rogue, says what `change` makes of an honest hello, and reads the answer. */
async function say(
  target: TestNetwork,
  change: (hello: LooseHello, me: TestHost) => LooseHello | Promise<Uint8Array>,
): Promise<{ answer: Awaited<ReturnType<typeof readHello>>; connection: Connection }> {
  const me = await rogue()
  const connection = await dial(me, target)
  const channel = await openHello(connection)
  const said = change(looseHello(me.identity, connection, null), me)
  await channel.write(said instanceof Promise ? await said : await signLoose(me.identity, said))
  return { answer: await readHello(channel), connection }
}

describe('a stage that is dialled by a peer', () => {
  it('of a newer version ignores fields, features and protocols that it does not know', async () => {
    const a = await stage()
    const me = await rogue()
    const connection = await dial(me, a)
    const channel = await openHello(connection)
    const hello = looseHello(me.identity, connection, null)
    const newer = {
      ...hello,
      protocols: { envelope: [1, 9], sync: [1, 4], teleport: [1, 1] },
      features: ['events', 'holograms'],
      limits: { 'hologram-bytes': 5 },
      head: { ...(hello.head as object), mood: ['fine', { why: null }] },
      weather: { today: [1, 2, 3], tomorrow: null },
    }
    await channel.write(await signLoose(me.identity, newer))
    expect(await readHello(channel)).toMatchObject({ kind: 'hello', hello: { reply: hello.nonce } })
    await channel.write(encode({ accept: { since: 3 }, also: 'this' }))
    await until(() => a.network.isConnected(me.identity.publicKey))
    expect(a.network.peers()[0]).toMatchObject({ protocols: { envelope: '1', sync: '1' }, features: ['events'] })
  })

  it.each<[string, string, (hello: LooseHello, me: TestHost) => LooseHello | Promise<Uint8Array>]>([
    ['signs with another key', 'bad-signature', hello => signLoose(newIdentity(), hello)],
    [
      'claims another key and signs with it',
      'wrong-key',
      hello => {
        const other = newIdentity()
        return signLoose(other, { ...hello, key: other.publicKey })
      },
    ],
    ['says hello to somebody else', 'wrong-recipient', hello => ({ ...hello, to: newIdentity().publicKey })],
    ['answers what was never asked', 'stale-answer', hello => ({ ...hello, reply: new Uint8Array(16) })],
    [
      'speaks for another community',
      'wrong-key',
      hello => ({ ...hello, head: { ...(hello.head as object), community: newIdentity().publicKey } }),
    ],
    ['leaves out a field', 'malformed', ({ nonce: _, ...hello }) => hello],
    ['names versions in the wrong order', 'malformed', hello => ({ ...hello, protocols: { sync: [3, 1] } })],
    ['sends something else', 'malformed', async () => encode({ hi: 'there' })],
    ['sends noise', 'malformed', async () => new Uint8Array(500).fill(0xff)],
    [
      'speaks no common version',
      'no-common-version',
      hello => ({ ...hello, protocols: { envelope: [1, 1], sync: [7, 9] } }),
    ],
    ['lacks a requirement', 'missing-feature', hello => ({ ...hello, protocols: { envelope: [1, 1] } })],
  ])('who %s answers %s, says why and hangs up', async (_, code, change) => {
    const a = await stage()
    const { answer, connection } = await say(a, change)
    expect(answer).toMatchObject({ kind: 'refuse', refusal: { code, message: expect.stringMatching(/\.$/) } })
    await until(() => connection.status !== 'open')
    expect(a.network.peers()[0]?.refused).toMatch(code)
    expect(a.host.getConnections()).toEqual([])
  })

  it.each<[string, (connection: Connection) => Promise<unknown>]>([
    ['a frame over the limit', async connection => (await openHello(connection)).write(new Uint8Array(600_000))],
    [
      'a length without end',
      async connection => (await connection.newStream('/bandstand/hello/1.0.0')).send(new Uint8Array(64).fill(0xff)),
    ],
    [
      'half a hello and then nothing',
      async connection => (await connection.newStream('/bandstand/hello/1.0.0')).send(new Uint8Array([90, 1])),
    ],
    ['nothing at all', connection => connection.newStream('/bandstand/hello/1.0.0')],
  ])('who sends %s hangs up', async (_, act) => {
    const a = await stage(300)
    const me = await rogue()
    const connection = await dial(me, a)
    await act(connection).catch(() => {})
    await until(() => connection.status !== 'open')
    expect(a.network.isConnected(me.identity.publicKey)).toBe(false)
    expect(a.network.peers()[0]?.refused).toMatch(/malformed|timeout/)
  })

  it('keeps one hello to a connection: a second one while the first runs is dropped', async () => {
    const a = await stage()
    const me = await rogue()
    const connection = await dial(me, a)
    const [first, second] = [await openHello(connection), await openHello(connection)]
    expect(await readHello(second).catch(() => null)).toBeNull()
    const hello = looseHello(me.identity, connection, null)
    await first.write(await signLoose(me.identity, hello))
    expect(await readHello(first)).toMatchObject({ kind: 'hello' })
    await first.write(encodeAccept())
    await until(() => a.network.isConnected(me.identity.publicKey))
  })

  it('does not take a hello that was recorded from another connection of somebody else', async () => {
    const [a, b] = [await stage(), await stage()]
    const honest = await rogue()
    const toA = looseHello(honest.identity, await dial(honest, a), null)
    const recorded = await signLoose(honest.identity, toA)
    expect((await say(a, async () => recorded)).answer).toMatchObject({ refusal: { code: 'wrong-key' } })
    expect((await say(b, async () => recorded)).answer).toMatchObject({ refusal: { code: 'wrong-key' } })
  })
})

describe('a stage that dials a peer', () => {
  const cases: [string, RegExp, Parameters<typeof answerHello>[1] | null][] = [
    ['which never answers', /too long/, async () => {}],
    ['which hangs up', /not a hello|closed/, async channel => channel.abort()],
    ['which answers with noise', /not a hello/, async channel => channel.write(new Uint8Array(300).fill(0x5a))],
    ['which sends a giant frame', /not a hello/, async channel => channel.write(new Uint8Array(900_000))],
    [
      'which refuses with a code of the future',
      /only on Sundays/,
      async channel =>
        channel.write(encode({ refuse: { code: 'closed-on-weekdays', message: 'We meet only on Sundays.' } })),
    ],
    ['which accepts before saying hello', /not a hello/, async channel => channel.write(encodeAccept())],
  ]
  it.each(cases)('%s gives up with a sentence', async (_, sentence, answer) => {
    const other = await makeHost()
    if (answer !== null) await answerHello(other.host, answer)
    await other.host.start()
    stops.push(async () => other.host.stop())
    const a = await stage(300)
    const connecting = a.network.connect(other.host.getMultiaddrs()[0]?.toString() ?? '')
    await expect(connecting).rejects.toMatchObject({ name: 'StageError', message: expect.stringMatching(sentence) })
    await until(() => a.host.getConnections().length === 0)
  })

  it('refuses an answer that replays an older one of the same peer', async () => {
    const other = await makeHost()
    let recorded: Uint8Array | undefined
    await answerHello(other.host, async (channel, connection) => {
      const asked = await readHello(channel)
      if (asked?.kind !== 'hello') return
      recorded ??= await signLoose(other.identity, looseHello(other.identity, connection, asked.hello.nonce))
      await channel.write(recorded)
      await readHello(channel)
    })
    await other.host.start()
    stops.push(async () => other.host.stop())
    const a = await stage()
    const address = other.host.getMultiaddrs()[0]?.toString() ?? ''
    await a.network.connect(address)
    await a.host.hangUp(other.host.peerId)
    await until(() => !a.network.isConnected(other.identity.publicKey))
    await expect(a.network.connect(address)).rejects.toThrow(/another one than the one that was sent/)
  })
})
