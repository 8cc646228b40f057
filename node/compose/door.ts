import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { LedgerFault, LogRecord } from '#node/ports/ledger.ts'
import { Joining } from '#protocols/api/v1/settings.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import { DEFAULT_RATE, type RateLimit } from '#src/engagement/rate.ts'
import { createHandleDoor } from '../intake/handle-door.ts'
import { type Appended, createIntake } from '../intake/intake.ts'
import { createJoinDoor } from '../intake/join-door.ts'
import { createRoomDoor } from '../intake/room-door.ts'
import { peerIdText } from '../p2p/host/peer-key.ts'
import { createAgreements } from '../stage/agreements.ts'
import { createAuditing } from '../stage/auditing.ts'
import { createAuthor } from '../stage/author.ts'
import { createCaptionsCalls } from '../stage/captions.ts'
import { createCatalog } from '../stage/catalog.ts'
import { createJoining } from '../stage/joining.ts'
import { hex } from '../stage/keys.ts'
import { createMirror } from '../stage/mirror.ts'
import { createMoney } from '../stage/money.ts'
import { createOffersCalls } from '../stage/offers.ts'
import { createOrders } from '../stage/orders.ts'
import { createReceipts } from '../stage/receipts.ts'
import { createRegistrar } from '../stage/registrar.ts'
import { createSignOffs } from '../stage/sign-offs.ts'
import { createStreams } from '../stage/streams.ts'
import { createDiskRoom } from '../store/disk-room.ts'
import type { Cleanup, Foundation } from './foundation.ts'
import { createLedgerTeller, type LedgerTeller } from './ledger-teller.ts'

export type Door = ReturnType<typeof openDoor>

/** What the door tells others, joined before anything can come in. */
export interface Told {
  appended: (event: Appended) => void
  /** A new entry is durable in the own log. */
  written: (record: LogRecord) => void
  /** The own log's newest head became final. */
  certified: () => void
  /** Whether an order may go to the log now. */
  permitted: (event: AcceptedEvent, order: KnownEvent) => Promise<Result<null, LedgerFault>>
}

/** A listener who is silent for so many intervals has gone. */
const SILENCE_INTERVALS = 3

/** The one door, who speaks through it for the community, and what is shown of what came in. */
export function openDoor(base: Foundation, rate: RateLimit | undefined, cleanup: Cleanup) {
  const { own, views, follows, ledger, network, live, helia, holdings, log } = base
  const told: Told = { appended: () => {}, written: () => {}, certified: () => {}, permitted: async () => ok(null) }
  const written = (record: LogRecord): void => {
    teller.written(record)
    told.written(record)
  }
  const asset = {
    get code() {
      return base.asset.code
    },
    get scale() {
      return base.asset.scale
    },
    issuer: hex(own),
  }
  const orders = createOrders({
    ...base,
    agreed: release => agreements.ensure(release),
    permitted: (event, order) => told.permitted(event, order),
    written,
  })
  const nameOf = (community: Uint8Array): string => views.community(community)?.name || 'Another community'
  const roomDoor = createRoomDoor({ ...base, nameOf })
  const handleDoor = createHandleDoor(base.handles)
  const joining = () => Joining.catch('everyone').parse(base.kept.get('joining') ?? 'everyone')
  const isKnown = (key: Uint8Array): boolean =>
    base.members.has(key) || base.standings.isModerator(own, key) || base.members.spoke(own, key)
  const joinDoor = createJoinDoor({ own, joining, isKnown })
  const intake = createIntake({
    ...base,
    rate: rate ?? DEFAULT_RATE,
    isBanned: views.isBanned,
    room: (event, known, source) =>
      joinDoor(event, known, source) ?? roomDoor(event, known, source) ?? handleDoor(event, known, source),
    hasRoom: createDiskRoom(base.settings.dataDir),
    // What is held of the same account comes first: its sequence is lower.
    execute: async (event, order) => {
      await streams.beforeOrder(event.envelope.author)
      return orders.execute(event, order)
    },
    executeVoucher: orders.executeVoucher,
    appended: event => told.appended(event),
    count: (source, outcome) => base.metrics.intake.inc({ source, outcome }),
  })
  const author = createAuthor({ ...base, intake })
  const registrar = createRegistrar({
    ...base,
    isBanned: views.isBanned,
    author,
    warn: cause => log.warn({ err: cause }, 'a handle was not granted'),
  })
  const streams = createStreams({
    ...base,
    ...orders,
    silenceMs: SILENCE_INTERVALS * base.settings.streamIntervalMs,
    closeChannel: channel => author.order('value/channel-close', { channel }),
    warn: message => log.warn({}, message),
  })
  cleanup.defer(() => streams.stop())
  const agreements = createAgreements({
    ...base,
    author,
    asset,
    changed: ({ community, release, hash }) => live.emit({ event: 'agreement', data: { community, release, hash } }),
  })
  const signOffCalls = createSignOffs({
    ...base,
    agreements,
    accountOf: key => ledger.account(key).account,
  })
  const catalog = createCatalog({
    ...base,
    asset,
    partyIds: agreements.partyIds,
    peerIdOf: peerIdText,
    isConnected: community => network.isConnected(community),
    heardName: community => {
      const peerId = peerIdText(community)
      return network.peers().find(peer => peer.peerId === peerId)?.name || null
    },
    peersConnected: () => network.peers().some(peer => peer.refused === null),
  })
  const auditing = createAuditing({ ...base, nameOf: catalog.nameOf })
  const receipts = createReceipts({ ...base, catalog, auditing, asset })
  const money = createMoney({ ...base, author, receipts, asset })
  const teller: LedgerTeller = createLedgerTeller(base, { receipts, agreements, auditing })
  const offers = createOffersCalls({
    ...base,
    asset,
    author,
    catalog,
    streams,
    accountOf: key => ledger.account(key).account,
  })
  const mirror = createMirror({
    views,
    holdings,
    follows: () => follows.list().map(row => row.community),
    fetchAll: (root, signal, onProgress) => helia.blocks.fetchAll(root, signal, onProgress),
    progressed: row =>
      void catalog.summary(row).then(
        data => live.emit({ event: 'release', data }),
        // The stage is being stopped meanwhile: there is no page left to tell.
        cause => log.debug({ err: cause }, 'the progress of a release was not told'),
      ),
    warn: cause => log.warn({ err: cause }, 'mirroring a release failed'),
  })
  cleanup.defer(() => mirror.stop())
  return {
    told,
    written,
    intake,
    author,
    registrar,
    asset,
    streams,
    offers,
    signOffCalls,
    captions: createCaptionsCalls({ captions: base.captions, catalog, author }),
    agreements,
    catalog,
    auditing,
    receipts,
    money,
    mirror,
    teller,
    ledger,
    joining: createJoining({ ...base, joining, isKnown }),
  }
}
