import { join } from 'node:path'
import type { Asset } from '#protocols/value/v1/codec.ts'
import type { SyncSigner } from '#src/kernel/ports.ts'
import { createRules } from '#src/royalties/rules.ts'
import type { ChainRegistrySettings } from '../config/rails.ts'
import { clock, hasher, verifier } from '../identity/crypto-ports.ts'
import { createSignaturePool } from '../identity/threads/signature-pool.ts'
import { openCopies } from '../store/ledger/copies/open.ts'
import { refuseTrialLedger } from '../store/ledger/trial-ledger.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Cleanup } from './foundation.ts'
import { openOwnLog } from './own-log.ts'
import { openRegistry } from './registry.ts'

/** Threads that verify signatures beside the main one. */
const VERIFYING_THREADS = 1

/** What the copies tell; joined before anything can come in. */
export interface Heard {
  grew: (community: Uint8Array, from: number, to: number) => void
  found: (community: Uint8Array, evidence: Uint8Array) => void
}

export interface LedgerInit {
  readonly dataDir: string
  readonly signer: SyncSigner
  readonly log: Logger
  /** What the own log counts. */
  readonly asset: Asset
  /** Where stakes are read; null: charters in files. */
  readonly stakes: ChainRegistrySettings | null
  /** Whether people read a community's log here. */
  readonly holds: (community: Uint8Array) => boolean
}

/** The own log, verified copies of others, and who certifies whom: all that judges an entry, without a network. */
export async function openLedger({ dataDir, signer, log, asset, stakes, holds }: LedgerInit, cleanup: Cleanup) {
  const ports = { hasher, verifier, clock }
  const rules = createRules({ hasher })
  refuseTrialLedger(dataDir)
  const registry = await openRegistry({ ...ports, dataDir, log, settings: stakes }, cleanup)
  const checker = createSignaturePool({ verifier, threads: VERIFYING_THREADS })
  cleanup.defer(() => checker.close())
  const ownLog = openOwnLog({
    ...ports,
    dataDir,
    signer,
    rules,
    asset,
    signatures: checker,
    warn: message => log.warn({}, message),
  })
  cleanup.defer(() => ownLog.close())
  const heard: Heard = { grew: () => {}, found: () => {} }
  const { logs, auditor, evidence, handovers, close } = openCopies({
    ...ports,
    file: join(dataDir, 'followed-logs.db'),
    signer,
    rules,
    registry,
    checker,
    keepsLines: holds,
    grew: (community, from, to) => heard.grew(community, from, to),
    found: (community, bytes) => heard.found(community, bytes),
  })
  cleanup.defer(close)
  return {
    ledger: ownLog.ledger,
    succeedWith: ownLog.succeed,
    copies: logs,
    auditor,
    evidence,
    handovers,
    registry,
    rules,
    asset,
    heard,
  }
}
