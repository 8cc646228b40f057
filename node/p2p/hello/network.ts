import { StageError } from '#node/errors.ts'
import type { Network } from '#node/ports/network.ts'
import type { Clock, Random } from '#src/kernel/ports.ts'
import type { AddressBook } from '../address-book/address-book.ts'
import { createRedialler } from '../address-book/redialler.ts'
import type { StageHost } from '../host/host.ts'
import { peerIdText } from '../host/peer-key.ts'
import { dial } from './dial.ts'
import type { Handshake, Session } from './handshake.ts'
import { createPeerList } from './peer-list.ts'

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

export function createNetwork({ host, handshake, book, clock, random }: NetworkOptions): StageNetwork {
  const { peers } = createPeerList(handshake)
  const listeners = new Set<Parameters<Network['onPeer']>[0]>()
  const connected = new Set<string>()

  const agreedSessions = (peerId: string): Session[] =>
    [...handshake.sessions()].filter(
      ({ connection, outcome }) => outcome?.ok === true && connection.remotePeer.toString() === peerId,
    )

  const redialler = createRedialler({
    book,
    isConnected: peerId => connected.has(peerId),
    dial: peerId => connect(peerId),
    random: () => (random.bytes(1)[0] ?? 0) / 256,
    nowMs: () => clock.nowMs(),
  })

  handshake.onChange((session, change) => {
    if (session.outcome?.ok !== true) return
    const peerId = session.connection.remotePeer.toString()
    const present = agreedSessions(peerId).length > 0
    if (change === 'settled' && session.connection.direction === 'outbound')
      book.record(peerId, [session.connection.remoteAddr.toString()])
    if (present === connected.has(peerId)) return
    if (present) connected.add(peerId)
    else {
      connected.delete(peerId)
      redialler.lost(peerId)
    }
    for (const listener of [...listeners]) listener(session.outcome.value.hello.key, present)
  })

  // The addresses that a peer listens on are better than the port from which it happened to dial.
  host.addEventListener('peer:identify', ({ detail: { peerId, listenAddrs } }) => {
    const text = peerId.toString()
    if (book.get(text) !== undefined || connected.has(text)) book.record(text, listenAddrs.map(String))
  })

  const connect = async (address: string): Promise<Uint8Array> => {
    const connection = await dial(host, book, address)
    const outcome = await handshake.session(connection).settled
    if (outcome.ok) return outcome.value.hello.key
    const { code, message } = outcome.error
    await connection.close().catch(() => {})
    if (code === 'closed') throw new StageError('peer-unreachable', message)
    throw new StageError('peer-refused', `${connection.remotePeer.toString()} and this stage did not agree: ${message}`)
  }

  return {
    peerId: host.peerId.toString(),
    addresses: () => host.getMultiaddrs().map(String),
    peers,
    connect,
    isConnected: community => connected.has(peerIdText(community)),
    onPeer: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    follow: community => book.follow(peerIdText(community)),
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
