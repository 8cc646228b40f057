import { encodeClosing } from '#protocols/ledger/v1/close.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { type Evidence, encodeEvidence } from '#protocols/ledger/v1/evidence.ts'
import { closeStatement, orderedStatements } from '#src/ledger/committee/closing.ts'
import { divergenceOf } from '#src/ledger/committee/evidence-build.ts'
import { type TestAuthor, testAuthor } from '../author.ts'
import type { LedgerWriter } from '../ledger-writer.ts'
import {
  ackOf,
  branch,
  charterOf,
  community,
  desk,
  historyOf,
  noteOver,
  origin,
  pay,
  peaksOf,
  seats,
} from './proven-log.ts'

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
const [a, b, c, d] = seats
const stranger = testAuthor(70)

/** Four seats of weight 1, and the community itself, which gets none. */
const four = charterOf(
  [...seats, desk].map((by, n) => [by, `operator ${n}`, 100] as const),
  { seats: 4 },
)

function evidenceVectors(): ProofVector[] {
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

function committeeVectors(): ProofVector[] {
  const many = (stakes: readonly number[], operator = (n: number) => `operator ${n}`) =>
    stakes.map((stake, n) => [testAuthor(80 + n), operator(n), stake] as const)
  const judged = (name: string, charter: Uint8Array, of: Uint8Array | null = community): ProofVector => ({
    kind: 'committee',
    name,
    charter: hexOf(charter),
    ...(of === null ? {} : { community: hexOf(of) }),
  })
  const own = [desk, 'us', 1] as const
  return [
    judged('three others: the log certifies itself', charterOf([own, ...many([1, 1, 1])])),
    judged('four of four', four),
    judged('six others, and 4 seats', charterOf([own, ...many([5, 4, 3, 2, 1, 1])])),
    judged(
      '21 seats, and two operators at the cap of 3',
      charterOf([own, ...many([900, 500, 90, 80, 70, 60, 50, 40])]),
    ),
    judged(
      'largest remainders over 30 members',
      charterOf(many(Array.from({ length: 30 }, (_, n) => 90 + ((n * 7) % 20)))),
    ),
    judged(
      'an operator of three members, whose seats go to them by stake',
      charterOf([own, ...many([50, 30, 20, 60, 60, 60, 60, 60, 60], n => (n < 3 ? 'many' : `operator ${n}`))]),
    ),
    judged(
      "other communities of the log's own operator get nothing",
      charterOf([own, [a, 'us', 1_000], ...many([1, 1, 1, 1, 1, 1, 1])]),
    ),
    judged('13 seats at most', charterOf([own, ...many([1, 2, 3, 4, 5, 6, 7, 8])], { seats: 13 })),
    judged("the federation's own committee", charterOf([own, ...many([3, 3, 3, 3, 3, 3])]), null),
  ]
}

function headVectors(): ProofVector[] {
  const { entries } = branch(pay(2, 1n))
  const note = (
    kind: 'certificate' | 'handover',
    name: string,
    signers: Parameters<typeof noteOver>[1],
  ): ProofVector => ({
    kind,
    name,
    text: noteOver(entries, signers),
    charter: hexOf(four),
  })
  const last = (by: TestAuthor): NonNullable<Parameters<typeof noteOver>[1]> => ({ cosigned: [by] })
  const twice = noteOver(entries, last(a)).trimEnd().split('\n').at(-1) ?? ''
  return [
    note('certificate', 'three of four seats', { cosigned: [a, c, d] }),
    note('certificate', 'all four seats', { cosigned: [d, c, b, a] }),
    note('certificate', 'two of four seats', { cosigned: [a, b] }),
    note('certificate', 'two seats and a stranger', { cosigned: [a, b, stranger] }),
    note('certificate', "two seats and the community's own cosignature", { cosigned: [a, b, desk] }),
    {
      ...note('certificate', 'two seats, one of them twice', { cosigned: [a, b] }),
      text: `${noteOver(entries, { cosigned: [a, b] })}${twice}\n`,
    },
    note('certificate', 'votes are no cosignatures', { voted: [a, b, c, d] }),
    note('certificate', 'a head that the log did not sign', { by: stranger, cosigned: [a, b, c, d] }),
    note('handover', 'three of four seats vote', { voted: [a, b, c] }),
    note('handover', 'two of four seats vote', { voted: [a, b] }),
    note('handover', 'cosignatures are no votes', { cosigned: [a, b, c, d] }),
  ]
}

function closingVectors(): ProofVector[] {
  const { entries } = branch(pay(2, 1n))
  const history = historyOf(entries)
  const { size } = history
  const head = { origin, size, root: history.rootAt(size) }
  const by = (...signers: readonly TestAuthor[]) => orderedStatements(signers.map(seat => closeStatement(seat, head)))
  const whole = {
    note: noteOver(entries),
    commit: entries[size - 1] ?? new Uint8Array(0),
    proof: history.prove(size - 1, size),
    statements: by(a, b, c),
  }
  const judged = (name: string, change: Partial<typeof whole>): ProofVector => ({
    kind: 'closing',
    name,
    hex: hexOf(encodeClosing({ ...whole, ...change })),
    charter: hexOf(four),
  })
  const lower = { origin, size: 3, root: history.rootAt(3) }
  return [
    judged('three of four seats closed it', {}),
    judged('two of four seats closed it', { statements: by(a, b) }),
    judged('two seats and a stranger', { statements: by(a, b, stranger) }),
    judged('statements on a lower head', {
      statements: orderedStatements([a, b, c].map(seat => closeStatement(seat, lower))),
    }),
    judged('another entry than the last', { commit: entries[0] ?? new Uint8Array(0) }),
    judged('a commit that is not under the note', { commit: entries[2] ?? new Uint8Array(0) }),
    judged('a note that the log did not sign', { note: noteOver(entries, { by: stranger }) }),
  ]
}

/** From fixed seeds: the same on every machine. What each proves is for the reader to find. */
export const proofVectors = (): ProofVector[] => [
  ...evidenceVectors(),
  ...committeeVectors(),
  ...headVectors(),
  ...closingVectors(),
]
