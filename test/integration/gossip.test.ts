import { randomBytes } from 'node:crypto'
import { TopicValidatorResult } from '@libp2p/gossipsub'
import { afterEach, describe, expect, it } from 'vitest'
import { createGossip } from '#node/p2p/gossip/gossip.ts'
import { topicName } from '#node/p2p/gossip/topics.ts'
import { GOSSIP_PENDING_PER_PEER_MAX } from '#node/p2p/host/limits.ts'
import { peerIdFromCommunity } from '#node/p2p/host/peer-key.ts'
import type { Gossip, Verdict } from '#node/ports/gossip.ts'
import { GOSSIP_MESSAGE_BYTES_MAX } from '#protocols/gossip/v1/constants.ts'
import { startHost, type TestHost, until } from '#test/support/stage-host.ts'

interface Station extends TestHost {
  readonly gossip: Gossip
  readonly heard: { kind: string; text: string; peer: string; community: Uint8Array }[]
}

const stations: Station[] = []

/** Says yes to everything but texts that start with a verdict. */
const verdictOf = (text: string): Verdict =>
  text.startsWith('reject') ? 'reject' : text.startsWith('ignore') ? 'ignore' : 'accept'

async function station(): Promise<Station> {
  const made = await startHost()
  const heard: Station['heard'] = []
  const gossip = createGossip(made.host, async (community, kind, bytes, peer) => {
    const text = Buffer.from(bytes).toString()
    heard.push({ kind, text, peer, community })
    return verdictOf(text)
  })
  const it = { ...made, gossip, heard }
  stations.push(it)
  return it
}

async function line(length: number): Promise<Station[]> {
  const all = await Promise.all(Array.from({ length }, station))
  for (let i = 1; i < all.length; i++) await all[i]?.host.dial(all[i - 1]?.host.getMultiaddrs() ?? [])
  return all
}

const subscribed = (a: Station, b: Station, community: Uint8Array): Promise<void> =>
  until(() =>
    a.host.services.pubsub.getSubscribers(topicName(community, 'events')).some(id => id.equals(b.host.peerId)),
  )

/** The router has it; the service's type leaves it out. */
const meshOf = ({ host }: Station, topic: string): string[] =>
  (host.services.pubsub as unknown as { getMeshPeers(topic: string): string[] }).getMeshPeers(topic)

/** From here on `a` passes messages of both topics on to `b`. A peer that only subscribed enters the mesh at a heartbeat. */
const meshed = (a: Station, b: Station, community: Uint8Array): Promise<void> =>
  until(() =>
    (['events', 'receipts'] as const).every(kind =>
      meshOf(a, topicName(community, kind)).includes(b.host.peerId.toString()),
    ),
  )

