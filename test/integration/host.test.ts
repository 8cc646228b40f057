import { afterEach, describe, expect, it } from 'vitest'
import { createGossip } from '#node/p2p/gossip/gossip.ts'
import { communityFromPeerId, communityFromText, peerIdFromCommunity } from '#node/p2p/host/peer-key.ts'
import { makeHost, startHost, type TestHost, until } from '#test/support/stage-host.ts'

const hosts: TestHost[] = []

async function host(settings: Parameters<typeof startHost>[0] = {}): Promise<TestHost> {
  const made = await startHost(settings)
  hosts.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map(({ host: running }) => running.stop()))
})

const addresses = ({ host: running }: TestHost): string[] => running.getMultiaddrs().map(String)
const pick = (made: TestHost, part: string) =>
  made.host.getMultiaddrs().find(address => address.toString().includes(part)) ?? made.host.getMultiaddrs()

describe('the libp2p host', () => {
  it('is named by the stage key, and its peer id leads back to the community', async () => {
    const { host: running, identity } = await host()
    expect(communityFromPeerId(running.peerId)).toEqual(identity.publicKey)
    expect(communityFromText(running.peerId.toString())).toEqual(identity.publicKey)
    expect(peerIdFromCommunity(identity.publicKey).equals(running.peerId)).toBe(true)
  })

  it('listens on loopback only, on TCP and WebSocket, and speaks TLS and yamux on both', async () => {
    const [a, b] = [await host(), await host()]
    expect(addresses(a)).toHaveLength(2)
    for (const address of addresses(a)) expect(address).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+(\/ws)?\/p2p\//)
    for (const part of ['/ws/', '/tcp/']) {
      const connection = await b.host.dial(pick(a, part))
      expect(connection).toMatchObject({ encryption: '/tls/1.0.0', multiplexer: '/yamux/1.0.0' })
      await b.host.hangUp(a.host.peerId)
    }
  })

  it('runs nothing that asks the outside unless it is public and told to', async () => {
    const quiet = await makeHost({ reachability: 'relay' })
    expect(Object.keys(quiet.host.services)).toEqual(['identify', 'identifyPush', 'ping', 'pubsub', 'gossipState'])
    const open = await makeHost({ public: true, reachability: 'relay', dht: 'server' })
    expect(Object.keys(open.host.services)).toEqual(
      expect.arrayContaining(['autonat', 'upnp', 'dcutr', 'relay', 'dht', 'ping']),
    )
  })

  it('is reachable from a Noise-only peer', async () => {
    const { createLibp2p } = await import('libp2p')
    const [{ tcp }, { noise }, { yamux }, { ping }] = await Promise.all([
      import('@libp2p/tcp'),
      import('@libp2p/noise'),
      import('@libp2p/yamux'),
      import('@libp2p/ping'),
    ])
    const a = await host()
    const other = await createLibp2p({
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { ping: ping() },
    })
    try {
      const connection = await other.dial(pick(a, '/tcp/'))
      expect(connection.encryption).toBe('/noise')
      expect(await other.services.ping.ping(a.host.peerId)).toBeGreaterThanOrEqual(0)
    } finally {
      await other.stop()
    }
  })

  it('finds a stage by its peer id through the table of a third one', async () => {
    const [hub, a, b] = [await host({ dht: 'server' }), await host({ dht: 'server' }), await host({ dht: 'server' })]
    await a.host.dial(hub.host.getMultiaddrs())
    await b.host.dial(hub.host.getMultiaddrs())
    await until(async () => (await b.host.peerStore.get(hub.host.peerId)).protocols.includes('/bandstand/kad/1.0.0'))
    await until(() =>
      b.host.peerRouting
        .findPeer(a.host.peerId, { signal: AbortSignal.timeout(2_000) })
        .then(found => found.multiaddrs.length > 0)
        .catch(() => false),
    )
    await b.host.dial(a.host.peerId)
    expect(b.host.getConnections(a.host.peerId).length).toBeGreaterThan(0)
  })

  it('dials its bootstrap list', async () => {
    const a = await host()
    const b = await host({ bootstrap: addresses(a) })
    await until(() => b.host.getConnections(a.host.peerId).length > 0)
  })

  it('lets a dozen stages of one machine in at once', async () => {
    const hub = await host()
    const others = await Promise.all(Array.from({ length: 12 }, () => host()))
    await Promise.all(others.map(other => other.host.dial(pick(hub, '/tcp/'))))
    await until(() => hub.host.getConnections().length === 12)
    // Nobody's gossip score suffers for sharing an address with the others.
    const community = hub.identity.publicKey
    for (const { host: running } of [hub, ...others]) createGossip(running, async () => 'accept').join(community)
    await until(() => hub.host.services.pubsub.getPeers().length === 12)
  })

  it('stops under load without an error', async () => {
    const [a, b] = [await host(), await host()]
    const community = a.identity.publicKey
    const [speaker] = [a, b].map(({ host: running }) => createGossip(running, async () => 'accept'))
    for (const { host: running } of [a, b]) createGossip(running, async () => 'accept').join(community)
    await b.host.dial(a.host.getMultiaddrs())
    let said = 0
    const talking = setInterval(() => {
      for (let i = 0; i < 50; i++) void speaker?.publish(community, 'events', Buffer.from(`event ${said++}`))
    }, 5)
    try {
      await until(() => said > 500)
      await Promise.all([a.host.stop(), b.host.stop()])
    } finally {
      clearInterval(talking)
    }
    expect(a.host.status).toBe('stopped')
  })
})
