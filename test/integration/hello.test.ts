import { afterEach, describe, expect, it } from 'vitest'
import { newIdentity } from '#node/identity/identity.ts'
import { stageCapabilities } from '#node/p2p/hello/capabilities.ts'
import type { Capabilities } from '#src/identity/negotiate.ts'
import { startHost, until } from '#test/support/stage-host.ts'
import { startNetwork, type TestNetwork, type TestNetworkOptions } from '#test/support/stage-network.ts'

const running: TestNetwork[] = []

async function stage(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const made = await startNetwork(options)
  running.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(made => made.stop()))
})

/** A well-formed peer id that is nobody's here. */
const STRANGER = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'

const tcp = ({ network }: TestNetwork): string => network.addresses().find(text => !text.includes('/ws')) ?? ''
const websocket = ({ network }: TestNetwork): string => network.addresses().find(text => text.includes('/ws')) ?? ''

const speaking = (protocols: Record<string, [number, number]>, more: Partial<Capabilities> = {}): Capabilities => ({
  ...stageCapabilities('bandstand/test'),
  protocols: new Map(Object.entries(protocols).map(([name, [min, max]]) => [name, { min, max }])),
  ...more,
})

describe('the hello handshake', () => {
  it('tells three stages who the others are and what was agreed, over TCP and WebSocket', async () => {
    const [a, b, c] = [await stage({ name: 'Attic' }), await stage({ name: 'Barn' }), await stage({ name: 'Cellar' })]
    expect(await a.network.connect(tcp(b))).toEqual(b.identity.publicKey)
    expect(await b.network.connect(websocket(c))).toEqual(c.identity.publicKey)
    expect(await c.network.connect(tcp(a))).toEqual(a.identity.publicKey)
    await until(() => [a, b, c].every(({ network }) => network.peers().length === 2))
    for (const [one, other] of [
      [a, b],
      [b, c],
      [c, a],
    ] as const) {
      await until(() => other.network.isConnected(one.identity.publicKey))
      const seen = one.network.peers().find(({ peerId }) => peerId === other.network.peerId)
      const back = other.network.peers().find(({ peerId }) => peerId === one.network.peerId)
      expect(seen).toMatchObject({ direction: 'outbound', software: 'bandstand/test', refused: null })
      expect(back).toMatchObject({ direction: 'inbound', protocols: seen?.protocols, features: seen?.features })
      expect(seen?.protocols).toMatchObject({ sync: '1', envelope: '1' })
      expect(Math.abs(seen?.clockSkewMs ?? Infinity)).toBeLessThan(5_000)
    }
    expect(a.network.peers().map(({ name }) => name)).toEqual(expect.arrayContaining(['Barn', 'Cellar']))
  })

  it('agrees with an older stage on the older version', async () => {
    const newer = await stage({ capabilities: speaking({ envelope: [1, 2], sync: [1, 3], votes: [2, 2] }) })
    const older = await stage({ capabilities: speaking({ envelope: [1, 1], sync: [1, 1], votes: [1, 1] }) })
    await newer.network.connect(tcp(older))
    await until(() => older.network.peers().length === 1 && older.network.peers()[0]?.software !== null)
    for (const { network } of [newer, older])
      expect(network.peers()[0]?.protocols).toEqual({ envelope: '1', sync: '1' })
  })

  it('refuses, on both sides and with the reason, when a requirement is not met', async () => {
    const strict = await stage({ capabilities: speaking({ envelope: [1, 1] }, { requires: ['receipts-v2'] }) })
    const plain = await stage({ capabilities: speaking({ envelope: [1, 1] }, { requires: [] }) })
    await expect(plain.network.connect(tcp(strict))).rejects.toMatchObject({ code: 'peer-refused' })
    await until(() => strict.network.peers()[0]?.refused != null && plain.network.peers()[0]?.refused != null)
    for (const { network } of [strict, plain])
      expect(network.peers()[0]?.refused).toMatch(/missing-feature.*receipts-v2/)
    await expect(strict.network.connect(tcp(plain))).rejects.toThrow(/receipts-v2/)
    await until(() => strict.host.getConnections().length === 0 && plain.host.getConnections().length === 0)
    expect(strict.network.isConnected(plain.identity.publicKey)).toBe(false)
  })

  it('says which versions are apart when there is no common one', async () => {
    const future = await stage({ capabilities: speaking({ envelope: [1, 1], sync: [3, 4] }) })
    const present = await stage({ capabilities: speaking({ envelope: [1, 1], sync: [1, 1] }) })
    await expect(future.network.connect(tcp(present))).rejects.toThrow(/of "sync", .*: update the older one/)
  })

  it('notes how far the other clock is off, and talks nevertheless', async () => {
    const slow = await stage({ speaker: { clock: { nowMs: () => Date.now() - 3_600_000 } } })
    const right = await stage()
    await right.network.connect(tcp(slow))
    await until(() => slow.network.peers()[0]?.clockSkewMs != null)
    expect(right.network.peers()[0]?.clockSkewMs).toBeLessThan(-3_590_000)
    expect(slow.network.peers()[0]?.clockSkewMs).toBeGreaterThan(3_590_000)
  })

  it('tells listeners when a peer comes and when its last connection goes', async () => {
    const [a, b] = [await stage(), await stage()]
    const seen: [string, boolean][] = []
    a.network.onPeer((community, connected) => seen.push([Buffer.from(community).toString('hex'), connected]))
    const off = a.network.onPeer(() => expect.unreachable())
    off()
    await b.network.connect(tcp(a))
    await until(() => seen.length === 1)
    await b.network.connect(tcp(a))
    await b.host.hangUp(a.host.peerId)
    await until(() => seen.length === 2)
    const key = Buffer.from(b.identity.publicKey).toString('hex')
    expect(seen).toEqual([
      [key, true],
      [key, false],
    ])
    expect(a.network.peers()).toEqual([])
  })
})

