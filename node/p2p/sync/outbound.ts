import type { Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { StageError } from '#node/errors.ts'
import { frames } from '#node/p2p/stream/frames.ts'
import type { SyncReport } from '#node/ports/sync.ts'
import { MESSAGE_BYTES_MAX, SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import type { EventSet } from '#src/engagement/reconcile/event-set.ts'
import { Initiator, type SyncMode } from '#src/engagement/reconcile/initiator.ts'
import type { Clock } from '#src/kernel/ports.ts'
import type { Keeper } from './keep.ts'
import { IDLE_MS } from './limits.ts'
import { Registry, type Tally } from './registry.ts'
import { Channel, runInitiator } from './session.ts'
import { asStageError, SyncError } from './sync-error.ts'

/** What a session did. `mode` is how far it had to go. */
export interface SessionReport extends SyncReport {
  readonly mode: SyncMode
  /** Events that the rules of this stage refused. */
  readonly refused: number
}

/** Opens a stream to a peer, uses it and closes it. Throws `StageError`. */
export type Dial = <T>(peer: string, signal: AbortSignal | undefined, use: (io: Channel) => Promise<T>) => Promise<T>

export function createDial(libp2p: Libp2p, stopping: AbortSignal, sessionMs: number): Dial {
  return async (peer, given, use) => {
    const ends = [stopping, AbortSignal.timeout(sessionMs)]
    const signal = AbortSignal.any(given === undefined ? ends : [given, ...ends])
    try {
      const stream = await libp2p.dialProtocol(peerIdFromString(peer), SYNC_PROTOCOL, { signal })
      const io = frames(stream, { frameBytesMax: MESSAGE_BYTES_MAX, idleMs: IDLE_MS })
      try {
        const result = await use(new Channel(io, signal))
        await io.close()
        return result
      } catch (cause) {
        io.abort(cause instanceof Error ? cause : undefined)
        throw cause
      }
    } catch (cause) {
      throw asStageError(cause, signal)
    }
  }
}

export interface SessionModules {
  readonly clock: Clock
  readonly registry: Registry
  readonly dial: Dial
  readonly setOf: (community: Uint8Array) => EventSet
  readonly keeper: (peer: string) => Keeper
}

const isBusy = (cause: unknown): boolean =>
  cause instanceof StageError && cause.cause instanceof SyncError && cause.cause.reason === 'busy'

/**
 * Runs one session as the asking side. When the peer runs one about the same community, that one goes first, and this
 * one finds little left: it still covers whatever was appended here before it was called for.
 */
export function createSession({ clock, registry, dial, setOf, keeper }: SessionModules) {
  const ask = async (peer: string, community: Uint8Array, signal: AbortSignal | undefined): Promise<SessionReport> => {
    const startedMs = clock.nowMs()
    const leave = registry.leave(Registry.key(peer, community))
    try {
      return await dial(peer, signal, async channel => {
        const machine = new Initiator(community, setOf(community))
        const keep = keeper(peer)
        const sent = await runInitiator(channel, machine, events => keep.keep(events))
        const { rounds, bytes } = channel
        const ms = clock.nowMs() - startedMs
        return { received: keep.added, refused: keep.refused, sent, rounds, bytes, ms, mode: machine.mode }
      })
    } finally {
      leave()
    }
  }

  return async (peer: string, community: Uint8Array, signal: AbortSignal | undefined): Promise<SessionReport> => {
    const key = Registry.key(peer, community)
    const startedMs = clock.nowMs()
    const theirs = await registry.inbound(key)
    try {
      return joined(await ask(peer, community, signal), theirs, clock.nowMs() - startedMs)
    } catch (cause) {
      const instead = isBusy(cause) ? await registry.awaitInbound(key) : undefined
      if (instead === undefined) throw cause
      return joined(await ask(peer, community, signal), instead, clock.nowMs() - startedMs)
    }
  }
}

/** Counts in what the peer's own session brought while this one waited for it. */
function joined(report: SessionReport, theirs: Tally | undefined, ms: number): SessionReport {
  if (theirs === undefined) return report
  const [received, sent] = [report.received + theirs.received, report.sent + theirs.sent]
  return { ...report, received, sent, rounds: report.rounds + theirs.rounds, bytes: report.bytes + theirs.bytes, ms }
}
