import type { Connection, Stream } from '@libp2p/interface'
import { err } from '#protocols/codec/result.ts'
import { HELLO_BYTES_MAX, HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import type { StageHost } from '../host/host.ts'
import { communityFromPeerId } from '../host/peer-key.ts'
import { type Frames, frames } from '../stream/frames.ts'
import { StreamError } from '../stream/stream-error.ts'
import { helloFault } from './check-hello.ts'
import { answerConversation, type Outcome, openConversation, type Speaker } from './conversation.ts'
import { createSessions, type OpenSession, type Session, type SessionListener } from './sessions.ts'

/** The whole conversation, three frames of less than a kilobyte, also over a phone's connection. */
const HELLO_TIMEOUT_MS = 10_000
/** How long a connection that others opened may stay silent before those who wait for its hello are told so. */
const SILENCE_MS = 15_000
/** How long a refused peer has to take the refusal before the connection closes. */
const CLOSE_MS = 1_000
/** One conversation to a connection; a second stream is there to be told that it is one too many. */
const STREAMS = { maxInboundStreams: 2, maxOutboundStreams: 2, runOnLimitedConnection: true }

export interface Handshake {
  /** Call before the host starts, so that no connection goes without. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Sessions of the open connections. */
  sessions(): Iterable<Session>
  session(connection: Connection): Session
  /** Called when a handshake ends, and when its connection closes. */
  onChange(listener: SessionListener): void
}

export interface HandshakeOptions extends Speaker {
  readonly host: StageHost
  /** Shorter in tests. */
  readonly timeoutMs?: number
}

/** Says hello on every new connection: the side that dialled begins. Refused peers are told why, then disconnected. */
export function createHandshake(options: HandshakeOptions): Handshake {
  const { host, timeoutMs = HELLO_TIMEOUT_MS } = options
  const sessions = createSessions()
  const converse = createConverse(options, timeoutMs)

  const begin = async (session: OpenSession): Promise<void> => {
    let stream: Stream
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      stream = await session.connection.newStream(HELLO_PROTOCOL, { signal, runOnLimitedConnection: true })
    } catch {
      // Part of the wider IPFS, perhaps: it may stay connected for what it does speak.
      session.settle(err({ code: 'not-a-stage', message: 'The peer does not speak the Bandstand protocol.' }))
      return
    }
    await converse(session, stream, openConversation)
  }

  const onStream = (stream: Stream, connection: Connection): void => {
    const session = sessions.of(connection)
    if (session.answering || session.outcome !== null) {
      stream.abort(new Error(helloFault('busy').message))
      return
    }
    session.answering = true
    void converse(session, stream, answerConversation)
  }

  const onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    const session = sessions.of(connection)
    if (connection.remotePeer.type !== 'Ed25519')
      session.settle(err({ code: 'not-a-stage', message: 'The peer has no stage key.' }))
    else if (connection.direction === 'outbound') void begin(session)
    else expectHello(session, Math.max(SILENCE_MS, timeoutMs))
  }

  const onClose = ({ detail }: CustomEvent<Connection>): void => sessions.closed(detail)

  return {
    start: async () => {
      await host.handle(HELLO_PROTOCOL, onStream, STREAMS)
      host.addEventListener('connection:open', onOpen)
      host.addEventListener('connection:close', onClose)
    },
    stop: async () => {
      host.removeEventListener('connection:open', onOpen)
      host.removeEventListener('connection:close', onClose)
      await host.unhandle(HELLO_PROTOCOL)
    },
    sessions: sessions.all,
    session: sessions.of,
    onChange: sessions.onChange,
  }
}

/** Runs one side of the conversation and ends the stream, and after a refusal the connection, in good order. */
function createConverse(options: HandshakeOptions, timeoutMs: number) {
  const log = options.host.logger.forComponent('bandstand:hello')
  type Side = typeof openConversation

  const outcomeOf = async (channel: Frames, connection: Connection, side: Side): Promise<Outcome> => {
    try {
      const remoteKey = communityFromPeerId(connection.remotePeer)
      return await side(channel, options, remoteKey, AbortSignal.timeout(timeoutMs))
    } catch (cause) {
      if (!(cause instanceof StreamError)) {
        log.error('hello failed - %e', cause)
        return err(helloFault('internal'))
      }
      return err(helloFault(cause.code === 'timeout' || cause.code === 'cancelled' ? 'timeout' : 'malformed'))
    }
  }

  return async (session: OpenSession, stream: Stream, side: Side): Promise<void> => {
    const channel = frames(stream, { frameBytesMax: HELLO_BYTES_MAX, idleMs: timeoutMs })
    const outcome = await outcomeOf(channel, session.connection, side)
    // Before anything is closed: the other side may hang up the moment it has read our last frame.
    session.settle(outcome)
    await channel.close()
    if (outcome.ok) return
    await readToEnd(channel)
    await hangUp(session.connection)
  }
}

/** Whoever waits for the hello of a peer that dialled us learns in the end that there is none. */
function expectHello(session: OpenSession, withinMs: number): void {
  const timer = setTimeout(() => session.settle(err(helloFault('timeout'))), withinMs)
  timer.unref()
  void session.settled.then(() => clearTimeout(timer))
}

/** A connection that closes takes unread frames with it: wait until the peer has read its refusal and closed its side. */
async function readToEnd(channel: Frames): Promise<void> {
  const signal = AbortSignal.timeout(CLOSE_MS)
  while ((await channel.read(signal).catch(() => null)) !== null) if (signal.aborted) return
}

async function hangUp(connection: Connection): Promise<void> {
  try {
    await connection.close({ signal: AbortSignal.timeout(CLOSE_MS) })
  } catch (cause) {
    connection.abort(cause instanceof Error ? cause : new Error('refused'))
  }
}
