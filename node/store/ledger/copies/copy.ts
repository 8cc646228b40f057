import type { DatabaseSync } from 'node:sqlite'
import { StageError } from '#node/errors.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import { createMachine, createSuccessor, restoreMachine } from '#src/ledger/machine/create.ts'
import type { Applied, Machine, MachineInit } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { transaction } from '../../database.ts'
import { type EntryTable, openEntries } from '../shared/entries.ts'
import { type HeadTable, openHeads } from '../shared/heads.ts'
import type { LogRow } from '../shared/schema.ts'
import { openSnapshots, type SnapshotTable } from '../shared/snapshots.ts'
import { openTiles, type TileTree } from '../shared/tiles.ts'
import { openSeatRow, type SeatRow } from './seat-row.ts'
import { OneAtATime } from './turns.ts'

export interface CopyPorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  readonly rules: Rules
}

/** A snapshot is taken after this many entries, or four times as many as the state has pairs: so that it stays cheap. */
const SNAPSHOT_ENTRIES = 10_000
const SNAPSHOT_PAIRS_TIMES = 4

/** One copied log: its rows, and the state after its last entry, executed here. */
export interface Copy {
  readonly row: LogRow
  readonly entries: EntryTable
  readonly tiles: TileTree
  readonly heads: HeadTable
  readonly snapshots: SnapshotTable
  readonly seat: SeatRow
  /** Whatever changes the copy runs in here. */
  readonly turn: OneAtATime
  /** Entries on the disk. */
  size(): number
  bytes(): number
  /** Executed up to `size()`; opened on first use. */
  machine(): Machine
  /** Mark of the machine just after the last commit leaf, to which an invalid batch is rolled back. */
  commitMark(): number
  /** What was executed of a batch that is not on the disk yet. */
  pending: readonly Applied[]
  /** Entries were written: what the tables say now counts. `commit`: the last of them is one. */
  grew(entries: number, bytes: number, commit: boolean): void
  /** Takes the machine out of memory; what it would cost to open it again is bounded by a snapshot. */
  rest(): void
}

/** Executes stored entries, which were verified before they were stored. Answers the mark after the last commit. */
function replay(machine: Machine, { entries, row }: { entries: EntryTable; row: LogRow }, hasher: Hasher): number {
  let mark = machine.mark()
  for (const { index, body } of entries.each(machine.size)) {
    const read = readEntry(hasher, row.community, body)
    const applied = read.ok ? machine.apply(read.value) : read
    if (!read.ok || !applied.ok)
      throw new StageError(
        'data-folder-unusable',
        `Entry ${index} of a copied log is damaged. Stop the stage, remove followed-logs.db, and the copies are fetched anew.`,
      )
    if (read.value.entry.kind !== 'commit') continue
    machine.settle()
    mark = machine.mark()
  }
  return mark
}

function openMachine(init: MachineInit, snapshots: SnapshotTable): Machine {
  const size = snapshots.sizes().at(-1)
  if (size === undefined) return createMachine(init)
  const restored =
    size === 0 ? createSuccessor(init, snapshots.read(0)) : restoreMachine(init, size, snapshots.read(size))
  if (restored.ok) return restored.value
  throw new StageError('data-folder-unusable', `The state of a copied log is damaged: ${restored.error.message}`)
}

/** Opens the rows of a log. Outside of any transaction. */
export function openCopy(db: DatabaseSync, { hasher, rules }: CopyPorts, row: LogRow): Copy {
  const entries = openEntries(db, row.id)
  const snapshots = openSnapshots(db, row.id)
  const tiles = openTiles(db, row.id, hasher, entries.bodies)
  const counted = db.prepare('SELECT size, bytes FROM copy WHERE log = ?')
  const init: MachineInit = { hasher, rules, community: row.community }
  let { size, bytes } = (counted.get(row.id) as { size: number; bytes: number } | undefined) ?? { size: 0, bytes: 0 }
  let machine: Machine | null = null
  let mark = 0
  let pairs = 0
  tiles.reload(size)

  const opened = (): Machine => {
    if (machine !== null) return machine
    const fresh = openMachine(init, snapshots)
    mark = replay(fresh, { entries, row }, hasher)
    machine = fresh
    return fresh
  }
  const snapshot = (state: Machine): void => {
    const before = snapshots.sizes()
    transaction(db, () => {
      const all = [...state.snapshot()]
      pairs = all.length
      for (const old of before) snapshots.drop(old)
      snapshots.write(state.size, all)
    })
  }
  const since = (): number => size - (snapshots.sizes().at(-1) ?? 0)

  return {
    row,
    entries,
    tiles,
    heads: openHeads(db, row.id),
    snapshots,
    seat: openSeatRow(db, row.id, row.origin),
    turn: new OneAtATime(),
    pending: [],
    size: () => size,
    bytes: () => bytes,
    machine: opened,
    commitMark: () => mark,
    grew(count, moreBytes, commit) {
      size += count
      bytes += moreBytes
      if (machine === null || !commit) return
      machine.settle()
      mark = machine.mark()
      if (since() >= Math.max(SNAPSHOT_ENTRIES, pairs * SNAPSHOT_PAIRS_TIMES)) snapshot(machine)
    },
    rest() {
      if (machine === null) return
      machine.rollback(mark)
      if (machine.size > 0 && machine.size - (snapshots.sizes().at(-1) ?? 0) > 0) snapshot(machine)
      machine = null
      tiles.reload(size)
    },
  }
}
