import { equals } from 'uint8arrays/equals'
import { DEFAULT_RATE, type RateLimit } from '#src/engagement/rate.ts'
import { type Appended, createIntake } from '../intake/intake.ts'
import { peerIdText } from '../p2p/host/peer-key.ts'
import { createAuthor } from '../stage/author.ts'
import { createCatalog } from '../stage/catalog.ts'
import { hex } from '../stage/keys.ts'
import { createMirror } from '../stage/mirror.ts'
import { createMoney } from '../stage/money.ts'
import type { createOrders } from '../stage/orders.ts'
import { createDiskRoom } from '../store/disk-room.ts'
import type { Cleanup, Foundation } from './foundation.ts'

export type Door = ReturnType<typeof openDoor>

/** What the door tells others, joined before anything can come in. */
export interface Told {
  appended: (event: Appended) => void
  orders: ReturnType<typeof createOrders> | null
}

const STARTING = {
  ok: false,
  error: { code: 'stopping', message: 'The stage is starting. Try again in a moment.' },
} as const

/** The one door, who speaks through it for the community, and what is shown of what came in. */
export function openDoor(base: Foundation, rate: RateLimit | undefined, cleanup: Cleanup) {
  const { own, views, follows, ledger, followedLogs, network, live, helia, holdings, log } = base
  const told: Told = { appended: () => {}, orders: null }
  const intake = createIntake({
    ...base,
    rate: rate ?? DEFAULT_RATE,
    isBanned: views.isBanned,
    hasRoom: createDiskRoom(base.settings.dataDir),
    execute: (event, order) => told.orders?.execute(event, order) ?? STARTING,
    appended: event => told.appended(event),
    count: (source, outcome) => base.metrics.intake.inc({ source, outcome }),
  })
  const author = createAuthor({ ...base, intake })
  const asset = { ...base.asset, issuer: hex(own) }
  const catalog = createCatalog({
    ...base,
    asset,
    log: ledger,
    peerIdOf: peerIdText,
    isConnected: community => network.isConnected(community),
    peersConnected: () => network.peers().some(peer => peer.refused === null),
  })
  const money = createMoney({ ...base, log: ledger, catalog, author, asset })
  const mirror = createMirror({
    views,
    holdings,
    follows: () => follows.list().map(row => row.community),
    fetchAll: (root, signal, onProgress) => helia.blocks.fetchAll(root, signal, onProgress),
    progressed: row => void catalog.summary(row).then(data => live.emit({ event: 'release', data })),
    warn: cause => log.warn({ err: cause }, 'mirroring a release failed'),
  })
  cleanup.defer(() => mirror.stop())
  const tellReceipt = (community: Uint8Array, index: number): void => {
    const record = equals(community, own) ? ledger.receipt(index) : followedLogs.receipt(community, index)
    if (record !== null) live.emit({ event: 'receipt', data: money.receiptInfo(record) })
  }
  return { told, intake, author, asset, catalog, money, mirror, tellReceipt }
}
