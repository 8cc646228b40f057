import type { Libp2p } from '@libp2p/interface'
import { hasher } from '#node/identity/crypto-ports.ts'
import { createSync, type SyncOptions, type SyncService } from '#node/p2p/sync/sync.ts'
import type { EventStore } from '#node/ports/event-store.ts'
import type { Intake } from '#node/ports/intake.ts'
import type { LogCopies } from '#node/ports/ledger.ts'
import { signed, type TestAuthor, testAuthor } from './author.ts'
import { loopbackNode } from './libp2p-pair.ts'
import { doorOver } from './world.ts'

export const AT_MS = 1_700_000_000_000

/** A stage that does nothing but hold events and sync them: real host, real store, real door. */
export interface SyncStage {
  readonly libp2p: Libp2p
  readonly peer: string
  readonly sync: SyncService
  readonly store: EventStore
  readonly intake: Intake
  ids(community: Uint8Array): string[]
  stop(): Promise<void>
}

const NO_LOGS = { contiguous: () => 0 }

export async function syncStage(options: Partial<SyncOptions> = {}): Promise<SyncStage> {
  const libp2p = await loopbackNode()
  const own = testAuthor(1_000).publicKey
  const { db, store, intake } = doorOver(own, { appended: ({ event }) => sync.appended(event) })
  const sync: SyncService = createSync({
    libp2p,
    store,
    intake,
    hasher,
    clock: { nowMs: () => Date.now() },
    holds: () => true,
    logOf: () => null,
    copies: NO_LOGS as unknown as LogCopies,
    ...options,
  })
  await sync.start()
  return {
    libp2p,
    peer: libp2p.peerId.toString(),
    sync,
    store,
    intake,
    ids: community => [...store.keys(community)].map(key => Buffer.from(key.id).toString('hex')),
    async stop() {
      await sync.stop()
      await libp2p.stop()
      db.close()
    },
  }
}

/** A signed chat message; `text` tells apart two with the same sequence. */
export function chat(author: TestAuthor, community: Uint8Array, seq: number, text = `message ${seq}`): Uint8Array {
  const body = { room: 'main', name: 'Ana', text }
  return signed(author, { type: 'engagement/chat', community, seq, at: AT_MS + seq * 10, body })
}

/** Hands events to a stage as if a peer had brought them. Throws when one is refused. */
export async function give(stage: Pick<SyncStage, 'intake'>, events: readonly Uint8Array[]): Promise<void> {
  const results = await Promise.all(events.map(bytes => stage.intake.submit(bytes, { kind: 'sync', peer: 'test' })))
  for (const result of results) if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
}
