import { compare } from 'uint8arrays/compare'
import { toString as toText } from 'uint8arrays/to-string'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import {
  type Bundle,
  type BundleEntry,
  type BundleLeaf,
  type BundleLine,
  type BundleStatement,
  encodeBundle,
} from '#protocols/ledger/v1/bundle.ts'
import { BUNDLE_BYTES_MAX, BUNDLE_PARTS_MAX } from '#protocols/ledger/v1/bundle-file.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import { formatTlogProof } from '#protocols/ledger/v1/tlog-proof.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { encodeStatement } from '#src/ledger/machine/statement.ts'
import { inclusionProof, leafHash } from '#src/ledger/merkle.ts'
import type { Collected, CollectedAgreement, CollectedClose } from './collect.ts'
import { memoryTree } from './memory-tree.ts'
import { type Subject, subjectText } from './subject.ts'

export interface BundleInit {
  readonly hasher: Hasher
  readonly subject: Subject
  readonly collected: Collected
  /** Certified note, with no other lines than the log's and its seats', and its tree size. */
  readonly checkpoint: string
  readonly size: number
  /** Signed charters up to the epoch of the checkpoint's commit, oldest first. */
  readonly charters: readonly Uint8Array[]
  /** Entry bytes, and audit path in the tree of `size`. */
  /** Most parts of the file; `BUNDLE_PARTS_MAX` unless a test says otherwise. */
  readonly partsMax?: number
  readonly leaf: (index: number) => { readonly entry: Uint8Array; readonly path: readonly Uint8Array[] }
}

/** Room for the parts of which there are few: closes, commits, statements, charters, terms, signatures. */
const FEW = 10_000

interface OwnClose {
  readonly close: CollectedClose
  readonly statements: readonly Omit<BundleStatement, 'close'>[]
  readonly lines: readonly (readonly BundleLine[])[]
}

/** The subject's statements among those of one close, with the lines of each. */
function ownStatements({ hasher, collected }: BundleInit, close: CollectedClose, from: number): OwnClose {
  const { book, entries } = collected
  const values = close.statements.map(encodeStatement)
  const read = memoryTree(
    hasher,
    values.map(value => leafHash(hasher, value)),
  )
  const own = close.statements.flatMap((statement, position) =>
    book.belongs(statement.holder) ? [{ statement, position }] : [],
  )
  const within = entries.filter(entry => entry.index >= from && entry.index < close.index)
  return {
    close,
    statements: own.map(({ position }) => ({
      position,
      value: values[position] ?? new Uint8Array(0),
      path: inclusionProof(hasher, read, position, values.length),
    })),
    lines: own.map(({ statement }) =>
      within.flatMap(entry =>
        entry.postings
          .filter(one => one.holder === statement.holder && one.asset === statement.asset)
          .map(({ amount, tag, party }) => ({ statement: 0, index: entry.index, amount, tag, party })),
      ),
    ),
  }
}

/** The agreements that these entries were divided by, and those nested in them; or the hash of one that this log does not hold. */
function agreementsOf(collected: Collected, indexes: ReadonlySet<number>): Result<CollectedAgreement[], string> {
  let missing: string | null = null
  const needed = new Map<string, CollectedAgreement>()
  const need = (hash: string): void => {
    const agreement = collected.agreements.get(hash)
    if (agreement === undefined) missing = hash
    if (agreement === undefined || needed.has(hash)) return
    needed.set(hash, agreement)
    for (const inner of agreement.compiled.nested) need(toText(inner, 'base16'))
  }
  for (const { index, agreement } of collected.entries)
    if (agreement !== null && indexes.has(index)) need(toText(agreement, 'base16'))
  return missing === null ? ok([...needed.values()]) : err(missing)
}

const sorted = (all: readonly Uint8Array[]): Uint8Array[] => [...all].sort(compare)

function leaves(init: BundleInit, closes: readonly OwnClose[]): Pick<Bundle, 'proof' | 'closes' | 'commits'> {
  const leafOf = (index: number): BundleLeaf => ({ index, ...init.leaf(index) })
  const last = closes.at(-1)?.close.index ?? 0
  const after = closes.map(({ close }) => init.collected.commits.find(commit => commit > close.index) ?? init.size - 1)
  const commits = [...new Set([...after, init.size - 1])].sort((a, b) => a - b)
  const { path } = init.leaf(last)
  return {
    proof: formatTlogProof({ extra: null, index: last, path, checkpoint: init.checkpoint }),
    closes: closes.map(({ close }) => (close.index === last ? { ...leafOf(last), path: [] } : leafOf(close.index))),
    commits: commits.map(leafOf),
  }
}

function entriesOf(collected: Collected, indexes: ReadonlySet<number>): BundleEntry[] {
  return collected.entries
    .filter(entry => indexes.has(entry.index))
    .map(({ index, bytes, lines, agreement }) => ({
      index,
      entry: bytes,
      division: agreement === null && lines.length === 0 ? null : encodeLines(lines),
    }))
}

/** The file for one subject and period. Refused in plain words when no part with a statement of it is closed and certified yet. */
export function buildBundle(init: BundleInit): Result<Uint8Array, string> {
  const { collected, size, subject, charters } = init
  const { period } = collected.book
  let from = 0
  const all: OwnClose[] = []
  for (const close of collected.closes) {
    if (close.index < size) all.push(ownStatements(init, close, from))
    from = close.index
  }
  const closes = all.filter(one => one.statements.length > 0)
  if (closes.length === 0) {
    const pending = collected.closes.some(close => close.index >= size)
    return err(
      pending
        ? `The close of ${period} is not certified yet. Ask again in a moment.`
        : collected.closes.length === 0
          ? `${period} is not closed yet, and a bundle proves what is closed. Close it first: bandstand log close-period`
          : `Nothing moved for ${subjectText(subject)} in the closed parts of ${period}.`,
    )
  }
  const statements = closes.flatMap((one, close) => one.statements.map(statement => ({ close, ...statement })))
  const lines = closes
    .flatMap(one => one.lines)
    .flatMap((some, statement) => some.map(line => ({ ...line, statement })))
  const indexes = new Set(lines.map(line => line.index))
  if (lines.length + indexes.size > (init.partsMax ?? BUNDLE_PARTS_MAX) - FEW)
    return err(
      `${lines.length} movements are more than one bundle holds. Close the month in parts, or ask for the CSV.`,
    )
  const found = agreementsOf(collected, indexes)
  if (!found.ok)
    return err(
      `The agreement ${found.error.slice(0, 8)}… was signed in the log before this one, so a bundle of this log cannot carry its terms. Ask for the CSV, or amend it here.`,
    )
  const agreements = found.value
  const bundle: Bundle = {
    subject: subjectText(subject),
    period,
    ...leaves(init, closes),
    charters,
    statements,
    lines,
    entries: entriesOf(collected, indexes),
    terms: sorted(agreements.map(one => one.proposal)),
    signatures: sorted(agreements.flatMap(one => one.signatures)),
  }
  const file = encodeBundle(data => init.hasher.sha256(data), bundle)
  return file.length > BUNDLE_BYTES_MAX
    ? err(`${file.length} bytes are more than one bundle holds. Close the month in parts, or ask for the CSV.`)
    : ok(file)
}
