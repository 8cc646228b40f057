import { StageError } from '#node/errors.ts'
import type { Network } from '#node/ports/network.ts'
import type { Clock, Random } from '#src/kernel/ports.ts'
import type { AddressBook } from '../address-book/address-book.ts'
import { createRedialler } from '../address-book/redialler.ts'
import type { StageHost } from '../host/host.ts'
import { peerIdFromCommunity, peerIdText } from '../host/peer-key.ts'
import { dial } from './dial.ts'
import type { Handshake } from './handshake.ts'
import { createPeerList } from './peer-list.ts'
import { createPresence, type Presence } from './presence.ts'

/** The network port, with what its owner needs beside it. */
export interface StageNetwork extends Network {
  /** Starts listening for handshakes, then the host, then dialling followed stages. */
  start(): Promise<void>
  /** Hangs up everywhere and stops listening. */
  stop(): Promise<void>
}

export interface NetworkOptions {
  readonly host: StageHost
  readonly handshake: Handshake
  readonly book: AddressBook
  readonly clock: Clock
  readonly random: Random
}

export function createNetwork(options: NetworkOptions): StageNetwork {
  const { host, handshake, book, clock, random } = options
  const { peers } = createPeerList(handshake)
  const presence = createPresence(handshake)

  const connect = async (address: string): Promise<Uint8Array> => {
    const connection = await dial(host, book, address)
    const outcome = await handshake.session(connection).settled
    if (outcome.ok) return outcome.value.hello.key
    const { code, message } = outcome.error
    await connection.close().catch(() => {})
    if (code === 'closed') throw new StageError('peer-unreachable', message)
    throw new StageError('peer-refused', `${connection.remotePeer.toString()} and this stage did not agree: ${message}`)
  }

  const redialler = createRedialler({
    book,
    isConnected: presence.has,
    dial: connect,
    random: () => (random.bytes(1)[0] ?? 0) / 256,
    nowMs: () => clock.nowMs(),
  })
  presence.onPeer((community, connected) => {
    if (!connected) redialler.lost(peerIdText(community))
  })
  learnAddresses(options, presence)

  return {
    peerId: host.peerId.toString(),
    addresses: () => host.getMultiaddrs().map(String),
    peers,
    connect,
    isConnected: community => presence.has(peerIdText(community)),
    onPeer: presence.onPeer,
    follow: (community, address = '') => {
      const peerId = peerIdText(community)
      const isKnown = (book.get(peerId)?.addresses.length ?? 0) > 0
      book.follow(peerId, isKnown || address === '' ? [] : [address])
      void recallAddresses(host, book, community)
    },
    unfollow: community => book.unfollow(peerIdText(community)),
    start: async () => {
      await handshake.start()
      await host.start()
      redialler.start()
    },
    stop: async () => {
      redialler.stop()
      await handshake.stop()
      await host.stop()
      await book.flush().catch(() => {})
    },
  }
}

/** Writes down where stages were reached, and where they say that they listen. */
function learnAddresses({ host, handshake, book }: NetworkOptions, presence: Presence): void {
  handshake.onChange(({ connection, outcome }, change) => {
    if (change !== 'settled' || outcome?.ok !== true || connection.direction !== 'outbound') return
    book.record(connection.remotePeer.toString(), [connection.remoteAddr.toString()])
  })
  host.addEventListener('peer:identify', ({ detail: { peerId, listenAddrs } }) => {
    const text = peerId.toString()
    if (book.get(text) !== undefined || presence.has(text)) book.record(text, listenAddrs.map(String))
  })
}

/** A stage that connected to us and is followed from now on: what identify once said about it. */
async function recallAddresses(host: StageHost, book: AddressBook, community: Uint8Array): Promise<void> {
  try {
    const { addresses } = await host.peerStore.get(peerIdFromCommunity(community))
    book.record(
      peerIdText(community),
      addresses.map(({ multiaddr }) => multiaddr.toString()),
    )
  } catch {
    // Not met yet: its address is learnt when it is.
  }
}
