import { equals } from 'uint8arrays/equals'
import type { LedgerFault, LogRecord } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { ackMessage, encodeAck, type Promised } from '#protocols/ledger/v1/ack.ts'
import type { Entry, Voucher } from '#protocols/ledger/v1/entry.ts'
import { decodeSignedVoucher, voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import type { SignatureCheck } from '#src/ledger/machine/machine.ts'
import { periodOf } from '#src/ledger/machine/period.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import { faultOf, ledgerFault, ruleRefused } from '../shared/faults.ts'
import { readStored, recordOf } from '../shared/records.ts'
import { type Appended, appendEntry, durably } from './append.ts'
import type { OpenLog } from './open-log.ts'
import { PROMISE_MS } from './options.ts'
import { finalityOf } from './reads.ts'
import { show } from './show.ts'

/** What waits to become an entry, and what it becomes when its turn comes. */
export interface Job {
  /** Of what is executed once and acked; null for what another log proves, which has its place by sequence. */
  readonly id: Uint8Array | null
  /** Of what was sent: what the queue counts. */
  readonly bytes: number
  /** The entry that it became before; null when none. Asked when `id` is null. */
  known?(): number | null
  become(at: number): Result<Entry, RuleFault>
}

interface Done {
  readonly appended: Appended
  readonly known: boolean
}

/** A job after it is durable. */
export interface Written {
  readonly record: LogRecord
  /** Null for a job without an id. */
  readonly ack: Uint8Array | null
  readonly known: boolean
}

/** A clock that was set back must not reverse the log. */
export const timeIn = (log: OpenLog): number => Math.max(log.clock.nowMs(), log.machine.lastAt)

/** When the month is over, its part is closed before anything of the next month is written. Inside `durably`. */
export function closeMonth(log: OpenLog, at: number): void {
  if (periodOf(at) <= log.machine.period) return
  const closed = appendEntry(log, log.machine.periodClose(at))
  if (!closed.ok) throw new Error(`the month could not be closed: ${closed.error.message}`)
}

/** An entry that an order became before. */
function readAppended(log: OpenLog, index: number): Appended | null {
  const row = log.entries.row(index)
  if (row === null) return null
  return { index, bytes: row.body, leaf: leafHash(log.hasher, row.body), ...readStored(index, row.body, row.lines) }
}

function execute(log: OpenLog, job: Job, at: number): Result<Done, LedgerFault> {
  const known = job.id === null ? (job.known?.() ?? null) : log.entries.executedAt(job.id)
  const first = known === null ? null : readAppended(log, known)
  if (first !== null) return ok({ appended: first, known: true })
  const entry = job.become(at)
  const appended = entry.ok ? appendEntry(log, entry.value) : entry
  if (!appended.ok) return ruleRefused(appended.error)
  if (job.id !== null) log.entries.putExecuted(job.id, appended.value.index)
  return ok({ appended: appended.value, known: false })
}

/** Always the same bytes for the same entry: an order that is sent again gets the first promise. */
function ackOf(log: OpenLog, promised: Omit<Promised, 'origin' | 'deadline'>): Uint8Array {
  const ack: Promised = { origin: log.row.origin, ...promised, deadline: promised.at + PROMISE_MS }
  return encodeAck({ ...ack, signature: log.signer.sign(ackMessage(ack)) })
}

function written(log: OpenLog, { id }: Job, { appended, known }: Done): Written {
  const { index, entry, leaf } = appended
  const record = recordOf(log.machine, { community: log.community, ...appended, finality: finalityOf(log, index) })
  return { record, ack: id === null ? null : ackOf(log, { id, index, leaf, at: entry.at }), known }
}

export const haltedFault = (log: OpenLog): Result<never, LedgerFault> =>
  ledgerFault('log-halted', `This community's ledger is halted: ${log.halted}. Nothing was charged.`)

/** Writes a batch: one transaction, one fsync. Acks are signed after it. */
export function writeBatch(log: OpenLog, jobs: readonly Job[]): readonly Result<Written, LedgerFault>[] {
  if (log.halted !== null) return jobs.map(() => haltedFault(log))
  let outcomes: readonly Result<Done, LedgerFault>[]
  try {
    outcomes = durably(log, () => {
      const at = timeIn(log)
      closeMonth(log, at)
      return jobs.map(job => execute(log, job, at))
    })
  } catch (cause) {
    const fault = err(faultOf(log.paths.file, cause))
    return jobs.map(() => fault)
  }
  return outcomes.map((outcome, position) =>
    outcome.ok ? ok(written(log, jobs[position] as Job, outcome.value)) : outcome,
  )
}

/** `id` is what the door calls the order; an id of anything else would break the promise that an order counts once. */
export function orderJob(log: OpenLog, envelope: Envelope, id: Uint8Array): Result<Job, LedgerFault> {
  const signed = log.hasher.sha256(signedBytes(envelope.type, envelope.payload))
  if (!equals(id, signed)) return ledgerFault('bad-envelope', 'this is not the order that its id names')
  return ok({
    id,
    bytes: envelope.bytes.length,
    become: at => log.machine.fromOrder(envelope, at, index => show(log, index)),
  })
}

/** A voucher that was read; whether its key signed it is yet to be asked. */
export interface ReadVoucher {
  readonly job: Job
  readonly check: SignatureCheck
}

export function readVoucher(log: OpenLog, bytes: Uint8Array): Result<ReadVoucher, LedgerFault> {
  const decoded = decodeSignedVoucher(bytes)
  if (!decoded.ok) return ledgerFault('bad-envelope', `the voucher cannot be read: ${decoded.error.message}`)
  const { signature, ...voucher }: { signature: Uint8Array } & Voucher = decoded.value
  const message = voucherBytes(log.community, voucher)
  const job: Job = {
    id: log.hasher.sha256(message),
    bytes: bytes.length,
    become: at => log.machine.fromVoucher(voucher, signature, at),
  }
  return ok({ job, check: { publicKey: voucher.channel, message, signature } })
}

export const BAD_VOUCHER = ledgerFault(
  'bad-signature',
  'the signature on this voucher is not by the key of its channel',
)
