import { mkdir } from 'node:fs/promises'
import { equals } from 'uint8arrays/equals'
import type { Settings } from '../config/settings.ts'
import { clock, hasher, random, verifier } from '../identity/crypto-ports.ts'
import { loadOrCreateIdentity } from '../identity/key-file.ts'
import { createHeliaNode, type HeliaNode } from '../p2p/helia/helia-node.ts'
import { holdingsOf } from '../p2p/helia/holdings.ts'
import { checkAddresses } from '../p2p/host/check-addresses.ts'
import { openNetwork } from '../p2p/open-network.ts'
import type { Views } from '../ports/views.ts'
import { createCurrency } from '../stage/currency.ts'
import { createLiveHub } from '../stage/live-hub.ts'
import { capKept } from '../stage/settings.ts'
import { openStores } from '../store/open-stores.ts'
import type { Logger } from '../telemetry/logger.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { SOFTWARE } from '../version.ts'
import { openLedger } from './ledger.ts'

/** Takes what must be closed; closes it in reverse order. */
export type Cleanup = Pick<AsyncDisposableStack, 'defer'>

export type Foundation = Awaited<ReturnType<typeof openFoundation>>

/** A crash between a takedown and its clean-up leaves a root that no release names. */
async function dropUnnamed(vault: HeliaNode['vault'], views: Views): Promise<void> {
  const named = new Set(views.roots(null).map(String))
  for (const root of vault.pinned()) if (!named.has(root.toString())) await vault.unpin(root)
}

/** Who this stage is, what it keeps, and its connections: everything that stands before anything can come in. */
export async function openFoundation(settings: Settings, log: Logger, cleanup: Cleanup) {
  const { dataDir } = settings
  checkAddresses(settings)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const { publicKey: own, privateKey, signer } = await loadOrCreateIdentity(dataDir)
  const ports = { signer, hasher, verifier, clock, random }
  const stores = openStores(dataDir, clock, cleanup)
  const { store, views } = stores
  const holds = (community: Uint8Array): boolean => equals(community, own) || stores.follows.has(community)
  const currency = createCurrency(stores.kept, own)
  const { asset } = currency
  const trust = await openLedger({ dataDir, signer, log, asset, stakes: settings.registry, holds }, cleanup)
  const { ledger } = trust
  const { host, network } = await openNetwork({
    ...ports,
    settings,
    privateKey,
    software: SOFTWARE,
    head: () => ({
      name: views.community(own)?.name ?? '',
      seq: store.nextSeq(own, own) - 1,
      logSize: ledger.signedSize(),
      logRoot: ledger.root(),
    }),
  })
  cleanup.defer(() => network.stop())
  await network.start()
  const helia = await createHeliaNode({
    libp2p: host,
    dataDir,
    cacheBytesMax: settings.cacheCapGiven ? settings.cacheCapBytes : capKept(stores.kept, settings.cacheCapBytes),
    onMisbehaviour: (peer, reason) => log.warn({ peer: peer.toString(), reason }, 'a peer misbehaved'),
  })
  cleanup.defer(() => helia.stop())
  const broken = await helia.restore(views.roots(own))
  for (const root of broken) log.error({ root: root.toString() }, 'an own release is incomplete on this disk')
  await dropUnnamed(helia.vault, views)
  return {
    ...ports,
    ...stores,
    ...trust,
    currency,
    own,
    settings,
    log,
    host,
    network,
    helia,
    holdings: holdingsOf(helia),
    metrics: createMetrics(),
    live: createLiveHub(cause => log.error({ err: cause }, 'a live listener failed')),
    holds,
  }
}