describe('connecting', () => {
  it.each([
    ['not an address', 'bad-address'],
    ['/ip4/127.0.0.1', 'peer-unreachable'],
    ['/ip4/127.0.0.1/tcp/1', 'peer-unreachable'],
    ['/ip4/999.0.0.1/tcp/1', 'bad-address'],
    [`/ip4/127.0.0.1/tcp/${'1'.repeat(600)}`, 'bad-address'],
    [STRANGER, 'peer-unreachable'],
    ['QmbtNVJWV2uQ8ZtCYc2hoiWDMXh9cN4AM7sMXHd6CmQnAf', 'bad-address'],
  ])('to %s throws %s with a sentence', async (address, code) => {
    const a = await stage()
    await expect(a.network.connect(address)).rejects.toMatchObject({ code, message: expect.stringMatching(/[.!?]/) })
  })

  it('to itself, or to somebody else than the address says, fails', async () => {
    const [a, b] = [await stage(), await stage()]
    await expect(a.network.connect(tcp(a))).rejects.toMatchObject({ code: 'bad-address' })
    const impostor = tcp(b).replace(b.network.peerId, STRANGER)
    await expect(a.network.connect(impostor)).rejects.toMatchObject({ code: 'peer-unreachable' })
  })

  it('by bare peer id uses the address book', async () => {
    const [a, b] = [await stage(), await stage()]
    a.book.record(b.network.peerId, [tcp(b)])
    expect(await a.network.connect(b.network.peerId)).toEqual(b.identity.publicKey)
  })

  it('to a node that is no stage says so', async () => {
    const other = await startHost()
    try {
      const a = await stage()
      const address = other.host.getMultiaddrs()[0]?.toString() ?? ''
      await expect(a.network.connect(address)).rejects.toMatchObject({ code: 'peer-refused' })
    } finally {
      await other.host.stop()
    }
  })

  it('keeps the address of a stage that dialled us first and is followed afterwards', async () => {
    const [a, b] = [await stage(), await stage()]
    await b.network.connect(tcp(a))
    await until(async () => a.host.peerStore.get(b.host.peerId).then(({ addresses }) => addresses.length > 0))
    a.network.follow(b.identity.publicKey)
    const plain = tcp(b).replace(/\/p2p\/.*$/, '')
    await until(() => a.book.get(b.network.peerId)?.addresses.includes(plain) === true)
    expect(a.book.get(b.network.peerId)?.followed).toBe(true)
  })

  it('finds a followed stage again after it was away, at the address it had or at a new one', async () => {
    const a = await stage()
    const identity = newIdentity()
    const before = await startNetwork({ identity })
    await a.network.connect(tcp(before))
    a.network.follow(identity.publicKey)
    const port = Number(/\/tcp\/(\d+)\//.exec(tcp(before))?.[1])
    await before.stop()
    await until(() => !a.network.isConnected(identity.publicKey))
    const settings = { p2p: { host: '127.0.0.1', tcpPort: port, wsPort: 0, announce: [] } }
    await stage({ identity, settings })
    await until(() => a.network.isConnected(identity.publicKey))
  })
})
