import type { CrossingStep } from '#node/ports/crossing.ts'
import type { Accepted, LedgerFault, LogRecord, OwnLog, Sequencing } from '#node/ports/ledger.ts'
import type { SignatureChecker } from '#node/ports/signatures.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { Verifier } from '#src/kernel/ports.ts'
import { faultOf, ledgerFault, ruleRefused } from '../shared/faults.ts'
import { appendEntry, durably } from './append.ts'
import { checkMemory, seen } from './contradiction.ts'
import { crossJob } from './cross.ts'
import { BUSY, Group } from './group.ts'
import { type OpenLog, openLog } from './open-log.ts'
import type { OwnLogOptions } from './options.ts'
import {
  BAD_VOUCHER,
  closeMonth,
  haltedFault,
  orderJob,
  readVoucher,
  timeIn,
  type Written,
  writeBatch,
} from './orders.ts'
import { readsOf } from './reads.ts'
import { certify, commit, submission } from './signing.ts'
import { takeSnapshot } from './snapshot.ts'
import { TileFiles } from './tile-files.ts'
import { Verifying } from './verifying.ts'

function closePeriod(log: OpenLog, record: (index: number) => LogRecord | null): Result<LogRecord, LedgerFault> {
  if (log.halted !== null) return haltedFault(log)
  try {
    const closed = durably(log, () => {
      const at = timeIn(log)
      closeMonth(log, at)
      return appendEntry(log, log.machine.periodClose(at))
    })
    if (!closed.ok) return ruleRefused(closed.error)
    const found = record(closed.value.index)
    return found === null ? ledgerFault('internal', 'The close was written but cannot be read.') : ok(found)
  } catch (cause) {
    return err(faultOf(log.paths.file, cause))
  }
}

/** Verifies where it is called. */
const ownThread = (verifier: Verifier): SignatureChecker => ({
  begin(checks) {
    const bad = checks.findIndex(check => !verifier.verify(check.publicKey, check.message, check.signature))
    return { help: () => {}, result: Promise.resolve(bad < 0 ? null : bad) }
  },
})

/** What has an id has an ack. */
const asAccepted = (written: Result<Written, LedgerFault>): Result<Accepted, LedgerFault> =>
  written.ok ? ok({ ...written.value, ack: written.value.ack as Uint8Array }) : written

const STOPPING = ledgerFault('stopping', 'This stage is stopping. Send the order again in a moment.')

/** Writes waiting orders, keeps the state for a fast start, and closes the file. */
async function close(log: OpenLog, group: { drained(): Promise<void> }, files: TileFiles): Promise<void> {
  await group.drained()
  await files.close()
  if (!log.db.isOpen) return
  try {
    takeSnapshot(log, true)
  } catch (cause) {
    log.warn?.(`the state was not kept (${faultOf(log.paths.file, cause).message}); the next start replays more`)
  } finally {
    log.db.close()
  }
}

/**
 * This community's own log: one SQLite file with synchronous=FULL is the truth, the state machine runs in memory, tiles
 * follow as files. Throws `StageError` 'conflict' for a file that is behind or beside what it was signed for itself;
 * a file that is only older than `log/high-water` opens halted.
 */
export function createOwnLog(options: OwnLogOptions): OwnLog & Sequencing & { close(): Promise<void> } {
  const log = openLog(options)
  checkMemory(log)
  const files = new TileFiles(log)
  if (log.halted === null) files.follow()
  const group = new Group(log.limits, (jobs: Parameters<typeof writeBatch>[1]) => writeBatch(log, jobs))
  const verifying = new Verifying(log.signatures ?? ownThread(log.verifier), log.verifier)
  const reads = readsOf(log)
  let closing: Promise<void> | undefined
  const one = async (step: CrossingStep) => {
    if (closing !== undefined) return STOPPING
    const job = crossJob(log, step)
    return group.add(job, job.bytes)
  }
  return {
    ...reads,
    async order(envelope, id) {
      if (closing !== undefined) return STOPPING
      const job = orderJob(log, envelope, id)
      return job.ok ? asAccepted(await group.add(job.value, job.value.bytes)) : job
    },
    async voucher(bytes) {
      if (closing !== undefined) return STOPPING
      const read = readVoucher(log, bytes)
      if (!read.ok) return read
      const { job, check } = read.value
      if (verifying.waiting >= log.limits.queueMax) return err(BUSY)
      // Before it may wait among the others: a forged one must not take their place.
      if (!(await verifying.good(check))) return BAD_VOUCHER
      return closing === undefined ? asAccepted(await group.add(job, job.bytes)) : STOPPING
    },
    cross(steps) {
      if (closing !== undefined) return Promise.resolve(steps.map(() => STOPPING))
      // Added in one turn, so that nothing of another conversation stands between a head and what it proves.
      return Promise.all(steps.map(step => crossJob(log, step)).map(job => group.add(job, job.bytes)))
    },
    settle: note => one({ step: 'settle', note }),
    net: document => one({ step: 'net', document }),
    closePeriod: async () => closePeriod(log, reads.record),
    state: () => ({ kind: log.halted === null ? 'running' : 'halted', reason: log.halted }),
    commit(epoch, renew) {
      const signed = commit(log, epoch, renew)
      if (signed.ok && signed.value !== null) files.follow()
      return signed
    },
    submission: from => submission(log, from),
    certify: (size, lines) => certify(log, size, lines),
    seen: note => seen(log, note),
    close: () => (closing ??= close(log, group, files)),
  }
}
