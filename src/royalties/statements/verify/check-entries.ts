import { equals } from 'uint8arrays/equals'
import { toString as toText } from 'uint8arrays/to-string'
import type { Bundle, BundleEntry, BundleLine } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeLines, type SplitLine } from '#protocols/ledger/v1/split.ts'
import type { ReadEntry } from '#src/ledger/machine/machine.ts'
import { readEntry } from '#src/ledger/machine/read-entry.ts'
import type { Head, Ports } from './check-head.ts'
import type { ProvenStatement } from './check-statements.ts'
import { refuse } from './refusal.ts'

/** An entry that lines stand on, read and its signatures checked. */
export interface ProvenEntry {
  readonly ordinal: number
  readonly index: number
  readonly read: ReadEntry
  /** Who got what; empty for an entry that divides nothing. */
  readonly division: readonly SplitLine[]
  /** Hex of the agreement that it was divided by. */
  readonly agreement: string | null
}

type Divided = Extract<Entry, { readonly split: Uint8Array }>

const isDivided = (entry: Entry): entry is Divided =>
  entry.kind === 'receipt' || entry.kind === 'stream' || (entry.kind === 'transfer-in' && entry.outcome === 'delivered')

function readDivision(ports: Ports, part: string, { entry }: ReadEntry, division: Uint8Array | null): SplitLine[] {
  const divides = isDivided(entry)
  if (!divides && division === null) return []
  if (!divides || division === null) return refuse(part, divides ? 'its division is missing' : 'it divides nothing')
  if (!equals(ports.hasher.sha256(division), entry.split))
    return refuse(part, 'the division beside it is not the one that the entry fixed')
  const lines = decodeLines(division)
  return lines.ok ? lines.value : refuse(part, `its division: ${lines.error.message}`)
}

function readOne(ports: Ports, head: Head, ordinal: number, { index, entry, division }: BundleEntry): ProvenEntry {
  const part = partName('entry', ordinal)
  const read = readEntry(ports.hasher, head.community, entry)
  if (!read.ok) return refuse(part, read.error.message)
  for (const { publicKey, message, signature } of read.value.checks)
    if (!ports.verifier.verify(publicKey, message, signature))
      refuse(part, 'the signature that it stands on does not verify')
  const value = read.value.entry
  const agreement = value.kind === 'receipt' || value.kind === 'stream' ? toText(value.agreement, 'base16') : null
  return { ordinal, index, read: read.value, division: readDivision(ports, part, read.value, division), agreement }
}

export function readEntries(ports: Ports, head: Head, bundle: Bundle): Map<number, ProvenEntry> {
  const out = new Map<number, ProvenEntry>()
  let before = -1
  for (const [ordinal, entry] of bundle.entries.entries()) {
    if (entry.index <= before) refuse(partName('entry', ordinal), 'it is out of order')
    before = entry.index
    out.set(entry.index, readOne(ports, head, ordinal, entry))
  }
  const used = new Set(bundle.lines.map(line => line.index))
  for (const { index, ordinal } of out.values())
    if (!used.has(index)) refuse(partName('entry', ordinal), 'no line stands on it')
  return out
}

/**
 * What a payment credited appears in its division, word for word; what left an account appears in no division, nor does the
 * haircut of one that came from another community.
 */
function checkLine(part: string, statement: ProvenStatement, line: BundleLine, { index, division }: ProvenEntry): void {
  // What the close before moved itself counts in this part.
  if (index < statement.close.entry.from - 1 || index >= statement.close.index)
    refuse(part, `entry ${index} lies outside the closed part`)
  if (division.length === 0 || line.amount < 0n || line.tag === 'haircut') return
  const found = division.some(
    one =>
      one.holder === statement.holder && one.amount === line.amount && one.tag === line.tag && one.party === line.party,
  )
  if (!found) refuse(part, `entry ${index} divides otherwise`)
}

/** The lines of one statement with the fingerprints of the entries behind them. */
export function linesOf(
  bundle: Bundle,
  statement: ProvenStatement,
  entries: ReadonlyMap<number, ProvenEntry>,
): { readonly line: BundleLine; readonly leaf: Uint8Array }[] {
  const out: { line: BundleLine; leaf: Uint8Array }[] = []
  for (const [ordinal, line] of bundle.lines.entries()) {
    if (line.statement !== statement.ordinal) continue
    const part = partName('line', ordinal)
    const entry = entries.get(line.index)
    if (entry === undefined) return refuse(part, `entry ${line.index} is not in the file`)
    checkLine(part, statement, line, entry)
    out.push({ line, leaf: entry.read.leaf })
  }
  return out
}
