import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { StageError } from '#node/errors.ts'
import type { TestCall, TestDialer, TestStream } from '#node/ports/conformance.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { createHost, type HostOptions, type StageHost } from '../host/host.ts'
import { communityFromPeerId } from '../host/peer-key.ts'
import { frames } from '../stream/frames.ts'

/** A checker listens on this machine alone, on free ports, and looks for nobody. */
const QUIET: HostOptions['settings'] = {
  p2p: { host: '127.0.0.1', tcpPort: 0, wsPort: 0, announce: [] },
  public: false,
  reachability: 'off',
  mdns: false,
  dht: 'off',
  bootstrap: [],
}
/** Far above every limit of the protocols: a check sends what an honest stage would not. */
const FRAME_BYTES_MAX = 8 * 1024 * 1024
/** Longest silence on a stream before a check goes on. */
const SILENCE_MS = 20_000
const OPEN_MS = 10_000

/** A key for one connection: what libp2p needs, and what signs. */
export interface CallerKey {
  readonly privateKey: HostOptions['privateKey']
  readonly publicKey: Uint8Array
  readonly signer: { sign(message: Uint8Array): Uint8Array }
}

export interface DialerInit {
  /** Where the stage under test is, e.g. `/ip4/127.0.0.1/tcp/4748/p2p/12D3KooW...`. */
  readonly address: string
  readonly clock: Clock
  /** A new key, or that of a seed. */
  readonly keyOf: (seed?: Uint8Array) => CallerKey
}

function testStream(stream: Stream): TestStream {
  const io = frames(stream, { frameBytesMax: FRAME_BYTES_MAX, idleMs: SILENCE_MS })
  return {
    read: () => io.read(),
    write: frame => io.write(frame),
    raw: bytes => void stream.send(bytes),
    close: () => io.close(),
    drop: () => io.abort(),
  }
}

function testCall(host: StageHost, connection: Connection, key: CallerKey): TestCall {
  return {
    key: key.publicKey,
    stage: communityFromPeerId(connection.remotePeer),
    sign: message => key.signer.sign(message),
    open: async protocol => {
      const signal = AbortSignal.timeout(OPEN_MS)
      return testStream(await connection.newStream(protocol, { signal, negotiateFully: true }))
    },
    follows: topic => host.services.pubsub.getSubscribers(topic).some(peer => peer.equals(connection.remotePeer)),
    isOpen: () => connection.status === 'open',
    hangUp: async () => {
      await host.stop()
    },
  }
}

/** Each call is a libp2p host of its own, so that to the stage under test it is a stranger. */
export function createTestDialer({ address, clock, keyOf }: DialerInit): TestDialer {
  const hosts = new Set<StageHost>()
  const callAs = async (seed?: Uint8Array): Promise<TestCall> => {
    const key = keyOf(seed)
    const { privateKey } = key
    const host = await createHost({ privateKey, settings: QUIET, clock, userAgent: 'bandstand-conformance' })
    hosts.add(host)
    await host.start()
    try {
      const call = testCall(host, await host.dial(multiaddr(address)), key)
      return { ...call, hangUp: () => call.hangUp().finally(() => hosts.delete(host)) }
    } catch (cause) {
      await host.stop()
      hosts.delete(host)
      throw new StageError('peer-unreachable', `Nobody answered at ${address}. Is the stage running?`, { cause })
    }
  }
  return {
    call: () => callAs(),
    callAs,
    stop: async () => {
      await Promise.all([...hosts].map(host => host.stop()))
    },
  }
}
