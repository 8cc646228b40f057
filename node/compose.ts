import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { equals } from 'uint8arrays/equals'
import { DEFAULT_RATE, type RateLimit } from '#src/engagement/rate.ts'
import type { RunningStage } from './cli/context.ts'
import type { Settings } from './config/settings.ts'
import { loadOrCreateOperatorToken } from './http/operator-token.ts'
import { createHttpServer } from './http/server.ts'
import { createUploads } from './http/uploads.ts'
import { clock, hasher, random, verifier } from './identity/crypto-ports.ts'
import { loadOrCreateIdentity } from './identity/key-file.ts'
import { type Appended, createIntake } from './intake/intake.ts'
import { createArchive } from './jobs/archive.ts'
import { createPublisher } from './jobs/publisher.ts'
import { createMediaTools } from './media/media-tools.ts'
import { createGossip } from './p2p/gossip/gossip.ts'
import { createHeliaNode } from './p2p/helia/helia-node.ts'
import { holdingsOf } from './p2p/helia/holdings.ts'
import { shelfOf } from './p2p/helia/shelf.ts'
import type { StageHost } from './p2p/host/host.ts'
import { communityFromText, peerIdText } from './p2p/host/peer-key.ts'
import { openNetwork } from './p2p/open-network.ts'
import { startAntiEntropy } from './p2p/sync/anti-entropy.ts'
import { createSync } from './p2p/sync/sync.ts'
import type { StageApi } from './ports/stage-api.ts'
import { createAuthor, unwrap } from './stage/author.ts'
import { createCatalog } from './stage/catalog.ts'
import { createFederation, createGossipValidator } from './stage/federation.ts'
import { hex } from './stage/keys.ts'
import { createLiveEvents } from './stage/live-events.ts'
import { createLiveHub } from './stage/live-hub.ts'
import { createMirror } from './stage/mirror.ts'
import { createMoney } from './stage/money.ts'
import { createOrders } from './stage/orders.ts'
import { createStageApi } from './stage/stage.ts'
import { createStorage } from './stage/storage.ts'
import { openStores } from './store/open-stores.ts'
import type { Logger } from './telemetry/logger.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { SOFTWARE, VERSION } from './version.ts'

const PAGE_DIR = join(import.meta.dirname, '../web/dist')

/** A running stage with its operations, for programs that run it in their own process. */
export interface ComposedStage extends RunningStage {
  readonly api: StageApi
}

export interface ComposeOptions {
  /** Events per author; given by measurements that are faster than any person. */
  readonly rate?: RateLimit
}

type Cleanup = Pick<AsyncDisposableStack, 'defer'>

/** Joins ports to adapters, in the order in which they depend on each other, and starts everything. */
export async function createStage(
  settings: Settings,
  log: Logger,
  options: ComposeOptions = {},
): Promise<ComposedStage> {
  const cleanup = new AsyncDisposableStack()
  try {
    const running = await assemble(settings, log, options, cleanup)
    return { ...running, stop: () => cleanup.disposeAsync() }
  } catch (cause) {
    // What was already open is closed in good order before the reason is told.
    await cleanup.disposeAsync()
    throw cause
  }
}

