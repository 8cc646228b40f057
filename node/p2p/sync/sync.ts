import type { Libp2p } from '@libp2p/interface'
import { toString as asText } from 'uint8arrays/to-string'
import type { EventStore } from '#node/ports/event-store.ts'
import type { AcceptedEvent, Intake } from '#node/ports/intake.ts'
import type { LogCopies } from '#node/ports/ledger.ts'
import type { Sync } from '#node/ports/sync.ts'
import { SYNC_PROTOCOL } from '#protocols/sync/v1/constants.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { Allowance } from './allowance.ts'
import { Keeper } from './keep.ts'
import { OUTBOUND_PER_COMMUNITY_MAX, SESSION_MS_MAX, STREAMS_PER_PEER_MAX } from './limits.ts'
import { fetchLog, type LogSource } from './log-fetch.ts'
import { createDial, createSession, type SessionReport } from './outbound.ts'
import { Refusals } from './refusals.ts'
import { Registry } from './registry.ts'
import { SyncServer } from './server.ts'
import { Slots } from './slots.ts'
import { Snapshots, storeSet } from './store-set.ts'
import { Turns } from './turns.ts'

export interface SyncOptions {
  readonly libp2p: Libp2p
  readonly store: EventStore
  readonly intake: Intake
  readonly clock: Clock
  readonly hasher: Hasher
  /** Communities that this stage holds: its own and those it follows. Asked at every session. */
  readonly holds: (community: Uint8Array) => boolean
  /** A log that this stage holds, the own one or a verified copy, or `null`. */
  readonly logOf: (community: Uint8Array) => LogSource | null
  readonly copies: LogCopies
  /** Whether a peer (its id as text) is served at all; everybody unless said otherwise. */
  readonly allow?: (peer: string) => boolean
  /** Longest session, ms; shorter in tests. */
  readonly sessionMs?: number
}

/** Brings the events and logs of communities here and elsewhere to the same state (protocols/sync/v1/spec.md). */
export interface SyncService extends Sync {
  start(): Promise<void>
  /** Tells of a newly appended event, so that the next session need not read the whole community again. */
  appended(event: AcceptedEvent): void
  /** Ends every session. */
  stop(): Promise<void>
  /**
   * One session with a connected (or known) peer, by its peer id as text: afterwards both hold the union of what both
   * held at its start. While one runs with the same pair, further calls share the next. Throws `StageError`
   * 'peer-unreachable' | 'peer-refused' | 'unknown-community' | 'too-many-requests' | 'stopping' | 'disk-full'.
   */
  syncWith(peerId: string, community: Uint8Array, signal?: AbortSignal): Promise<SessionReport>
}

export function createSync(options: SyncOptions): SyncService {
  const { libp2p, store, intake, clock, hasher, sessionMs = SESSION_MS_MAX } = options
  const stopping = new AbortController()
  const registry = new Registry()
  const snapshots = new Snapshots(store, hasher)
  const slots = new Slots(OUTBOUND_PER_COMMUNITY_MAX)
  const sessions = new Turns<SessionReport>()
  const fetches = new Turns<number>()
  const refusals = new Refusals(clock)

  const setOf = (community: Uint8Array) => storeSet({ store, snapshots, refusals }, community)
  const keeper = (peer: string) => new Keeper({ intake, hasher, refusals }, peer)
  const dial = createDial(libp2p, stopping.signal, sessionMs)
  const run = createSession({ clock, registry, dial, setOf, keeper })
  const server = new SyncServer({
    ownPeer: libp2p.peerId.toString(),
    logOf: options.logOf,
    registry,
    allowance: new Allowance(clock),
    lookup: community => (options.holds(community) ? setOf(community) : null),
    keeper,
    sessionMs,
    allow: options.allow ?? (() => true),
  })

  return {
    start: () =>
      libp2p.handle(SYNC_PROTOCOL, (stream, connection) => server.accept(stream, connection), {
        maxInboundStreams: STREAMS_PER_PEER_MAX,
        maxOutboundStreams: STREAMS_PER_PEER_MAX,
      }),
    appended: ({ id, envelope }) => snapshots.added(envelope.community, { at: envelope.at, id }),
    async stop() {
      stopping.abort()
      await libp2p.unhandle(SYNC_PROTOCOL)
      server.stop()
      await Promise.all([sessions.idle(), fetches.idle()])
    },
    syncWith: (peer, community, signal) =>
      sessions.take(Registry.key(peer, community), () =>
        slots.use(asText(community, 'base16'), () => run(peer, community, signal)),
      ),
    fetchLog: (peer, community, signal) =>
      fetches.take(Registry.key(peer, community), () =>
        dial(peer, signal, channel => fetchLog(channel, options.copies, community)),
      ),
  }
}
