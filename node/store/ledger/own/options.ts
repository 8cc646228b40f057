import { join } from 'node:path'
import type { SignatureChecker } from '#node/ports/signatures.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { Clock, Hasher, SyncSigner, Verifier } from '#src/kernel/ports.ts'
import type { Rules } from '#src/ledger/rules.ts'

export interface OwnLogOptions {
  /** Folder of the stage. The log is `ledger.db` in it, with its tiles and its highest note under `log/`. */
  readonly dataDir: string
  /** Holds the community's own key. */
  readonly signer: SyncSigner
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  /** How money is divided; their hash is in the genesis and in every commit. */
  readonly rules: Rules
  /** What `balance` counts. */
  readonly asset: Asset
  /** Other threads that verify vouchers; without them the calling thread does. */
  readonly signatures?: SignatureChecker
  readonly limits?: Partial<OwnLogLimits>
  /** Told of what failed beside the log: a tile file that could not be written is written at the next start. */
  readonly warn?: (message: string) => void
}

export interface OwnLogLimits {
  /** Orders in one transaction: bounds how long the loop is held, about 50 ms at measured rates. */
  readonly batchMax: number
  /** Orders that wait; the next one is refused as `busy`. */
  readonly queueMax: number
  /** Bytes of all orders that wait. */
  readonly queueBytesMax: number
  /** Entries between two snapshots of the state. */
  readonly snapshotEvery: number
}

export const LIMITS: OwnLogLimits = {
  batchMax: 256,
  queueMax: 8_192,
  queueBytesMax: 32 * 1_024 * 1_024,
  snapshotEvery: 10_000,
}

/** By then a signed checkpoint covers an accepted entry, or the community broke its promise. */
export const PROMISE_MS = 10_000

export interface LogPaths {
  readonly file: string
  /** Beside the database, so that a database restored alone is noticed. */
  readonly highWater: string
  /** C2SP tlog-tiles layout below it. */
  readonly folder: string
  /** A successor while it is being made. */
  readonly next: string
  /** Where a closed generation is kept. */
  archive(generation: number): string
}

export const pathsOf = (dataDir: string): LogPaths => ({
  file: join(dataDir, 'ledger.db'),
  highWater: join(dataDir, 'log', 'high-water'),
  folder: join(dataDir, 'log'),
  next: join(dataDir, 'ledger.next.db'),
  archive: generation => join(dataDir, `ledger.generation-${generation}.db`),
})
