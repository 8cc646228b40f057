import { StageError } from '#node/errors.ts'
import type { LedgerFault, Sequencing } from '#node/ports/ledger.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { RENEWAL_MS } from '#src/ledger/machine/commits.ts'
import { periodOf } from '#src/ledger/machine/period.ts'
import { consistencyProof } from '#src/ledger/merkle.ts'
import { transaction } from '../../database.ts'
import { faultOf } from '../shared/faults.ts'
import type { Head } from '../shared/heads.ts'
import { appendEntry, durably } from './append.ts'
import { writeHighWater } from './high-water.ts'
import { signNote } from './note.ts'
import type { OpenLog } from './open-log.ts'
import { closeMonth, haltedFault, timeIn } from './orders.ts'
import { takeSnapshot } from './snapshot.ts'

/** Heads kept beside the last final one: those that seats may still be asked about. */
const HEADS_KEPT = 64
/** A C2SP verifier must accept 16 signatures on a note; more are left out. */
const SIGNATURE_LINES_MAX = 16

/** Whether there is anything that a commit would cover, or a month to close. */
const waits = (log: OpenLog): boolean =>
  log.machine.size > log.machine.committed || periodOf(timeIn(log)) > log.machine.period

/** Whether a commit right after the last one would be taken: it says the same of a later time. */
const renewable = ({ machine, clock }: OpenLog): boolean =>
  machine.committed > 0 && clock.nowMs() - machine.lastAt >= RENEWAL_MS

/** The commit leaf and the head over it, in one transaction: a size and its signature are durable together or not at all. */
function signNext(log: OpenLog, epoch: number): Head {
  const { machine, row, tree, heads } = log
  return durably(log, () => {
    const at = timeIn(log)
    closeMonth(log, at)
    const commit = appendEntry(log, machine.commit(at, epoch))
    if (!commit.ok) throw new StageError('conflict', `The commit was refused: ${commit.error.message}.`)
    const size = tree.size()
    const root = tree.root()
    const head: Head = { size, root, note: signNote(log, row.origin, size, root), final: epoch === 0 }
    heads.swap(log.head.size, head)
    heads.prune(HEADS_KEPT)
    return head
  })
}

/** What is needed before a signature may leave: the database has it, and so does the file beside it. */
function publish(log: OpenLog): { size: number; note: string } {
  const { head } = log
  writeHighWater(log.paths.highWater, head.note)
  log.signed = head
  if (head.final) log.final = head
  return { size: head.size, note: head.note }
}

/** The head is signed already: a state that cannot be kept costs the next start time, nothing else. */
function keepState(log: OpenLog): void {
  try {
    takeSnapshot(log)
  } catch (cause) {
    log.warn?.(`the state was not kept (${faultOf(log.paths.file, cause).message}); the next start replays more`)
  }
}

export function commit(
  log: OpenLog,
  epoch: number,
  renew = false,
): Result<{ size: number; note: string } | null, LedgerFault> {
  if (log.halted !== null) return haltedFault(log)
  try {
    // A disk that refused the file beside the database has room again, or refuses again.
    if (log.signed.size < log.head.size) return ok(publish(log))
    if (!waits(log) && !(renew && renewable(log))) return ok(null)
    log.head = signNext(log, epoch)
    const signed = publish(log)
    keepState(log)
    return ok(signed)
  } catch (cause) {
    return err(faultOf(log.paths.file, cause))
  }
}

const linesOf = (note: string): string[] =>
  note
    .slice(note.lastIndexOf('\n\n') + 2)
    .split('\n')
    .filter(Boolean)

/** The head becomes final, and its note carries the lines from now on. */
export function certify(log: OpenLog, size: number, lines: readonly string[]): string {
  const head = log.heads.get(size)
  if (head === null) throw new StageError('not-found', `No signed head of size ${size} is kept.`)
  const held = linesOf(head.note)
  const fresh = lines.map(line => line.trimEnd()).filter(line => !held.includes(line))
  const added = [...new Set(fresh)].slice(0, SIGNATURE_LINES_MAX - held.length)
  const note = `${head.note}${added.map(line => `${line}\n`).join('')}`
  transaction(log.db, () => log.heads.amend(size, note, true))
  const final: Head = { ...head, note, final: true }
  if (size >= log.final.size) log.final = final
  if (size === log.signed.size) log.signed = final
  if (size === log.head.size) log.head = final
  return note
}

export function submission(log: OpenLog, from: number): ReturnType<Sequencing['submission']> {
  const { size, note } = log.signed
  if (from < 0 || from > size) throw new StageError('bad-request', `The newest signed head has ${size} entries.`)
  const { hasher, tree, entries, row } = log
  const consistency = consistencyProof(hasher, tree.node, from, size)
  const closing = from === 0 ? log.closing : null
  return {
    origin: row.origin,
    from,
    entries: entries.bodies(from, size - from),
    note,
    consistency,
    handovers: [],
    closing,
  }
}
