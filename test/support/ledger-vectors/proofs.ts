import { encodeClosing } from '#protocols/ledger/v1/close.ts'
import { closeStatement, orderedStatements } from '#src/ledger/committee/closing.ts'
import { type TestAuthor, testAuthor } from '../author.ts'
import { evidenceVectors, type ProofVector } from './evidence-proofs.ts'
import { branch, charterOf, community, desk, historyOf, noteOver, origin, pay, seats } from './proven-log.ts'

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const [a, b, c, d] = seats
const stranger = testAuthor(70)

/** Four seats of weight 1, and the community itself, which gets none. */
const four = charterOf(
  [...seats, desk].map((by, n) => [by, `operator ${n}`, 100] as const),
  { seats: 4 },
)

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
