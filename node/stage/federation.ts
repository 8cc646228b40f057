import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { Gossip, GossipValidator, Verdict } from '#node/ports/gossip.ts'
import type { Intake } from '#node/ports/intake.ts'
import type { LogCopies } from '#node/ports/ledger.ts'
import type { Network } from '#node/ports/network.ts'
import type { Sync, SyncReport } from '#node/ports/sync.ts'
import type { Follows } from '#node/ports/views.ts'
import type { Clock } from '#src/kernel/ports.ts'

export interface FederationLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface FederationInit {
  readonly own: Uint8Array
  readonly network: Network
  readonly gossip: Gossip
  readonly sync: Sync
  readonly follows: Follows
  readonly clock: Clock
  readonly peerIdOf: (community: Uint8Array) => string
  readonly keyOf: (peerId: string) => Uint8Array
  readonly log: FederationLog
  /** A community was caught up with, or its connection changed. */
  readonly changed: (community: Uint8Array) => void
  /** Shorter in tests. */
  readonly firstSyncMs?: number
}

/** First catch-up of a newly followed community: long enough for a large catalog on a slow link. */
const FIRST_SYNC_MS_MAX = 60_000

/** Follows other communities: joins their topics, keeps up with them, and serves what it holds to their followers. */
export function createFederation(init: FederationInit) {
  const { own, network, gossip, sync, follows } = init
  const stopping = new AbortController()

  const held = (): Uint8Array[] => [own, ...follows.list().map(row => row.community)]

  /**
   * The log of a community, from its own stage; while that is away, from whoever holds a copy. Nobody but the community can
   * sign it, so it is the same log wherever it comes from.
   */
  const fetchLog = async (peer: Uint8Array, community: Uint8Array, signal: AbortSignal): Promise<void> => {
    const peerId = init.peerIdOf(peer)
    if (equals(peer, community)) await sync.fetchLog(peerId, community, signal)
    else if (!network.isConnected(community)) await sync.fetchLog(peerId, community, signal).catch(() => {})
  }

  const exchange = async (peer: Uint8Array, community: Uint8Array, signal: AbortSignal) => {
    const report = await sync.syncWith(init.peerIdOf(peer), community, signal)
    if (equals(community, own)) return report
    await fetchLog(peer, community, signal)
    follows.synced(community, init.clock.nowMs())
    return report
  }

  const catchUp = async (peer: Uint8Array, community: Uint8Array): Promise<void> => {
    try {
      const report = await exchange(peer, community, stopping.signal)
      init.changed(community)
      if (report.received > 0) init.log.info({ received: report.received, ms: report.ms }, 'caught up')
    } catch (cause) {
      // A peer need not hold every community that this stage holds, and may leave at any time.
      const quiet = stopping.signal.aborted || (cause instanceof StageError && cause.code === 'unknown-community')
      if (!quiet) init.log.warn({ cause: String(cause) }, 'catch-up failed; it is tried again at the next contact')
    }
  }

  /** Waits for the first catch-up, but not forever: a community is followed whether its history is here or on its way. */
  const catchUpFirst = async (community: Uint8Array): Promise<void> => {
    const timeout = AbortSignal.timeout(init.firstSyncMs ?? FIRST_SYNC_MS_MAX)
    try {
      await exchange(community, community, AbortSignal.any([stopping.signal, timeout]))
    } catch (cause) {
      if (!timeout.aborted || stopping.signal.aborted) throw cause
      init.log.info({}, 'the history of a newly followed community is long; the rest comes with the next exchanges')
    }
  }

  /** One community after another: a peer takes few sessions at once. */
  const catchUpWithAll = async (peer: Uint8Array): Promise<void> => {
    for (const community of held()) await catchUp(peer, community)
  }

  const onPeer = (peer: Uint8Array, connected: boolean): void => {
    init.changed(peer)
    if (!connected) return
    void catchUpWithAll(peer)
  }

  let forget = (): void => {}

  return {
    held,
    /** Joins every topic, and catches up with whoever is connected already. */
    start(): void {
      forget = network.onPeer(onPeer)
      for (const community of held()) gossip.join(community)
      // The list of follows is the truth; the address book is written behind it and may be lost.
      for (const { community, address } of follows.list()) network.follow(community, address)
      for (const peer of network.peers()) if (peer.refused === null) onPeer(init.keyOf(peer.peerId), true)
    },
    /** Fetches what is missing of a community's log, when its stage is connected. */
    async fetchLog(community: Uint8Array): Promise<void> {
      if (network.isConnected(community)) await catchUp(community, community)
    },
    /**
     * Compares with one connected stage; and with a community's own stage its log, where the last receipt may have been
     * lost without any later one to show the gap.
     */
    async keepUp(peerId: string, community: Uint8Array): Promise<SyncReport> {
      const { signal } = stopping
      if (!equals(community, own)) {
        const holder = network.isConnected(community) ? community : init.keyOf(peerId)
        // A log that contradicts itself was warned of at the first contact, and must not keep the talk away.
        await fetchLog(holder, community, signal).catch(() => {})
      }
      const report = await sync.syncWith(peerId, community, signal)
      follows.synced(community, init.clock.nowMs())
      return report
    },
    async follow(address: string): Promise<Uint8Array> {
      const community = await network.connect(address)
      if (equals(community, own)) throw new StageError('bad-address', 'That is the address of this stage itself.')
      follows.add(community, address.includes('/') ? address : '')
      network.follow(community, address.includes('/') ? address : '')
      gossip.join(community)
      await catchUpFirst(community)
      init.changed(community)
      return community
    },
    unfollow(community: Uint8Array): void {
      if (equals(community, own)) throw new StageError('bad-request', 'A stage always follows its own community.')
      follows.remove(community)
      network.unfollow(community)
      gossip.leave(community)
    },
    stop(): void {
      stopping.abort()
      forget()
    },
  }
}

export type Federation = ReturnType<typeof createFederation>

/** Refusals that say nothing about the messenger: this stage's disk, its limits, or what the community itself signed. */
const BLAMELESS: ReadonlySet<string> = new Set([
  'disk-full',
  'data-folder-unusable',
  'rate-limited',
  'conflict',
  'stopping',
  'busy',
  'log-halted',
  'internal',
])

export interface ValidatorInit {
  readonly intake: Intake
  readonly copies: LogCopies
  /** Something about a community's log is known now that was not before. */
  readonly logHeard: (community: Uint8Array) => void
  /** Entries before an announced batch are missing: the log has to be fetched. */
  readonly logIncomplete: (community: Uint8Array) => void
}

/**
 * Gossip enters by the same door as everything else, and spreads only after it was accepted and stored. What is held
 * already does not spread again: the router forgets ids after minutes, and then all of history would be news once more.
 */
export function createGossipValidator(init: ValidatorInit): GossipValidator {
  const batch = async (community: Uint8Array, bytes: Uint8Array): Promise<Verdict> => {
    const kept = await init.copies.accept(community, bytes)
    if (!kept.ok) return BLAMELESS.has(kept.error.code) ? 'ignore' : 'reject'
    if (kept.value.news) init.logHeard(community)
    if (kept.value.gap) init.logIncomplete(community)
    // Whoever misses what came before still hands it on: others may not.
    return kept.value.news || kept.value.gap ? 'accept' : 'ignore'
  }
  return async (community, kind, bytes, peer) => {
    if (kind === 'receipts') return batch(community, bytes)
    const result = await init.intake.submit(bytes, { kind: 'gossip', peer, community })
    if (!result.ok) return result.error.gossip
    return result.value.status === 'accepted' ? 'accept' : 'ignore'
  }
}
