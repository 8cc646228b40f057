import { existsSync, renameSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import type { GenesisEntry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { createMachine, createSuccessor, restoreMachine } from '#src/ledger/machine/create.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import { openDatabase, transaction } from '../../database.ts'
import { type EntryTable, openEntries } from '../shared/entries.ts'
import { type Head, type HeadTable, openHeads } from '../shared/heads.ts'
import { type LogRow, logRow } from '../shared/schema.ts'
import { openSnapshots, type SnapshotTable } from '../shared/snapshots.ts'
import { openTiles, type TileTree } from '../shared/tiles.ts'
import { appendEntry } from './append.ts'
import { type CrossingTable, openCrossings } from './crossings.ts'
import { readHighWater } from './high-water.ts'
import { readOwnNote, signNote } from './note.ts'
import { LIMITS, type LogPaths, type OwnLogLimits, type OwnLogOptions, pathsOf } from './options.ts'
import { OWN_LOG_MIGRATIONS } from './schema.ts'

/** The open log: its file, and the state of the machine after its last entry. */
export interface OpenLog extends OwnLogOptions {
  readonly limits: OwnLogLimits
  readonly paths: LogPaths
  readonly community: Uint8Array
  readonly db: DatabaseSync
  readonly row: LogRow
  readonly entries: EntryTable
  readonly tree: TileTree
  readonly heads: HeadTable
  readonly snapshots: SnapshotTable
  readonly crossings: CrossingTable
  readonly machine: Machine
  /** Newest head in the file. */
  head: Head
  /** The newest one that is also in the file beside the database: what may leave this machine. */
  signed: Head
  final: Head
  /** Certificate by which the predecessor was closed; null for a first generation. */
  readonly closing: Uint8Array | null
  /** Size of the newest snapshot. */
  snapshotAt: number
  /** Why nothing is signed or appended; null while all is well. */
  halted: string | null
}

const refuse = (file: string, what: string): never => {
  const help = 'Restore its newest backup, or open a successor with `bandstand log succeed`.'
  throw new StageError('conflict', `The ledger in ${file} ${what}. ${help}`)
}

/** A log opened by a stage that died while it changed over to a successor goes on with the successor. */
function finishSuccession(paths: LogPaths): void {
  if (!existsSync(paths.file) && existsSync(paths.next)) renameSync(paths.next, paths.file)
}

export function tablesOf(db: DatabaseSync, row: LogRow, hasher: OwnLogOptions['hasher']) {
  const entries = openEntries(db, row.id)
  const tree = openTiles(db, row.id, hasher, entries.bodies)
  return { row, entries, tree, heads: openHeads(db, row.id), snapshots: openSnapshots(db, row.id) }
}

/** The one log in a ledger's file; null in a new file. */
export function rowIn(db: DatabaseSync): LogRow | null {
  const row = db.prepare('SELECT id, community, origin, generation FROM log ORDER BY generation DESC LIMIT 1').get()
  return (row as LogRow | undefined) ?? null
}

export function genesisOf(
  options: OwnLogOptions,
  more: Pick<GenesisEntry, 'generation' | 'predecessor'>,
): GenesisEntry {
  const { clock, rules, signer } = options
  return {
    kind: 'genesis',
    at: clock.nowMs(),
    network: NETWORK,
    community: signer.publicKey,
    rules: rules.hash,
    ...more,
  }
}

const initOf = ({ hasher, rules, signer }: OwnLogOptions) => ({ hasher, rules, community: signer.publicKey })

/** Writes the genesis, and the head of the empty log, which is the same whoever signs it. Inside a transaction. */
export function beginLog(options: OwnLogOptions, db: DatabaseSync, genesis: GenesisEntry, machine: Machine): void {
  const community = options.signer.publicKey
  const origin = originOf(community, genesis.generation)
  const row = logRow(db, { community, origin, generation: genesis.generation })
  const tables = tablesOf(db, row, options.hasher)
  tables.tree.reload(0)
  const root = tables.tree.root()
  tables.heads.swap(null, { size: 0, root, note: signNote(options, origin, 0, root), final: true })
  const crossings = openCrossings(db, row.id, community, options.hasher)
  const first = appendEntry({ ...options, ...tables, crossings, community, machine }, genesis)
  if (!first.ok) throw new StageError('internal', `The ledger could not begin: ${first.error.message}.`)
  tables.tree.flush()
}

function readSnapshot(options: OwnLogOptions, tables: ReturnType<typeof tablesOf>, size: number): Machine | null {
  const { entries, snapshots } = tables
  if (size === 0) {
    const successor = createSuccessor(initOf(options), snapshots.read(0))
    return successor.ok ? successor.value : null
  }
  const last = entries.row(size - 1)
  const commit = last === null ? null : decodeEntry(last.body)
  if (!commit?.ok || commit.value.kind !== 'commit') return null
  const restored = restoreMachine(initOf(options), size, snapshots.read(size))
  if (!restored.ok) return null
  const { at, epoch, stateRoot } = commit.value
  const { value: machine } = restored
  const same = machine.lastAt === at && machine.epoch === epoch && machine.committed === size
  return same && equals(machine.stateRoot(), stateRoot) ? machine : null
}

/** The machine as a snapshot left it; null when the snapshot is not what the commit before it signed for, or is damaged. */
function fromSnapshot(options: OwnLogOptions, tables: ReturnType<typeof tablesOf>, size: number): Machine | null {
  try {
    return readSnapshot(options, tables, size)
  } catch (cause) {
    if (cause instanceof StageError) return null
    throw cause
  }
}

/**
 * A machine of its own at the newest snapshot of at most `atMost` entries that holds, else at the start: empty, or with
 * the state that a successor began with. A damaged snapshot costs time, nothing else.
 */
export function machineBefore(options: OwnLogOptions, tables: ReturnType<typeof tablesOf>, atMost: number): Machine {
  for (const size of tables.snapshots.sizes().reverse()) {
    const machine = size <= atMost ? fromSnapshot(options, tables, size) : null
    if (machine !== null) return machine
  }
  return createMachine(initOf(options))
}

/** Replays every entry after the newest snapshot. */
function recover(options: OwnLogOptions, tables: ReturnType<typeof tablesOf>): { machine: Machine; from: number } {
  const machine = machineBefore(options, tables, tables.entries.size())
  const from = machine.size
  for (const row of tables.entries.each(from)) {
    const read = readEntry(options.hasher, options.signer.publicKey, row.body)
    const applied = read.ok ? machine.apply(read.value) : read
    if (!applied.ok)
      return refuse(
        pathsOf(options.dataDir).file,
        `has an entry ${row.index} that breaks the rules (${applied.error.message})`,
      )
  }
  machine.settle()
  return { machine, from }
}

/**
 * The signed head must be of exactly the first entries in the file. A log that is behind its own signature would sign
 * another history for a size that others hold already, so it must not run.
 */
function checkedHead(options: OwnLogOptions, { row, heads, tree }: ReturnType<typeof tablesOf>): Head {
  const { file } = pathsOf(options.dataDir)
  const head = heads.last()
  if (head === null) return refuse(file, `holds ${tree.size()} entries but no signed checkpoint`)
  if (head.size > tree.size())
    return refuse(file, `holds ${tree.size()} entries, but this community signed ${head.size}`)
  const signed = readOwnNote(options, options.signer.publicKey, head.note)
  if (signed === null || signed.origin !== row.origin)
    return refuse(file, 'has a checkpoint that this community did not sign')
  const root = tree.root(head.size)
  if (!equals(root, head.root) || !equals(root, signed.root) || signed.size !== head.size)
    return refuse(file, 'does not match its signed checkpoint')
  return head
}

function ensureLog(options: OwnLogOptions, db: DatabaseSync): LogRow {
  const { file, highWater } = pathsOf(options.dataDir)
  const held = rowIn(db)
  if (held !== null) {
    if (!equals(held.community, options.signer.publicKey)) return refuse(file, "is another community's")
    return held
  }
  if (readHighWater(highWater) !== null)
    return refuse(file, 'is empty or missing, but this community signed a longer one')
  transaction(db, () => {
    if (rowIn(db) !== null) return
    const genesis = genesisOf(options, { generation: 1, predecessor: null })
    beginLog(options, db, genesis, createMachine(initOf(options)))
  })
  return rowIn(db) ?? refuse(file, 'could not be begun')
}

function closingOf(db: DatabaseSync, row: LogRow): Uint8Array | null {
  const held = db.prepare('SELECT certificate FROM closing WHERE log = ?').get(row.id)
  return (held as { certificate: Uint8Array } | undefined)?.certificate ?? null
}

/** Opens the log, creating it when the folder has none. Throws `StageError` 'conflict' | 'data-folder-unusable' | 'disk-full'. */
export function openLog(options: OwnLogOptions): OpenLog {
  const paths = pathsOf(options.dataDir)
  finishSuccession(paths)
  if (!existsSync(paths.file) && readHighWater(paths.highWater) !== null)
    return refuse(paths.file, 'is missing, but this community signed it')
  const db = openDatabase(paths.file, OWN_LOG_MIGRATIONS, 'FULL')
  try {
    const tables = tablesOf(db, ensureLog(options, db), options.hasher)
    // One view of the file: another process must not append between the reads.
    return transaction(db, () => {
      tables.tree.reload(tables.entries.size())
      const { machine, from } = recover(options, tables)
      const head = checkedHead(options, tables)
      return {
        ...options,
        ...tables,
        crossings: openCrossings(db, tables.row.id, tables.row.community, options.hasher),
        limits: { ...LIMITS, ...options.limits },
        paths,
        community: options.signer.publicKey,
        db,
        machine,
        head,
        signed: head,
        final: tables.heads.lastFinal() ?? head,
        closing: closingOf(db, tables.row),
        snapshotAt: from,
        halted: null,
      }
    })
  } catch (cause) {
    db.close()
    throw cause
  }
}
