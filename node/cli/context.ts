import type { Readable, Writable } from 'node:stream'
import type { Environment } from '#node/config/parse.ts'
import type { Settings } from '#node/config/settings.ts'
import type { ConformanceReport } from '#node/ports/conformance.ts'
import type { LogReport } from '#node/ports/ledger.ts'
import type { Logger } from '#node/telemetry/logger.ts'
import type { SignedStakeProfile, StakeDomain, StakeProfile } from '#protocols/ledger/v1/stake-profile.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'

/** A stage that answers requests. */
export interface RunningStage {
  /** Where the page is. */
  readonly url: string
  readonly peerId: string
  /** Multiaddrs that another stage can follow. */
  readonly addresses: readonly string[]
  /** Resolves when every socket is closed and every store is flushed. */
  stop(): Promise<void>
}

export interface IdentityInfo {
  readonly peerId: string
  /** Community key, hex. */
  readonly community: string
}

/** What commands need from the rest of the program; the process entry joins them. */
export interface CliServices {
  startStage(settings: Settings, log: Logger): Promise<RunningStage>
  /** `null` when the folder has no identity yet. */
  showIdentity(dataDir: string): Promise<IdentityInfo | null>
  exportIdentity(dataDir: string, passphrase: string): Promise<string>
  /** Reads the ledger of a folder again; `fault` in the report says what is wrong. */
  checkLog(dataDir: string): Promise<LogReport>
  importIdentity(dataDir: string, text: string, passphrase: string): Promise<IdentityInfo>
  /** Signs with the key of a folder; throws `StageError` 'not-found' when there is none, 'bad-arguments' for words that are too long. */
  signStakeProfile(
    dataDir: string,
    domain: StakeDomain,
    said: StakeProfile,
  ): Promise<{ readonly community: Uint8Array; readonly profile: SignedStakeProfile }>
  /** Checks another stage against the specs. Throws `StageError` 'bad-address' or 'peer-unreachable'. */
  checkConformance(address: string, told: () => void, only: readonly string[]): Promise<ConformanceReport>
  /** What verification needs; touches no folder and no network. */
  ports(): Promise<{ readonly hasher: Hasher; readonly verifier: Verifier }>
}

export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown }
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** Everything that a command may touch of the process around it. */
export interface CliContext {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Environment
  /** Where relative paths start. */
  readonly cwd: string
  /** Aborted by the first Ctrl+C or SIGTERM. */
  readonly signal: AbortSignal
  readonly services: CliServices
}
