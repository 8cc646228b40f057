import { equals } from 'uint8arrays/equals'
import type { SignatureChecker, Verification } from '#node/ports/signatures.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { type CompactRange, EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import type { Machine, ReadEntry, SignatureCheck } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { EntryRow, EntryTable } from '../../shared/entries.ts'
import type { SnapshotTable } from '../../shared/snapshots.ts'
import type { CrossingTable } from '../crossings.ts'
import { broken, type Tally } from './report.ts'
import type { TileCheck } from './tiles.ts'

/** Signatures verified together: enough for several threads to share. */
const SIGNATURES_MAX = 1_024

export interface ReplayOptions {
  readonly hasher: Hasher
  readonly community: Uint8Array
  readonly signatures: SignatureChecker
  readonly entries: EntryTable
  readonly snapshots: SnapshotTable
  readonly machine: Machine
  readonly tiles: TileCheck
  readonly crossings: CrossingTable
  /** Sizes of signed heads. */
  readonly headSizes: ReadonlySet<number>
  readonly tally: Tally
}

/** Signatures gather while entries are replayed; a full batch is verified before the next one begins. */
class Signatures {
  readonly #checker: SignatureChecker
  readonly #tally: Tally
  #checks: SignatureCheck[] = []
  #indexes: number[] = []
  #last: { readonly verification: Verification; readonly indexes: readonly number[] } | null = null

  constructor(checker: SignatureChecker, tally: Tally) {
    this.#checker = checker
    this.#tally = tally
  }

  get isFull(): boolean {
    return this.#checks.length >= SIGNATURES_MAX
  }

  add(index: number, checks: readonly SignatureCheck[]): void {
    for (const check of checks) {
      this.#checks.push(check)
      this.#indexes.push(index)
    }
  }

  /** Awaits the batch before, begins the one that gathered. */
  async turn(): Promise<void> {
    const verification = this.#checker.begin(this.#checks)
    const before = this.#last
    this.#last = { verification, indexes: this.#indexes }
    this.#tally.signatures += this.#checks.length
    this.#checks = []
    this.#indexes = []
    if (before === null) return
    before.verification.help()
    const bad = await before.verification.result
    if (bad !== null) broken(`The signature in entry ${before.indexes[bad]} does not verify.`)
  }

  async finish(): Promise<void> {
    await this.turn()
    await this.turn()
  }
}

function checkSplit(hasher: Hasher, { entry }: ReadEntry, row: EntryRow): void {
  if (entry.kind !== 'receipt' && entry.kind !== 'stream' && entry.kind !== 'transfer-in') return
  const lines = row.lines ?? encodeLines([])
  if (!equals(hasher.sha256(lines), entry.split))
    broken(`The lines kept beside entry ${row.index} are not those that the entry signs for.`)
}

/** What names an entry that is executed once; null for those that have their place by sequence. */
function named({ entry, checks }: ReadEntry): Uint8Array | null {
  if (entry.kind === 'settle') return entry.note
  if (entry.kind === 'net') return entry.document
  if (entry.kind === 'head' || entry.kind === 'transfer-in' || entry.kind === 'transfer-end') return null
  // What the member signed names the order or voucher.
  return checks[0]?.message ?? null
}

function checkExecuted({ hasher, entries, tally }: ReplayOptions, read: ReadEntry, index: number): void {
  const message = named(read)
  if (message === null) return
  if (entries.executedAt(hasher.sha256(message)) !== index)
    broken(`The order in entry ${index} is not known as executed there: it could be executed again.`)
  tally.executed++
}

function checkSnapshot({ snapshots, machine, tally }: ReplayOptions): void {
  const replayed = machine.snapshot()[Symbol.iterator]()
  for (const [key, value] of snapshots.read(machine.size)) {
    const next = replayed.next()
    if (next.done || next.value[0] !== key || !equals(next.value[1], value))
      broken(`The snapshot at ${machine.size} entries differs from the replay at ${JSON.stringify(key)}.`)
  }
  if (!replayed.next().done) broken(`The snapshot at ${machine.size} entries lacks a part of the state.`)
  tally.snapshots++
}

function applyRow(options: ReplayOptions, row: EntryRow): ReadEntry {
  const { hasher, community, machine, tally } = options
  const read = readEntry(hasher, community, row.body)
  if (!read.ok) return broken(`Entry ${row.index} cannot be read: ${read.error.message}.`)
  const { entry } = read.value
  if (entry.kind === 'commit') {
    if (!equals(entry.stateRoot, machine.stateRoot()))
      broken(`The commit at entry ${row.index} has another state root than a full replay.`)
    tally.commits++
  }
  const applied = machine.apply(read.value)
  if (!applied.ok) return broken(`Entry ${row.index} breaks the rules: ${applied.error.message}.`)
  options.crossings.note({ ...applied.value, entry }, machine)
  machine.settle()
  return read.value
}

/** Replays the whole log. Answers the roots at the signed sizes. Throws `Broken` at the first thing that is wrong. */
export async function replay(options: ReplayOptions): Promise<ReadonlyMap<number, Uint8Array>> {
  const { hasher, entries, machine, tiles, headSizes, snapshots, signatures } = options
  const roots = new Map<number, Uint8Array>()
  const snapshotSizes = new Set(snapshots.sizes())
  const queue = new Signatures(signatures, options.tally)
  let range: CompactRange = EMPTY_RANGE
  const note = (): void => {
    if (headSizes.has(range.size)) roots.set(range.size, rangeRoot(hasher, range))
    if (snapshotSizes.has(range.size) && range.size > 0) checkSnapshot(options)
  }
  note()
  for (const row of entries.each(0)) {
    if (row.index !== machine.size) broken(`Entry ${machine.size} is missing.`)
    const read = applyRow(options, row)
    checkSplit(hasher, read, row)
    checkExecuted(options, read, row.index)
    tiles.append(read.leaf, row.body)
    range = extendRange(hasher, range, read.leaf)
    note()
    queue.add(row.index, read.checks)
    if (queue.isFull) await queue.turn()
  }
  await queue.finish()
  return roots
}