afterEach(async () => {
  await Promise.all(stations.splice(0).map(({ host }) => host.stop()))
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('gossip between real hosts', () => {
  it('carries an event through a stage in the middle, with community, kind and sender', async () => {
    const [a, b, c] = (await line(3)) as [Station, Station, Station]
    const community = a.identity.publicKey
    for (const { gossip } of [a, b, c]) gossip.join(community)
    await Promise.all([meshed(a, b, community), meshed(b, a, community), meshed(b, c, community)])
    await a.gossip.publish(community, 'events', bytes('hello'))
    await until(() => c.heard.length === 1)
    expect(c.heard[0]).toEqual({ kind: 'events', text: 'hello', peer: b.host.peerId.toString(), community })
    await a.gossip.publish(community, 'receipts', bytes('paid'))
    await until(() => c.heard.length === 2)
    expect(c.heard[1]?.kind).toBe('receipts')
  })

  it('does not spread what the validator ignored or rejected, and only a rejection costs the sender', async () => {
    const [a, b, c] = (await line(3)) as [Station, Station, Station]
    const community = a.identity.publicKey
    for (const { gossip } of [a, b, c]) gossip.join(community)
    await Promise.all([meshed(a, b, community), meshed(b, c, community)])
    const penalty = () => b.host.services.gossipState.penalties.score(a.host.peerId.toString())
    await a.gossip.publish(community, 'events', bytes('ignore me'))
    await until(() => b.heard.length === 1)
    expect(penalty()).toBeCloseTo(0)
    await a.gossip.publish(community, 'events', bytes('reject me'))
    await until(() => b.heard.length === 2)
    await a.gossip.publish(community, 'events', bytes('fine'))
    await until(() => c.heard.length === 1)
    expect(c.heard[0]?.text).toBe('fine')
    expect(penalty()).toBeLessThan(0)
  })

  it('stops reading a peer that keeps sending rejected messages', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const community = a.identity.publicKey
    for (const { gossip } of [a, b]) gossip.join(community)
    await meshed(a, b, community)
    const score = () => b.host.services.gossipState.penalties.score(a.host.peerId.toString())
    for (let i = 0; i < 12; i++) await a.gossip.publish(community, 'events', bytes(`reject ${i}`))
    await until(() => score() < -45)
    // A heartbeat later the router's cached score has caught up as well.
    await new Promise(resolve => setTimeout(resolve, 1_500))
    const before = b.heard.length
    await a.gossip.publish(community, 'events', bytes('fine'))
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(b.heard.length).toBe(before)
  })

  it('forms a mesh for a community that is joined after connecting', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const community = randomBytes(32)
    // Any 32 bytes name a topic; the key need not be anybody's.
    a.gossip.join(community)
    await subscribed(b, a, community)
    b.gossip.join(community)
    await meshed(a, b, community)
    await b.gossip.publish(community, 'events', bytes('late but here'))
    await until(() => a.heard.length === 1)
  })

  it('drops messages on topics that this stage has not joined before the validator sees them', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const community = a.identity.publicKey
    for (const { gossip } of [a, b]) gossip.join(community)
    await meshed(a, b, community)
    const { joined } = b.host.services.gossipState
    // The subscription stays, as if the sender had not heard of the leaving.
    joined.delete(topicName(community, 'events'))
    await a.gossip.publish(community, 'events', bytes('too late'))
    await a.gossip.publish(community, 'receipts', bytes('in time'))
    await until(() => b.heard.length > 0)
    expect(b.heard.map(({ text }) => text)).toEqual(['in time'])
  })

  it('hears nothing of a community after leaving it, and everything after joining again', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const community = a.identity.publicKey
    const other = b.identity.publicKey
    for (const { gossip } of [a, b]) for (const key of [community, other]) gossip.join(key)
    await meshed(a, b, community)
    await meshed(a, b, other)
    b.gossip.leave(community)
    await until(() => a.host.services.pubsub.getSubscribers(topicName(community, 'events')).length === 0)
    await a.gossip.publish(community, 'events', bytes('to nobody'))
    await a.gossip.publish(other, 'events', bytes('to those who stayed'))
    await until(() => b.heard.length > 0)
    expect(b.heard.map(({ text }) => text)).toEqual(['to those who stayed'])
    b.gossip.join(community)
    await meshed(a, b, community)
    await a.gossip.publish(community, 'events', bytes('to somebody'))
    // gossipsub may also bring what its short history still holds: who joins again wants that too.
    await until(() => b.heard.some(({ text }) => text === 'to somebody'))
  })

  it('delivers the same bytes on two topics: a rejection on one does not hide them on the other', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const [first, second] = [a.identity.publicKey, b.identity.publicKey]
    for (const { gossip } of [a, b]) for (const community of [first, second]) gossip.join(community)
    await meshed(a, b, second)
    await a.gossip.publish(first, 'events', bytes('reject twice'))
    await a.gossip.publish(second, 'events', bytes('reject twice'))
    await until(() => b.heard.length === 2)
  })

  it('treats publishing without peers, or twice, as no error', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const community = a.identity.publicKey
    for (const { gossip } of [a, b]) gossip.join(community)
    await meshed(a, b, community)
    await a.gossip.publish(b.identity.publicKey, 'events', bytes('nobody'))
    for (const text of ['twice', 'twice', 'last']) await a.gossip.publish(community, 'events', bytes(text))
    await until(() => b.heard.some(({ text }) => text === 'last'))
    expect(b.heard.map(({ text }) => text)).toEqual(['twice', 'last'])
  })

  it('neither sends nor takes a message over the limit', async () => {
    const [a, b] = (await line(2)) as [Station, Station]
    const community = a.identity.publicKey
    for (const { gossip } of [a, b]) gossip.join(community)
    await meshed(a, b, community)
    const giant = new Uint8Array(GOSSIP_MESSAGE_BYTES_MAX + 1)
    await expect(a.gossip.publish(community, 'events', giant)).rejects.toMatchObject({ code: 'too-large' })
    await a.host.services.pubsub.publish(topicName(community, 'events'), giant)
    await a.gossip.publish(community, 'events', bytes('small'))
    await until(() => b.heard.length > 0)
    expect(b.heard.map(({ text }) => text)).toEqual(['small'])
  })

  it('keeps a bounded number of messages of one peer waiting for the door, and hears the others meanwhile', async () => {
    const { host, identity } = await startHost()
    const open = Promise.withResolvers<Verdict>()
    try {
      let atDoor = 0
      const door = () => {
        atDoor++
        return open.promise
      }
      createGossip(host, door).join(identity.publicKey)
      const topic = topicName(identity.publicKey, 'events')
      const validate = host.services.pubsub.topicValidators.get(topic)
      if (validate === undefined) throw new Error('the topic was not joined')
      const message = { type: 'unsigned', topic, data: bytes('wait') } as const
      const [flooder, other] = [peerIdFromCommunity(randomBytes(32)), peerIdFromCommunity(randomBytes(32))]
      const waiting = Array.from({ length: GOSSIP_PENDING_PER_PEER_MAX }, () => validate(flooder, message))
      const tooMany = validate(flooder, message)
      expect(atDoor).toBe(GOSSIP_PENDING_PER_PEER_MAX)
      expect(await tooMany).toBe(TopicValidatorResult.Ignore)
      const heard = validate(other, message)
      open.resolve('accept')
      expect(await heard).toBe(TopicValidatorResult.Accept)
      expect(new Set(await Promise.all(waiting))).toEqual(new Set([TopicValidatorResult.Accept]))
      expect(await validate(flooder, message)).toBe(TopicValidatorResult.Accept)
    } finally {
      open.resolve('ignore')
      await host.stop()
    }
  })
})
