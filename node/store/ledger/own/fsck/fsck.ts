import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { equals } from 'uint8arrays/equals'
import { StageError } from '#node/errors.ts'
import type { LogReport } from '#node/ports/ledger.ts'
import type { SignatureChecker } from '#node/ports/signatures.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { createMachine, createSuccessor } from '#src/ledger/machine/create.ts'
import type { Machine } from '#src/ledger/machine/machine.ts'
import type { Rules } from '#src/ledger/rules.ts'
import { asStageError } from '../../../database.ts'
import { faultOf } from '../../shared/faults.ts'
import type { Head } from '../../shared/heads.ts'
import { readHighWater } from '../high-water.ts'
import { readOwnNote } from '../note.ts'
import { rowIn, tablesOf } from '../open-log.ts'
import { pathsOf } from '../options.ts'
import { CrossingCheck } from './crossings.ts'
import { openToRead } from './open-to-read.ts'
import { replay } from './replay.ts'
import { Broken, broken, newTally, sentences, type Tally } from './report.ts'
import { TileCheck } from './tiles.ts'

export interface FsckOptions {
  readonly dataDir: string
  readonly community: Uint8Array
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly signatures: SignatureChecker
  readonly rules: Rules
}

type Found = { -readonly [K in keyof Omit<LogReport, 'checked'>]: LogReport[K] } & { readonly notices: string[] }

function firstState(
  { hasher, rules, community }: FsckOptions,
  { row, snapshots }: ReturnType<typeof tablesOf>,
): Machine {
  const init = { hasher, rules, community }
  if (row.generation === 1) return createMachine(init)
  const successor = createSuccessor(init, snapshots.read(0))
  if (!successor.ok) return broken(`The state that this log began with is damaged: ${successor.error.message}.`)
  return successor.value
}

function checkHeads(
  options: FsckOptions,
  origin: string,
  heads: readonly Head[],
  roots: ReadonlyMap<number, Uint8Array>,
  tally: Tally,
): void {
  for (const { size, root, note } of heads) {
    const signed = readOwnNote(options, options.community, note)
    if (signed === null || signed.origin !== origin)
      broken(`The checkpoint of size ${size} is not signed by this community for this log.`)
    const held = roots.get(size)
    if (held === undefined) broken(`A checkpoint of size ${size} was signed, and the entries end before it.`)
    if (signed.size !== size || !equals(signed.root, root) || !equals(held, root))
      broken(`The checkpoint of size ${size} is not over the entries that are here.`)
    tally.heads++
  }
}

/** What the file beside the database remembers must not be above what the database holds. */
function checkHighWater(options: FsckOptions, found: Found, last: Head, note: string | null): void {
  const signed = note === null ? null : readOwnNote(options, options.community, note)
  if (signed === null) {
    found.notices.push('There is no readable log/high-water; the next start writes it.')
    return
  }
  if (signed.origin !== found.origin) {
    found.notices.push('log/high-water is of another generation of this log.')
    return
  }
  if (signed.size > last.size)
    broken(`This community signed ${signed.size} entries and the database holds ${last.size}: it is an older copy.`)
  if (signed.size === last.size && !equals(signed.root, last.root))
    broken(`Another history of ${signed.size} entries was signed, as log/high-water shows.`)
}

async function check(options: FsckOptions, db: DatabaseSync, found: Found, tally: Tally, highWater: string | null) {
  for (const row of db.prepare('PRAGMA quick_check').all())
    if ((row as { quick_check: string }).quick_check !== 'ok')
      broken(`The database is damaged: ${(row as { quick_check: string }).quick_check}.`)
  const row = rowIn(db) ?? broken('The database holds no log.')
  if (!equals(row.community, options.community)) broken("The log is another community's.")
  found.origin = row.origin
  const tables = tablesOf(db, row, options.hasher)
  const heads = tables.heads.all()
  const last = heads.at(-1) ?? broken('No checkpoint was ever signed.')
  found.entries = tables.entries.size()
  found.signedSize = last.size
  found.finalSize = tables.heads.lastFinal()?.size ?? 0
  const { folder } = pathsOf(options.dataDir)
  const tiles = new TileCheck({ db, log: row.id, hasher: options.hasher, folder, signedSize: last.size, tally })
  const machine = firstState(options, tables)
  const crossings = new CrossingCheck(db, row, options.hasher)
  const headSizes = new Set(heads.map(head => head.size))
  const roots = await replay({ ...options, ...tables, machine, tiles, crossings: crossings.table, headSizes, tally })
  tiles.finish()
  crossings.finish(tally)
  if (tiles.missing > 0) found.notices.push(`${tiles.missing} tile files are missing; the next start writes them.`)
  const executed = tables.entries.executedCount()
  if (executed !== tally.executed)
    broken(`${executed} orders are known as executed, and the entries have ${tally.executed}.`)
  checkHeads(options, row.origin, heads, roots, tally)
  checkHighWater(options, found, last, highWater)
  if (db.prepare('SELECT 1 FROM contradiction').get() !== undefined)
    found.notices.push('The log is halted: a note by its own key contradicts it.')
}

/**
 * Reads everything again and proves it: entries, signatures, state, tree, heads, executed orders, tiles and files.
 * Sound beside a running stage too: it sees the database as it was at one moment. Throws `StageError` when there is no
 * ledger or it cannot be opened; what is wrong inside is the report's `fault`.
 */
export async function fsckLog(options: FsckOptions): Promise<LogReport> {
  const paths = pathsOf(options.dataDir)
  if (!existsSync(paths.file)) throw new StageError('not-found', `There is no ledger in ${options.dataDir}.`)
  const found: Found = { origin: '', entries: 0, signedSize: 0, finalSize: 0, notices: [], fault: null }
  const tally = newTally()
  // Read first: a stage that runs may sign more meanwhile.
  const highWater = readHighWater(paths.highWater)
  const db = openToRead(paths.file)
  try {
    asStageError(paths.file, () => db.exec('BEGIN'))
    await check(options, db, found, tally, highWater)
  } catch (cause) {
    found.fault = cause instanceof Broken ? cause.message : faultOf(paths.file, cause).message
  } finally {
    db.close()
  }
  return { ...found, checked: found.fault === null ? sentences(found.entries, tally) : [] }
}
