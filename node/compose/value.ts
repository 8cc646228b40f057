import { equals } from 'uint8arrays/equals'
import type { LedgerFault, LogRecord } from '#node/ports/ledger.ts'
import type { SettlingHandlers } from '#node/ports/settling.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import type { RelayTimes } from '#src/value/relay/plan.ts'
import { communityFromText, peerIdText } from '../p2p/host/peer-key.ts'
import { createValueService } from '../p2p/value/value-service.ts'
import { hex } from '../stage/keys.ts'
import { refuse } from '../stage/value/admit-head.ts'
import { createClosedLog } from '../stage/value/closed-log.ts'
import { createValueHandler } from '../stage/value/handler.ts'
import { createPassable } from '../stage/value/passable.ts'
import { createPaying } from '../stage/value/paying.ts'
import { createProvenLeaves } from '../stage/value/proven-leaf.ts'
import { createQuoting } from '../stage/value/quoting.ts'
import { createRelay } from '../stage/value/relay.ts'
import { createRooms } from '../stage/value/rooms.ts'
import { createSeatsSpeak } from '../stage/value/seats-speak.ts'
import { createStanding } from '../stage/value/standing.ts'
import { createTaker } from '../stage/value/take-leaves.ts'
import { createTelling } from '../stage/value/telling.ts'
import { createTestCredits } from '../stage/value/test-credits.ts'
import { createTransfers } from '../stage/value/transfers.ts'
import type { Door } from './door.ts'
import type { Cleanup, Foundation } from './foundation.ts'

/** What certifies the own log, as far as value needs it. */
export interface Certifier {
  readonly nudge: () => void
  readonly renew: () => void
}

/** Entries that somebody waits for: the payer here, or another community. */
const AWAITED: ReadonlySet<string> = new Set([
  'transfer-out',
  'transfer-in',
  'transfer-end',
  'write-off',
  'settle',
  'net',
])
/** Orders whose entries auditors of an older version cannot read. */
const NEW_ORDERS = /^value\/(?:transfer|line|freeze|write-off|give|gift|dispute|refund|batch|code|batch-revoke)$/

const DECLINED = refuse('declined', 'this stage settles nothing yet; ask its operator')
const NO_SETTLING: SettlingHandlers = {
  settle: async () => DECLINED,
  net: async () => DECLINED,
  statement: async () => DECLINED,
  positions: async () => DECLINED,
}

const RELEASE = 'release/'

/** Value between this community and others: quotes, payments that go out and come in, and how everybody stands. */
export function openValue(base: Foundation, door: Door, certifier: Certifier, times: Partial<RelayTimes> | undefined) {
  const { own, ledger, network, views, live, log } = base
  const { asset, author, agreements, auditing, catalog, told } = door
  const rooms = createRooms()
  const settling: { handlers: SettlingHandlers } = { handlers: NO_SETTLING }
  const service = createValueService({
    ...base,
    libp2p: base.host,
    handler: async (peer, request) => {
      await trial(peer, request)
      return handler(peer, request)
    },
    warn: cause => log.warn({ err: cause }, 'a question about value could not be answered'),
  })
  const { peers } = service
  /** Who is not followed here is called what it calls itself. */
  const nameOf = (community: Uint8Array): string =>
    views.community(community)?.name ??
    (network.peers().find(({ peerId }) => peerId === peerIdText(community))?.name || catalog.nameOf(community))
  const shared = { ...base, peers, rooms, asset, nameOf, closed: createClosedLog(base) }
  const payable = async (payee: string): Promise<boolean> => {
    if (!payee.startsWith(RELEASE)) return true
    const id = payee.slice(RELEASE.length)
    const release = views.release(id)
    if (release === null || !equals(release.community, own)) return false
    await agreements.ensure(id)
    return ledger.agreementOf(id) !== null
  }
  const passable = createPassable(base)
  const quoting = createQuoting({ ...shared, passable, payable })
  const taker = createTaker({
    ...shared,
    written: door.written,
    agreed: release => agreements.ensure(release),
    arrived: ({ transfer: { order, gross, stops, here } }) =>
      rooms.arrived(
        stops[here - 1] as Uint8Array,
        order.payee,
        gross ?? order.amount * 10n ** BigInt(9 - order.asset.scale),
      ),
  })
  const paying = createPaying({ ...shared, passable, quoting })
  const standing = createStanding({ ...shared, quoting })
  const proven = createProvenLeaves({ ...shared, committee: auditing.committee })
  const transfers = createTransfers({ ...shared, proven })
  const telling = createTelling({ ledger, transfers, emit: event => live.emit(event) })
  const seatsSpeak = createSeatsSpeak({ ...base, keyOf: communityFromText })
  const handler = createValueHandler({
    ...shared,
    quoting,
    taker,
    settling: {
      settle: (peer, request) => settling.handlers.settle(peer, request),
      net: (peer, document) => settling.handlers.net(peer, document),
      statement: peer => settling.handlers.statement(peer),
      positions: (peer, request) => settling.handlers.positions(peer, request),
    },
  })
  const trial = createTestCredits({
    ...base,
    limit: base.settings.testCredits,
    grant: line => author.order('value/line', line),
  })
  const relay = createRelay({
    ...shared,
    taker,
    times: times ?? {},
    renew: certifier.renew,
    writeOff: (community, sequence) => author.order('value/write-off', { community, sequence }),
    warn: cause => log.warn({ err: cause }, 'a payment between communities was held up here'),
  })

  const quietly = (work: () => void): void => {
    try {
      work()
    } catch (cause) {
      log.error({ err: cause }, 'pages could not be told of a payment between communities')
    }
  }

  told.written = (record: LogRecord) => {
    if (AWAITED.has(record.kind)) certifier.nudge()
    relay.appended(record)
    // Partners keep a connection, whether people here follow them or not.
    if (record.kind === 'line' && record.peer !== null) network.follow(record.peer, '')
    quietly(() => telling.written(record))
  }
  told.certified = () => {
    relay.look()
    quietly(() => telling.certified())
  }
  told.permitted = async ({ id, envelope }, order: KnownEvent): Promise<Result<null, LedgerFault>> => {
    if (!NEW_ORDERS.test(order.type)) return ok(null)
    const seats = seatsSpeak()
    if (!seats.ok) return seats
    // What was executed before is answered with its first promise.
    if (order.type !== 'value/transfer' || ledger.crossingOf(id) !== null) return ok(null)
    const read = readOrder(envelope.type, envelope.body)
    if (!read.ok || read.value.type !== 'value/transfer')
      return err({ code: 'bad-envelope', message: 'This is no order for a payment.' })
    return paying.permit(read.value, envelope.author)
  }

  return {
    peers,
    settling,
    seatsSpeak,
    api: {
      quotes: paying.quotes,
      transfers: transfers.list,
      transfer: transfers.proof,
      peers: standing.list,
    },
    async start(cleanup: Cleanup): Promise<void> {
      await service.start()
      cleanup.defer(() => service.stop())
      for (const community of ledger.peers()) network.follow(community, '')
      relay.start()
      cleanup.defer(() => relay.stop())
      cleanup.defer(() => telling.stop())
      log.debug({ peers: [...ledger.peers()].map(hex) }, 'value is spoken')
    },
  }
}
