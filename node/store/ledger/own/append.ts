import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import type { DivisionLine } from '#src/ledger/rules.ts'
import { transaction } from '../../database.ts'
import type { EntryTable } from '../shared/entries.ts'
import type { TileTree } from '../shared/tiles.ts'
import type { CrossingTable } from './crossings.ts'
import type { OpenLog } from './open-log.ts'

/** An entry as it was appended: not durable until its transaction is. */
export interface Appended {
  readonly index: number
  readonly entry: Entry
  readonly bytes: Uint8Array
  readonly leaf: Uint8Array
  readonly lines: readonly DivisionLine[]
}

interface Appender {
  readonly hasher: Hasher
  readonly community: Uint8Array
  readonly machine: Machine
  readonly entries: EntryTable
  readonly tree: TileTree
  readonly crossings: CrossingTable
}

/** Executes one entry and writes it. Inside `durably`: a refusal changes nothing. */
export function appendEntry(log: Appender, entry: Entry): Result<Appended, RuleFault> {
  const bytes = encodeEntry(entry)
  const read = readEntry(log.hasher, log.community, bytes)
  if (!read.ok) return read
  const applied = log.machine.apply(read.value)
  if (!applied.ok) return applied
  const { index, lines, postings } = applied.value
  const { leaf } = read.value
  log.entries.put({ index, body: bytes, lines: lines.length === 0 ? null : encodeLines(lines) })
  log.tree.append(leaf)
  log.crossings.note({ index, entry, postings }, log.machine)
  return ok({ index, entry, bytes, leaf, lines })
}

/**
 * What is in memory must be what is in the file: a second process that appended, or a file that was replaced, would make
 * two histories. The first row of the last entry tells.
 */
function assertAlone(log: OpenLog): void {
  const size = log.entries.size()
  const head = log.heads.last()
  if (size === log.tree.size() && head?.size === log.head.size && equals(head.root, log.head.root)) return
  log.halted = `${log.paths.file} was changed by another process; stop it, then start this stage again`
  throw new StageError('log-halted', `The ledger is halted: ${log.halted}.`)
}

/**
 * Runs `work` in one durable transaction, over file, tree and machine alike: when it throws or the disk refuses, none of
 * them has changed. What it returns may leave this machine only after.
 */
export function durably<T>(log: OpenLog, work: () => T): T {
  const size = log.tree.size()
  const mark = log.machine.mark()
  try {
    const result = transaction(log.db, () => {
      assertAlone(log)
      const value = work()
      log.tree.flush()
      return value
    })
    log.machine.settle()
    return result
  } catch (cause) {
    log.machine.rollback(mark)
    try {
      log.tree.reload(size)
    } catch {
      log.halted = `${log.paths.file} could not be read again after a failed write`
    }
    throw cause
  }
}
