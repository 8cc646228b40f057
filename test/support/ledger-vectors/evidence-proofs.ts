import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { type Evidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { divergenceOf } from '#src/ledger/committee/evidence-build.ts'
import { testAuthor } from '../author.ts'
import type { LedgerWriter } from '../ledger-writer.ts'
import { ackOf, branch, community, historyOf, noteOver, pay, peaksOf, seats } from './proven-log.ts'

/** Bytes in hex, or a note as text. `charter` is signed, and in force; its committee is that of `community`'s log. */
export interface ProofVector {
  readonly kind: 'evidence' | 'committee' | 'certificate' | 'handover' | 'closing'
  readonly name: string
  readonly hex?: string
  readonly text?: string
  readonly charter?: string
  readonly community?: string
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const [a, b] = seats
const stranger = testAuthor(70)

/** Of each kind, evidence that convicts and evidence that does not. */
export function evidenceVectors(): ProofVector[] {
  const [one, other, longer] = [branch(pay(2, 1n)), branch(pay(3, 1n)), branch(pay(3, 1n), pay(4, 1n))]
  const grown = branch(pay(2, 1n), pay(5, 1n))
  const judged = (name: string, evidence: Evidence): ProofVector => ({
    kind: 'evidence',
    name,
    hex: hexOf(encodeEvidence(evidence)),
  })
  const two = (x: LedgerWriter, y: LedgerWriter, by: Parameters<typeof noteOver>[1] = {}) => ({
    community,
    first: noteOver(x.entries, by),
    second: noteOver(y.entries, by),
    divergence: x.entries.length === y.entries.length ? null : divergenceOf(historyOf(x.entries), historyOf(y.entries)),
  })
  const fork = { kind: 'fork', ...two(one, other) } as const
  return [
    judged('a fork at one size', fork),
    judged('a fork at two sizes', { kind: 'fork', ...two(one, longer) }),
    judged('two heads of one history', { kind: 'fork', ...two(one, grown) }),
    judged('two heads of one size and root', { ...fork, second: fork.first }),
    judged('a fork whose second note another key signed', { ...fork, second: noteOver(other.entries, { by: a }) }),
    judged('a double cosignature', { kind: 'double-cosign', ...two(one, other, { cosigned: [a] }), seat: a.publicKey }),
    judged('a double cosignature on notes that the log did not sign', {
      kind: 'double-cosign',
      ...two(one, other, { by: stranger, cosigned: [a] }),
      seat: a.publicKey,
    }),
    judged('a double cosignature by another seat than is accused', {
      kind: 'double-cosign',
      ...two(one, other, { cosigned: [a] }),
      seat: b.publicKey,
    }),
    judged('two cosignatures on one history', {
      kind: 'double-cosign',
      ...two(one, grown, { cosigned: [a] }),
      seat: a.publicKey,
    }),
    ...transitions(judged),
    ...promises(judged, one, other),
  ]
}

type Judged = (name: string, evidence: Evidence) => ProofVector

function transitions(judged: Judged): ProofVector[] {
  const log = branch()
  const snapshot = [...log.machine.snapshot()]
  const from = log.entries.length - 1
  pay(2, 1n)(log)
  const wrong = log.machine.commit(log.clock.at, 1)
  const bad = [...log.entries, encodeEntry({ ...wrong, stateRoot: new Uint8Array(32) } as typeof wrong)]
  const good = [...log.entries, encodeEntry(wrong)]
  const early = [...log.entries]
  const of = (entries: readonly Uint8Array[], note = noteOver(entries, { cosigned: [a, b] })) =>
    ({
      kind: 'invalid-transition',
      community,
      note,
      from,
      peaks: peaksOf(entries, from),
      entries: entries.slice(from),
      snapshot,
    }) as const
  return [
    judged('a commit on another state than the entries lead to, and two seats that cosigned it', of(bad)),
    judged('the same from the genesis on', { ...of(bad), from: 0, peaks: [], entries: bad, snapshot: [] }),
    judged('a head that ends with no commit', of(early)),
    judged('a batch that is valid', of(good)),
    judged('a state that is not the one under the commit', { ...of(bad), snapshot: snapshot.slice(1) }),
    judged('a batch that is not under the note', { ...of(bad), note: noteOver(good) }),
  ]
}

function promises(judged: Judged, one: LedgerWriter, other: LedgerWriter): ProofVector[] {
  const index = 3
  const history = historyOf(one.entries)
  const base = { kind: 'broken-promise', community, note: noteOver(one.entries) } as const
  const replaced = { how: 'replaced', leaf: history.leafAt(index), proof: history.prove(index, history.size) } as const
  const late = branch(pay(2, 1n, 10_001))
  const end = historyOf(late.entries)
  const last = end.size - 1
  const missing = {
    how: 'missing',
    commit: late.entries[last] ?? new Uint8Array(0),
    proof: end.prove(last, end.size),
  } as const
  const broken = { ...base, ack: ackOf(index, historyOf(other.entries).leafAt(index)), breach: replaced }
  const lacking = { ...base, note: noteOver(late.entries), ack: ackOf(end.size, new Uint8Array(32)), breach: missing }
  const soon = branch(pay(2, 1n, 10_000))
  const until = historyOf(soon.entries)
  return [
    judged('another entry at the promised place', broken),
    judged('a log that ends below the promised place after the deadline', lacking),
    judged('a promise that was kept', { ...broken, ack: ackOf(index, history.leafAt(index)) }),
    judged('a log that ends below the promised place at the deadline', {
      ...lacking,
      note: noteOver(soon.entries),
      breach: {
        how: 'missing',
        commit: soon.entries[until.size - 1] ?? new Uint8Array(0),
        proof: until.prove(until.size - 1, until.size),
      },
    }),
    judged('a promise that another key signed', { ...broken, ack: ackOf(index, new Uint8Array(32), stranger) }),
  ]
}
