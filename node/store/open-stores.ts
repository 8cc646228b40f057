import { join } from 'node:path'
import type { Clock, Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'
import { openDatabase } from './database.ts'
import { createEventStore } from './event-store.ts'
import { createFollows } from './follows.ts'
import { createCommunityLog, testAsset } from './ledger/community-log.ts'
import { createFollowedLogs } from './ledger/followed-logs.ts'
import { MIGRATIONS } from './schema.ts'
import { createUsageHistory } from './usage-history.ts'
import { createViews } from './views.ts'

export interface StorePorts {
  /** Holds the community's own key. */
  readonly signer: SyncSigner
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
}

/**
 * Opens the three files of a stage: `stage.db` (events and read models), `ledger.db` (the own log) and
 * `followed-logs.db`. Each is closed by `cleanup` in reverse order. Throws `StageError`.
 */
export function openStores(dataDir: string, ports: StorePorts, cleanup: Pick<AsyncDisposableStack, 'defer'>) {
  const file = join(dataDir, 'stage.db')
  const db = openDatabase(file, MIGRATIONS, 'NORMAL')
  cleanup.defer(() => db.close())
  const asset = testAsset(ports.signer.publicKey)
  const ledger = createCommunityLog({ ...ports, file: join(dataDir, 'ledger.db'), asset })
  cleanup.defer(() => ledger.close())
  const followedLogs = createFollowedLogs({ ...ports, file: join(dataDir, 'followed-logs.db') })
  cleanup.defer(() => followedLogs.close())
  return {
    store: createEventStore(db, file),
    views: createViews(db),
    follows: createFollows(db, ports.clock),
    history: createUsageHistory(db),
    ledger,
    followedLogs,
    asset,
  }
}
