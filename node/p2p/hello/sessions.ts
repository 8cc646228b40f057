import type { Connection } from '@libp2p/interface'
import { err } from '#protocols/codec/result.ts'
import type { Refusal } from '#protocols/hello/v1/codec.ts'
import type { Outcome } from './conversation.ts'

/** One connection and what became of its handshake. */
export interface Session {
  readonly connection: Connection
  /** Set once the handshake is over. */
  readonly outcome: Outcome | null
  /** Settles with the outcome. */
  readonly settled: Promise<Outcome>
}

export type SessionListener = (session: Session, change: 'settled' | 'closed') => void

/** A session as the handshake itself sees it. */
export interface OpenSession extends Session {
  outcome: Outcome | null
  /** The peer has begun to say hello. */
  answering: boolean
  /** The first outcome counts. */
  settle(outcome: Outcome): void
}

export interface Sessions {
  /** The session of a connection, begun now if need be. One for a closed connection is over at once. */
  of(connection: Connection): OpenSession
  closed(connection: Connection): void
  all(): Iterable<Session>
  onChange(listener: SessionListener): void
}

const CLOSED: Refusal = { code: 'closed', message: 'The connection closed before the stages had agreed.' }

export function createSessions(): Sessions {
  const sessions = new Map<string, OpenSession>()
  const listeners: SessionListener[] = []

  const tell: SessionListener = (session, change) => {
    for (const listener of listeners) listener(session, change)
  }

  const begin = (connection: Connection): OpenSession => {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const session: OpenSession = {
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

  return {
    of: connection => sessions.get(connection.id) ?? begin(connection),
    closed: connection => {
      const session = sessions.get(connection.id)
      if (session === undefined) return
      sessions.delete(connection.id)
      session.settle(err(CLOSED))
      tell(session, 'closed')
    },
    all: () => sessions.values(),
    onChange: listener => {
      listeners.push(listener)
    },
  }
}
