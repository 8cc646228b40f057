import { equals } from 'uint8arrays/equals'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import type { RelayTimes } from '#src/value/relay/plan.ts'
import { createGossip } from '../p2p/gossip/gossip.ts'
import { communityFromText, peerIdText } from '../p2p/host/peer-key.ts'
import { startAntiEntropy } from '../p2p/sync/anti-entropy.ts'
import type { LogSource } from '../p2p/sync/log-fetch.ts'
import { createSync } from '../p2p/sync/sync.ts'
import { createFederation, createGossipValidator } from '../stage/federation.ts'
import { createLiveEvents } from '../stage/live-events.ts'
import { createLiveTeller } from '../stage/live-teller.ts'
import { openCommittee } from './certify.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'
import { openValue } from './value.ts'

/** Gossip and sync with other stages: both come in by the door, and what comes in by the door goes out to them. */
export function meetOthers(
  base: Foundation,
  door: Door,
  relayTimes: Partial<RelayTimes> | undefined,
  cleanup: Cleanup,
) {
  const { own, network, live, host, random, log } = base
  const { catalog, mirror, teller, agreements, registrar } = door
  const gossip = createGossip(
    host,
    createGossipValidator({
      ...base,
      intake: door.intake,
      logHeard: teller.headMoved,
      logIncomplete: community => void federation.fetchLog(community),
    }),
  )
  const sync = createSync({
    ...base,
    libp2p: host,
    intake: door.intake,
    logOf: community => sourceOf(base, community),
  })
  cleanup.defer(() => sync.stop())
  const connected = () => network.peers().flatMap(peer => (peer.refused === null ? [peer.peerId] : []))
  const federation = createFederation({
    ...base,
    gossip,
    sync,
    peerIdOf: peerIdText,
    keyOf: communityFromText,
    changed: community => {
      if (base.holds(community)) live.emit({ event: 'community', data: catalog.community(community) })
      const count = connected().length
      base.metrics.peers.set(count)
      live.emit({ event: 'peers', data: { count } })
      mirror.look()
      teller.headMoved(community)
    },
  })
  cleanup.defer(() => federation.stop())

  const speaker = createLiveTeller({
    translate: createLiveEvents({ ...base, catalog }),
    emit: event => live.emit(event),
    onError: cause => log.error({ err: cause }, 'an event could not be told to pages'),
  })
  cleanup.defer(() => speaker.stop())
  base.heard.grew = teller.grew
  door.told.appended = ({ event, known, source }) => {
    const { community, bytes } = event.envelope
    sync.appended(event)
    // Gossip passes on what it brought by itself; history is left to sync.
    if (source.kind === 'local') void gossip.publish(community, 'events', bytes)
    if (known?.type === 'catalog/release' && !equals(community, own)) mirror.look()
    if (known?.type === 'catalog/withdraw' && !equals(community, own)) dropTakenDown(base, known.body.id)
    if (known?.type === 'catalog/release' && equals(community, own)) agree(known.body.id)
    registrar.heard(event, known)
    if (known !== null) speaker.tell(event, known)
  }

  const agree = (release: string): void => {
    agreements.ensure(release).catch(cause => log.error({ err: cause }, 'a split was not written into the log'))
  }

  const committee = openCommittee(base, door, { gossip, sync }, cleanup)
  const value = openValue(base, door, committee, relayTimes)

  return {
    federation,
    succeed: committee.succeed,
    value,
    async start(): Promise<void> {
      await sync.start()
      await committee.start()
      await value.start(cleanup)
      teller.catchUp()
      registrar.catchUp()
      door.streams.start()
      federation.start()
      agreements.ensureAll().catch(cause => log.error({ err: cause }, 'some splits were not written into the log'))
      const antiEntropy = startAntiEntropy({
        syncWith: federation.keepUp,
        peers: connected,
        communities: federation.held,
        random: () => (random.bytes(1)[0] ?? 0) / 256,
        schedule: (delayMs, callback) => {
          const timer = setTimeout(callback, delayMs)
          return () => clearTimeout(timer)
        },
      })
      cleanup.defer(() => antiEntropy.stop())
    },
  }
}

/** A log as it is handed on: the own one, or a copy that was verified here. */
function sourceOf({ own, ledger, copies }: Foundation, community: Uint8Array): LogSource | null {
  if (equals(community, own))
    return {
      checkpoint: ledger.checkpoint,
      size: ledger.signedSize,
      entries: ledger.entries,
      consistencyProof: ledger.consistencyProof,
    }
  const checkpoint = copies.checkpoint(community)
  const parsed = checkpoint === null ? null : parseCheckpoint(checkpoint)
  if (checkpoint === null || !parsed?.ok || parsed.value.size > copies.contiguous(community)) return null
  const { size } = parsed.value
  return {
    checkpoint: () => checkpoint,
    size: () => size,
    entries: (start, limit) => copies.entries(community, start, limit),
    consistencyProof: (from, to) => copies.consistencyProof(community, from, to),
  }
}

/** A takedown reaches the copies too: what was cached of the release goes, unless another one shows the same files. */
function dropTakenDown({ views, helia, log }: Foundation, release: string): void {
  const root = views.withdrawnRoot(release)
  if (root === null || views.publishersOf(root).length > 0) return
  helia.dropCached(root).catch(cause => log.warn({ err: cause }, 'the copy of a taken down release was not removed'))
}
