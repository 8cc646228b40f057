import { equals } from 'uint8arrays/equals'
import type { Gossip } from '#node/ports/gossip.ts'
import type { LedgerFault } from '#node/ports/ledger.ts'
import type { Sync } from '#node/ports/sync.ts'
import type { Result } from '#protocols/codec/result.ts'
import { encodeEvidenceMessage } from '#protocols/ledger/v1/announcement.ts'
import { decodeSignedCharter, type Member } from '#protocols/ledger/v1/charter.ts'
import { createAuditService } from '../p2p/audit/audit-service.ts'
import { closeOwnLog } from '../stage/sequencer/close-log.ts'
import { createSequencer, type Sequencer } from '../stage/sequencer.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'

/** Everybody who is in the charter of the newest epoch, but this stage. */
function membersOf({ registry, own }: Foundation): readonly Member[] {
  const proof = registry.history().at(-1)?.proof
  const charter = proof === undefined ? null : decodeSignedCharter(proof)
  return charter?.ok ? charter.value.charter.members.filter(member => !equals(member.community, own)) : []
}

export interface Channels {
  readonly gossip: Gossip
  readonly sync: Sync
}

/** What makes entries final: the own log's sequencer, the seats that others hold in it, and this stage's seats in theirs. */
export function openCommittee(base: Foundation, door: Door, { gossip, sync }: Channels, cleanup: Cleanup) {
  const { own, network, live, ledger, registry, evidence, log } = base
  const audit = createAuditService({
    ...base,
    libp2p: base.host,
    evidence: async bytes => {
      const taken = await evidence.take(bytes)
      return taken.ok ? taken.value : { refused: taken.error.message }
    },
    warn: cause => log.warn({ err: cause }, 'a log could not be judged'),
  })
  const startSequencer = (): Sequencer => {
    const started = createSequencer({
      ...base,
      log: ledger,
      peers: audit.peers,
      announce: message => void gossip.publish(own, 'receipts', message),
      certified: (_note, _size, final) => {
        door.teller.headMoved(own)
        if (final) door.told.certified()
      },
      warn: message => log.warn({}, message),
    })
    started.start()
    return started
  }
  let sequencer: Sequencer | null = null

  /** Asks whoever is connected for what they hold of this community's own log. */
  const fetchOwn = async (): Promise<void> => {
    const peers = network.peers().flatMap(peer => (peer.refused === null ? [peer.peerId] : []))
    for (const peer of peers) await sync.fetchLog(peer, own).catch(cause => log.debug({ err: cause }, 'no copy here'))
  }

  /** Small evidence goes over the topic of the log that it is about; whatever its size, to every member directly. */
  const spread = (community: Uint8Array, bytes: Uint8Array): void => {
    const message = encodeEvidenceMessage(bytes)
    if (message !== null) void gossip.publish(community, 'receipts', message)
    for (const member of membersOf(base)) {
      if (!audit.peers.isConnected(member.community)) continue
      audit.peers.offer(member.community, bytes).catch(cause => log.debug({ err: cause }, 'evidence was not taken'))
    }
    live.emit({ event: 'federation', data: { epoch: registry.epoch() } })
  }

  /** Members keep connections to each other, and listen to each other's logs, whether people here follow them or not. */
  const join = (): void => {
    for (const { community, address } of membersOf(base)) {
      network.follow(community, address ?? '')
      gossip.join(community)
    }
    live.emit({ event: 'federation', data: { epoch: registry.epoch() } })
  }

  return {
    /** Somebody waits for what was just written. */
    nudge: () => sequencer?.nudge(),
    /** The newest head is of an epoch that is over. */
    renew: () => sequencer?.renew(),
    async start(): Promise<void> {
      base.heard.found = spread
      await audit.start()
      cleanup.defer(() => audit.stop())
      join()
      cleanup.defer(registry.onChange(join))
      cleanup.defer(network.onPeer((peer, connected) => connected && void sequencer?.greet(peer).catch(() => {})))
      sequencer = startSequencer()
      cleanup.defer(async () => sequencer?.stop())
    },
    /** Has a log that stands still closed where others know it to end, and goes on with its successor. */
    async succeed(): Promise<Result<unknown, LedgerFault>> {
      const closed = await closeOwnLog({ ...base, peers: audit.peers, fetch: fetchOwn })
      if (!closed.ok) return closed
      await sequencer?.stop()
      const opened = await base.succeedWith(closed.value)
      sequencer = startSequencer()
      door.teller.headMoved(own)
      return opened
    },
  }
}
