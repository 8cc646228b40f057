import type { Connection, Stream } from '@libp2p/interface'
import { err } from '#protocols/codec/result.ts'
import type { Refusal } from '#protocols/hello/v1/codec.ts'
import { HELLO_BYTES_MAX, HELLO_PROTOCOL } from '#protocols/hello/v1/constants.ts'
import type { StageHost } from '../host/host.ts'
import { communityFromPeerId } from '../host/peer-key.ts'
import { type Frames, frames } from '../stream/frames.ts'
import { StreamError } from '../stream/stream-error.ts'
import { helloFault } from './check-hello.ts'
import { answerConversation, type Outcome, openConversation, type Speaker } from './conversation.ts'

/** The whole conversation, three frames of less than a kilobyte, also over a phone's connection. */
const HELLO_TIMEOUT_MS = 10_000
/** How long a connection that others opened may stay silent before those who wait for its hello are told so. */
const SILENCE_MS = 15_000
/** How long a refused peer has to take the refusal before the connection closes. */
const CLOSE_MS = 1_000

const CLOSED: Refusal = { code: 'closed', message: 'The connection closed before the stages had agreed.' }

/** One connection and what became of its handshake. */
export interface Session {
  readonly connection: Connection
  /** Set once the handshake is over. */
  outcome: Outcome | null
  /** Settles with the outcome. */
  readonly settled: Promise<Outcome>
}

export interface Handshake {
  /** Call before the host starts, so that no connection goes without. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Sessions of the open connections. */
  sessions(): Iterable<Session>
  session(connection: Connection): Session
  /** Called when a handshake ends, and when its connection closes. */
  onChange(listener: (session: Session, change: 'settled' | 'closed') => void): void
}

export interface HandshakeOptions extends Speaker {
  readonly host: StageHost
  /** Shorter in tests. */
  readonly timeoutMs?: number
}

interface OwnSession extends Session {
  settle(outcome: Outcome): void
  answering: boolean
}

/** Says hello on every new connection: the side that dialled begins. Refused peers are told why, then disconnected. */
export function createHandshake(options: HandshakeOptions): Handshake {
  const { host, timeoutMs = HELLO_TIMEOUT_MS } = options
  const log = host.logger.forComponent('bandstand:hello')
  const sessions = new Map<string, OwnSession>()
  const listeners: Parameters<Handshake['onChange']>[0][] = []

  const tell = (session: Session, change: 'settled' | 'closed'): void => {
    for (const listener of listeners) listener(session, change)
  }

  const sessionOf = (connection: Connection): OwnSession => {
    const known = sessions.get(connection.id)
    if (known !== undefined) return known
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const session: OwnSession = {
      connection,
      outcome: null,
      settled: promise,
      answering: false,
      settle: outcome => {
        if (session.outcome !== null) return
        session.outcome = outcome
        resolve(outcome)
        tell(session, 'settled')
      },
    }
    if (connection.status === 'open') sessions.set(connection.id, session)
    else session.settle(err(CLOSED))
    return session
  }

  /** Runs one side of the conversation and ends the stream, and after a refusal the connection, in good order. */
  const converse = async (session: OwnSession, stream: Stream, side: typeof openConversation): Promise<void> => {
    const channel = frames(stream, { frameBytesMax: HELLO_BYTES_MAX, idleMs: timeoutMs })
    const outcome = await outcomeOf(channel, session, side)
    // Before anything is closed: the other side may hang up the moment it has read our last frame.
    session.settle(outcome)
    await channel.close()
    if (outcome.ok) return
    await readToEnd(channel)
    await hangUp(session.connection)
  }

  const outcomeOf = async (
    channel: Frames,
    { connection }: Session,
    side: typeof openConversation,
  ): Promise<Outcome> => {
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

  const begin = async (connection: Connection): Promise<void> => {
    const session = sessionOf(connection)
    let stream: Stream
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      stream = await connection.newStream(HELLO_PROTOCOL, { signal, runOnLimitedConnection: true })
    } catch {
      // Part of the wider IPFS, perhaps: it may stay connected for what it does speak.
      session.settle(err({ code: 'not-a-stage', message: 'The peer does not speak the Bandstand protocol.' }))
      return
    }
    await converse(session, stream, openConversation)
  }

  const onStream = (stream: Stream, connection: Connection): void => {
    const session = sessionOf(connection)
    if (session.answering || session.outcome !== null) {
      stream.abort(new Error(helloFault('busy').message))
      return
    }
    session.answering = true
    void converse(session, stream, answerConversation)
  }

  const onOpen = ({ detail: connection }: CustomEvent<Connection>): void => {
    if (connection.remotePeer.type !== 'Ed25519') {
      sessionOf(connection).settle(err({ code: 'not-a-stage', message: 'The peer has no stage key.' }))
    } else if (connection.direction === 'outbound') {
      void begin(connection)
    } else {
      const session = sessionOf(connection)
      const timer = setTimeout(() => session.settle(err(helloFault('timeout'))), Math.max(SILENCE_MS, timeoutMs))
      timer.unref()
      void session.settled.then(() => clearTimeout(timer))
    }
  }

  const onClose = ({ detail: connection }: CustomEvent<Connection>): void => {
    const session = sessions.get(connection.id)
    if (session === undefined) return
    sessions.delete(connection.id)
    session.settle(err(CLOSED))
    tell(session, 'closed')
  }

  return {
    start: async () => {
      await host.handle(HELLO_PROTOCOL, onStream, {
        maxInboundStreams: 2,
        maxOutboundStreams: 2,
        runOnLimitedConnection: true,
      })
      host.addEventListener('connection:open', onOpen)
      host.addEventListener('connection:close', onClose)
    },
    stop: async () => {
      host.removeEventListener('connection:open', onOpen)
      host.removeEventListener('connection:close', onClose)
      await host.unhandle(HELLO_PROTOCOL)
    },
    sessions: () => sessions.values(),
    session: sessionOf,
    onChange: listener => {
      listeners.push(listener)
    },
  }
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
