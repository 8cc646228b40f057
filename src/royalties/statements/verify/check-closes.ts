import { equals } from 'uint8arrays/equals'
import type { Bundle, BundleLeaf } from '#protocols/ledger/v1/bundle.ts'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import type { CommitEntry, PeriodCloseEntry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { checkLeaf, type Head, type Ports } from './check-head.ts'
import { refuse, type Step } from './refusal.ts'

/** A closed part of the period, with the commit that fixed the state after it. */
export interface Close {
  readonly index: number
  readonly entry: PeriodCloseEntry
  readonly commit: CommitEntry
}

function readClose(ports: Ports, head: Head, bundle: Bundle, ordinal: number, leaf: BundleLeaf): PeriodCloseEntry {
  const part = partName('close', ordinal)
  const last = ordinal === bundle.closes.length - 1
  if (last && leaf.path.length > 0)
    refuse(part, 'the last close is proven by the tlog-proof and carries no path of its own')
  if (last && leaf.index !== head.index) refuse(part, `the tlog-proof is about entry ${head.index}, not ${leaf.index}`)
  checkLeaf(ports, head.checkpoint, part, last ? { ...leaf, path: head.path } : leaf)
  const read = decodeEntry(leaf.entry)
  if (!read.ok) return refuse(part, read.error.message)
  const entry = read.value
  if (entry.kind !== 'period-close') return refuse(part, 'this entry closes no period')
  if (entry.period !== bundle.period)
    return refuse(partName('about', 0), `it says ${bundle.period}, and the log closed ${entry.period}`)
  return entry
}

function readCommit(ports: Ports, head: Head, ordinal: number, leaf: BundleLeaf): CommitEntry {
  const part = partName('commit', ordinal)
  checkLeaf(ports, head.checkpoint, part, leaf)
  const read = decodeEntry(leaf.entry)
  if (!read.ok) return refuse(part, read.error.message)
  return read.value.kind === 'commit' ? read.value : refuse(part, 'this entry is no commit')
}

function ascending(leaves: readonly BundleLeaf[], kind: 'close' | 'commit'): void {
  for (const [ordinal, leaf] of leaves.entries())
    if (ordinal > 0 && leaf.index <= (leaves[ordinal - 1]?.index ?? 0))
      refuse(partName(kind, ordinal), 'it is out of order')
}

/** Every close stands in the log, belongs to the period, and has the commit that follows it in the file. */
export function checkCloses(ports: Ports, head: Head, bundle: Bundle): Close[] {
  const { closes, commits } = bundle
  if (closes.length === 0) refuse(partName('close', 0), 'it is missing')
  ascending(closes, 'close')
  ascending(commits, 'commit')
  const read = commits.map((leaf, ordinal) => ({ index: leaf.index, entry: readCommit(ports, head, ordinal, leaf) }))
  const used = new Set([commits.length - 1])
  const out = closes.map((leaf, ordinal): Close => {
    const entry = readClose(ports, head, bundle, ordinal, leaf)
    const after = read.findIndex(commit => commit.index > leaf.index)
    const commit = read[after]
    if (commit === undefined) return refuse(partName('close', ordinal), 'no commit in the file follows it')
    if (commit.entry.previous > leaf.index)
      refuse(partName('commit', after), `it does not cover entry ${leaf.index}: another commit came before`)
    used.add(after)
    return { index: leaf.index, entry, commit: commit.entry }
  })
  for (const ordinal of commits.keys())
    if (!used.has(ordinal)) refuse(partName('commit', ordinal), 'no close in the file needs it')
  return out
}

export function closesStep(closes: readonly Close[], rules: Uint8Array | null): Step {
  const parts = closes.map(close => `part ${close.entry.part + 1} at entry ${close.index}`).join(', ')
  const same = rules !== null && closes.every(close => equals(close.commit.rules, rules))
  return {
    said: `${closes.length === 1 ? 'The period-close stands' : `${closes.length} period-closes stand`} in the signed log`,
    detail: `${parts}; ${same ? 'the commit after names the rules that this program runs' : 'the commit after names other rules than this program runs'}`,
    checked: true,
  }
}