async function assemble(settings: Settings, log: Logger, options: ComposeOptions, cleanup: Cleanup) {
  const { dataDir } = settings
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const operatorToken = await loadOrCreateOperatorToken(dataDir)
  const identity = await loadOrCreateIdentity(dataDir)
  const { publicKey: own, privateKey, signer } = identity
  const metrics = createMetrics()
  const ports = { signer, hasher, verifier, clock, random }
  const { store, views, follows, history, ledger, followedLogs, asset: ownAsset } = openStores(dataDir, ports, cleanup)
  const live = createLiveHub(cause => log.error({ err: cause }, 'a live listener failed'))
  const { host, network } = await openNetwork({
    ...{ ...ports, settings, privateKey, software: SOFTWARE },
    head: () => ({
      name: views.community(own)?.name ?? '',
      seq: store.nextSeq(own, own) - 1,
      logSize: ledger.size(),
      logRoot: ledger.root(),
    }),
  })
  cleanup.defer(() => network.stop())
  await network.start()
  const ownRoots = views.releases(own).map(row => row.manifest.root)
  const helia = await openMedia(settings, host, ownRoots, log, cleanup)
  const holdings = holdingsOf(helia)

  // The one door. What it tells others is joined below, before anything can come in.
  const holds = (community: Uint8Array) => equals(community, own) || follows.has(community)
  const told: { appended: (event: Appended) => void; orders: Orders | null } = { appended: () => {}, orders: null }
  const intake = createIntake({
    own,
    store,
    hasher,
    verifier,
    clock,
    rate: options.rate ?? DEFAULT_RATE,
    holds,
    isBanned: views.isBanned,
    execute: (event, order) => told.orders?.execute(event, order) ?? STARTING,
    appended: event => told.appended(event),
    count: (source, outcome) => metrics.intake.inc({ source, outcome }),
  })
  const author = createAuthor({ signer, store, intake, clock })

  const asset = { ...ownAsset, issuer: hex(own) }
  const catalog = createCatalog({
    ...{ own, views, follows, holdings, followedLogs, asset },
    log: ledger,
    peerIdOf: peerIdText,
    isConnected: community => network.isConnected(community),
    peersConnected: () => network.peers().some(peer => peer.refused === null),
  })
  const money = createMoney({ own, log: ledger, followedLogs, follows, views, catalog, author, asset })
  const tellReceipt = (community: Uint8Array, index: number): void => {
    const record = equals(community, own) ? ledger.receipt(index) : followedLogs.receipt(community, index)
    if (record !== null) live.emit({ event: 'receipt', data: money.receiptInfo(record) })
  }
  const mirror = createMirror({
    views,
    holdings,
    follows: () => follows.list().map(row => row.community),
    fetchAll: (root, signal, onProgress) => helia.blocks.fetchAll(root, signal, onProgress),
    progressed: row => void catalog.summary(row).then(data => live.emit({ event: 'release', data })),
    warn: cause => log.warn({ err: cause }, 'mirroring a release failed'),
  })
  cleanup.defer(() => mirror.stop())

  // Other stages: gossip and sync both come in by the door.
  const gossip = createGossip(
    host,
    createGossipValidator({
      ...{ intake, followedLogs, own },
      receiptKept: tellReceipt,
      logIncomplete: community => void federation.fetchLog(community),
    }),
  )
  const sync = createSync({
    ...{ libp2p: host, store, intake, clock, hasher, holds, followedLogs },
    ownCommunity: own,
    ownLog: ledger,
    receipts: (community, receipts) => {
      for (const { index } of receipts) tellReceipt(community, index)
    },
  })
  cleanup.defer(() => sync.stop())
  const federation = createFederation({
    ...{ own, network, gossip, sync, follows, clock, log },
    peerIdOf: peerIdText,
    keyOf: communityFromText,
    changed: community => {
      if (holds(community)) live.emit({ event: 'community', data: catalog.community(community) })
      const count = network.peers().filter(peer => peer.refused === null).length
      metrics.peers.set(count)
      live.emit({ event: 'peers', data: { count } })
      mirror.look()
    },
  })
  cleanup.defer(() => federation.stop())

  const translate = createLiveEvents({ views, catalog, clock })
  told.orders = createOrders({
    ...{ own, views, log: ledger },
    receiptWritten: ({ index }) => {
      tellReceipt(own, index)
      void gossip.publish(own, 'receipts', ledger.announce(index))
    },
  })
  told.appended = ({ event, known, source }) => {
    const { community, bytes } = event.envelope
    // Gossip passes on what it brought by itself; history is left to sync.
    if (source.kind === 'local') void gossip.publish(community, 'events', bytes)
    if (known?.type === 'catalog/release' && !equals(community, own)) mirror.look()
    if (known !== null) void Promise.resolve(translate(event, known)).then(told => told !== null && live.emit(told))
  }

  const jobsFolder = { folder: join(dataDir, 'jobs') }
  const uploads = await createUploads(join(dataDir, 'uploads'))
  cleanup.defer(() => uploads.close())
  const media = await createMediaTools()
  const shelf = shelfOf(helia)
  const publishing = await createPublisher(jobsFolder, {
    ...{ media, shelf, uploads, random },
    submit: (type, body) => author.submit(type, body),
    isPublished: id => views.release(id) !== null,
    onJob: job => live.emit({ event: 'job', data: job }),
    onDefect: error => log.error({ err: error }, 'publishing failed'),
  })
  cleanup.defer(() => publishing.stop())
  const archive = createArchive(jobsFolder, {
    ...{ shelf, verifier },
    find: id => ({
      manifestEnvelope: views.releaseEnvelope(id) ?? new Uint8Array(),
      root: catalog.find(id).manifest.root,
    }),
    submit: async envelope => unwrap(await intake.submit(envelope, { kind: 'sync', peer: 'archive' })),
  })

  const storage = createStorage({
    ...{ dataDir, holdings, store, clock },
    held: federation.held,
    history,
  })
  const api = createStageApi({
    ...{
      own,
      asset,
      clock,
      store,
      views,
      intake,
      author,
      catalog,
      money,
      federation,
      network,
      publishing,
      archive,
      live,
    },
    version: VERSION,
    public: settings.public,
    capabilities: media.capabilities,
    removeMedia: root => shelf.unpin(root),
    storage: storage.info,
  })

  await sync.start()
  federation.start()
  if (settings.name !== null && views.community(own) === null) await api.nameStage({ name: settings.name, about: '' })
  repeat(cleanup, HOUSEKEEPING_MS, () => {
    storage.sample()
    const { ownBytes, cachedBytes } = holdings.usage()
    metrics.storageBytes.set({ kind: 'own' }, ownBytes)
    metrics.storageBytes.set({ kind: 'cached' }, cachedBytes)
  })
  const antiEntropy = startAntiEntropy({
    syncWith: (peer, community) => sync.syncWith(peer, community),
    peers: () => network.peers().flatMap(peer => (peer.refused === null ? [peer.peerId] : [])),
    communities: federation.held,
    random: () => (random.bytes(1)[0] ?? 0) / 256,
    schedule: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
  })
  cleanup.defer(() => antiEntropy.stop())

  const http = await createHttpServer({
    ...{ operatorToken, stage: api, uploads, logger: log },
    ...settings.http,
    public: settings.public,
    blocks: helia.blocks,
    metrics: metrics.registry,
    pageDir: PAGE_DIR,
  })
  cleanup.defer(() => http.close())
  return { url: http.address.url, peerId: network.peerId, addresses: network.addresses(), api }
}

/** How often usage is noted: the forecast keeps one sample a day, metrics want fresher ones. */
const HOUSEKEEPING_MS = 10 * 60 * 1000

type Orders = ReturnType<typeof createOrders>

const STARTING = {
  ok: false,
  error: { code: 'stopping', message: 'The stage is starting. Try again in a moment.' },
} as const

function repeat(cleanup: Cleanup, everyMs: number, work: () => void): void {
  work()
  const timer = setInterval(work, everyMs)
  cleanup.defer(() => clearInterval(timer))
}

async function openMedia(
  settings: Settings,
  libp2p: StageHost,
  ownRoots: readonly CID[],
  log: Logger,
  cleanup: Cleanup,
) {
  const helia = await createHeliaNode({
    libp2p,
    dataDir: settings.dataDir,
    cacheBytesMax: settings.cacheCapBytes,
    onMisbehaviour: (peer, reason) => log.warn({ peer: peer.toString(), reason }, 'a peer misbehaved'),
  })
  cleanup.defer(() => helia.stop())
  const broken = await helia.restore(ownRoots)
  for (const root of broken) log.error({ root: root.toString() }, 'an own release is incomplete on this disk')
  return helia
}
