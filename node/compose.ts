import { join } from 'node:path'
import type { RateLimit } from '#src/engagement/rate.ts'
import type { Titles } from '#src/royalties/statements/book.ts'
import type { RelayTimes } from '#src/value/relay/plan.ts'
import type { RunningStage } from './cli/context.ts'
import { openDoor } from './compose/door.ts'
import { type Cleanup, type Foundation, openFoundation } from './compose/foundation.ts'
import { meetOthers } from './compose/others.ts'
import { openPublishing } from './compose/publishing.ts'
import { openPushing, type PushOptions } from './compose/pushing.ts'
import { openSettling } from './compose/settling.ts'
import type { Settings } from './config/settings.ts'
import { openPublished } from './conformance/published.ts'
import { HTTP_LIMITS, type HttpLimits } from './http/limits.ts'
import { loadOrCreateOperatorToken } from './http/operator-token.ts'
import { readPartNames } from './http/page.ts'
import { createHttpServer } from './http/server.ts'
import { passkeyChecker } from './identity/passkey-checker.ts'
import { openParts } from './parts/parts.ts'
import type { StageApi } from './ports/stage-api.ts'
import type { Views } from './ports/views.ts'
import { createModeration } from './stage/moderation.ts'
import { createPasskeys } from './stage/passkeys.ts'
import { createPeople } from './stage/people.ts'
import { createSettings } from './stage/settings.ts'
import { createStageApi } from './stage/stage.ts'
import { createStatements } from './stage/statements.ts'
import { createStorage } from './stage/storage.ts'
import type { Logger } from './telemetry/logger.ts'
import { VERSION } from './version.ts'

const PAGE_DIR = join(import.meta.dirname, '../web/dist')

/** How often usage is noted: the forecast keeps one sample a day, metrics want fresher ones. */
const HOUSEKEEPING_MS = 10 * 60 * 1000

/** A running stage with its operations, for programs that run it in their own process. */
export interface ComposedStage extends RunningStage {
  readonly api: StageApi
}

export interface ComposeOptions {
  /** Events per author; given by measurements that are faster than any person. */
  readonly rate?: RateLimit
  /** When a relay asks again and gives up; given by tests, which cannot wait a day. */
  readonly relay?: Partial<RelayTimes>
  /** Where push services are; given by tests, which have one of their own. */
  readonly push?: PushOptions
}

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
  const base = await openFoundation(settings, log, cleanup)
  const door = openDoor(base, options.rate, cleanup)
  const others = meetOthers(base, door, options.relay, cleanup)
  const { uploads, media, shelf, publishing, archive } = await openPublishing(base, door, cleanup)
  const settling = await openSettling(base, door, cleanup)
  const pushing = await openPushing(base, door, options.push, cleanup)
  const storage = keepHouse(base, others.federation.held, cleanup)
  const api = createStageApi({
    ...base,
    ...door,
    federation: others.federation,
    transfers: others.value.api,
    publishing,
    archive,
    version: VERSION,
    public: settings.public,
    streamIntervalMs: settings.streamIntervalMs,
    capabilities: media.capabilities,
    // Two releases of the same files share a root: the last one takes it along.
    removeMedia: async root => {
      if (base.views.publishersOf(root).length === 0) await shelf.unpin(root)
    },
    storage: storage.info,
    statements: createStatements({
      ...base,
      log: base.ledger,
      titles: titlesOf(base.views),
      nameOf: door.catalog.nameOf,
    }),
    desk: settling.api,
    settings: createSettings({
      ...base,
      counts: () => base.ledger.recent(1).length > 0 || base.offers.asksAnything(base.own),
      cap: {
        bytes: () => base.holdings.usage().capBytes,
        set: bytes => base.helia.vault.setCacheBytesMax(bytes),
        given: settings.cacheCapGiven,
      },
      changed: () => base.live.emit({ event: 'community', data: door.catalog.community(base.own) }),
    }),
    moderation: createModeration({
      ...base,
      nameOf: door.catalog.nameOf,
      followed: () => base.follows.list().map(row => row.community),
    }),
    people: createPeople(base.handles),
    passkeysApi: createPasskeys({
      ...base,
      store: base.passkeys,
      checker: passkeyChecker,
      name: () => base.views.community(base.own)?.name ?? 'Bandstand',
    }),
    notices: pushing.news,
    push: pushing.push,
    adopt: base.registry.adopt,
    succeed: others.succeed,
  })
  others.value.settling.handlers = settling.handlers
  await others.start()
  settling.meet(others.value.peers, others.value.seatsSpeak)
  if (settings.name !== null && base.views.community(base.own) === null) {
    await api.nameStage({ name: settings.name, about: '' })
  }
  const parts = await openParts({
    ...base,
    dataDir: settings.dataDir,
    ownParts: await readPartNames(PAGE_DIR),
    warn: sentence => log.warn(sentence),
  })
  parts.onChange(({ seq }) => base.live.emit({ event: 'parts', data: { seq } }))
  const http = await createHttpServer({
    ...settings.http,
    limits: liveLimits(settings.http),
    public: settings.public,
    operatorToken: await loadOrCreateOperatorToken(settings.dataDir),
    stage: api,
    log: base.ledger,
    blocks: base.helia.blocks,
    // For strangers a public stage fetches and keeps what is on its programme, not whatever they name.
    fetches: root => !settings.public || base.views.publishersOf(root).some(base.holds),
    uploads,
    parts,
    survey: base.survey,
    conformance: await openPublished({ ...base, dataDir: settings.dataDir }),
    metrics: base.metrics.registry,
    logger: log,
    pageDir: PAGE_DIR,
  })
  cleanup.defer(() => http.close())
  return { url: http.address.url, peerId: base.network.peerId, addresses: base.network.addresses(), api }
}

/** What releases and tracks are called on a statement. */
const titlesOf = (views: Views): Titles => ({
  release: id => views.release(id)?.manifest ?? null,
  track: (id, number) => views.release(id)?.manifest.tracks[number - 1] ?? null,
})

/** Notes usage now and from time to time. */
function keepHouse(base: Foundation, held: () => Uint8Array[], cleanup: Cleanup) {
  const { holdings, metrics } = base
  const storage = createStorage({ ...base, dataDir: base.settings.dataDir, held })
  const note = (): void => {
    storage.sample()
    const { ownBytes, cachedBytes } = holdings.usage()
    metrics.storageBytes.set({ kind: 'own' }, ownBytes)
    metrics.storageBytes.set({ kind: 'cached' }, cachedBytes)
  }
  note()
  const timer = setInterval(note, HOUSEKEEPING_MS)
  cleanup.defer(() => clearInterval(timer))
  return storage
}

/** Every open page holds a connection; others need some, too. */
const liveLimits = ({ livePages, livePagesPerAddress }: Settings['http']): Partial<HttpLimits> => ({
  liveClientsMax: livePages,
  liveClientsPerAddress: livePagesPerAddress,
  connectionsMax: Math.max(HTTP_LIMITS.connectionsMax, livePages + 1_000),
})
