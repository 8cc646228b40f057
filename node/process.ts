import type { CliContext, CliServices, IdentityInfo, RunningStage } from './cli/context.ts'
import { EXIT } from './cli/exit-codes.ts'
import { runCli } from './cli/program.ts'
import type { Settings } from './config/settings.ts'
import { StageError } from './errors.ts'
import type { Identity } from './identity/identity.ts'
import { guardProcess } from './process-guard.ts'
import type { Logger } from './telemetry/logger.ts'

/** A stage that has not stopped after this long is ended: what it accepted is already durable. */
const STOP_DEADLINE_MS = 2_500

const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const

let stageLog: Logger | undefined

/** Everything heavy is imported when a command needs it: `bandstand --help` starts no network. */
const services: CliServices = {
  async startStage(settings: Settings, log: Logger): Promise<RunningStage> {
    stageLog = log
    // Keys, balances and drafts: nothing that a stage writes is for other users of the machine.
    process.umask(0o077)
    const { createStage } = await import('./compose.ts')
    return createStage(settings, log)
  },
  async showIdentity(dataDir) {
    const { loadIdentity } = await import('./identity/key-file.ts')
    const identity = await loadIdentity(dataDir)
    return identity === null ? null : describe(identity)
  },
  async exportIdentity(dataDir, passphrase) {
    const { loadIdentity } = await import('./identity/key-file.ts')
    const identity = await loadIdentity(dataDir)
    if (identity === null)
      throw new StageError('not-found', 'There is no identity here yet. The first start makes one.')
    const { exportIdentity } = await import('./identity/export.ts')
    return exportIdentity(identity, passphrase)
  },
  async checkLog(dataDir) {
    const { checkLog } = await import('./compose/check-log.ts')
    return checkLog(dataDir)
  },
  async signStakeProfile(dataDir, domain, said) {
    const { signStakeProfile } = await import('./compose/sign-stake-profile.ts')
    return signStakeProfile(dataDir, domain, said)
  },
  async importIdentity(dataDir, text, passphrase) {
    const { importIdentity } = await import('./identity/export.ts')
    return describe(await importIdentity(dataDir, text, passphrase))
  },
  async checkConformance(address, told, only) {
    const { checkStage } = await import('./compose/conformance.ts')
    return checkStage(address, told, only)
  },
  async ports() {
    const { hasher, verifier } = await import('./identity/crypto-ports.ts')
    return { hasher, verifier }
  },
}

async function describe({ privateKey, publicKey }: Identity): Promise<IdentityInfo> {
  const { peerIdFromPrivateKey } = await import('@libp2p/peer-id')
  return { peerId: peerIdFromPrivateKey(privateKey).toString(), community: Buffer.from(publicKey).toString('hex') }
}

/** Runs one command line as this process: signals, exit codes, and errors that nobody caught. Never returns. */
export async function runProcess(args: readonly string[]): Promise<never> {
  const stop = new AbortController()
  let failed = false
  const beginStop = (): void => {
    stop.abort()
    setTimeout(() => {
      process.stderr.write('Some connections did not close in time; ended anyway. Nothing accepted is lost.\n')
      process.exit(EXIT.failed)
    }, STOP_DEADLINE_MS).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(EXIT_BY_SIGNAL[signal])
      beginStop()
    })
  }
  guardProcess(
    () => stageLog,
    cause => {
      const message = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
      process.stderr.write(`Bandstand has to stop: ${message}\n`)
      stageLog?.fatal({ err: cause }, 'uncaught exception')
      failed = true
      if (stop.signal.aborted || stageLog === undefined) process.exit(EXIT.failed)
      beginStop()
    },
  )
  // `bandstand log | head` closes the pipe early: that is the reader's choice, not an error.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? EXIT.ok : EXIT.failed))
  const { env } = process
  const context: CliContext = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env,
    // npm runs scripts in the package's folder and says here where the person was.
    cwd: (env.npm_lifecycle_event === undefined ? undefined : env.INIT_CWD) ?? process.cwd(),
    signal: stop.signal,
    services,
  }
  const code = await runCli(args, context)
  process.exit(failed ? EXIT.failed : code)
}
