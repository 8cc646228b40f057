/** The steps of a payment to another community, as the payer is shown them. */
export const LADDER = ['accepted', 'final', 'delivered', 'settled'] as const
export type LadderStep = (typeof LADDER)[number]

/** What is known of one transfer. Each is a fact of a log, and none can be taken back but by `returned`. */
export interface TransferFacts {
  /** The payer's stage promised to enter it. */
  readonly acked: boolean
  /** A certificate covers the payer's entry. */
  readonly certified: boolean
  /** What the next hop's log decided, once its certificate was seen: `delivered`, a refusal's code, or null. */
  readonly outcome: string | null
  /** The community gave up waiting: the payer has the money back, whatever comes later. */
  readonly written: boolean
  /** What the payer's community owed the next hop right after this transfer ended, fine units; null before. */
  readonly owedAfter: bigint | null
  /** By how much that debt was reduced since: by rails, nettings and payments the other way. Fine units. */
  readonly reduced: bigint
}

export interface LadderView {
  /** Null before anything is promised. */
  readonly step: LadderStep | null
  /** The code of the refusal when the money is back; null otherwise. */
  readonly returned: string | null
  readonly words: string
}

const WORDS: Readonly<Record<LadderStep, string>> = {
  accepted: 'Your community has it. It is on its way to being final.',
  final: 'It is final here and on its way to the other community.',
  delivered: 'The artist has the money.',
  settled: 'The artist has the money, and your community has paid theirs for it.',
}

/**
 * How far a payment has come. Settled: what the community owed after it, oldest debts first, has been paid or cancelled since.
 */
export function ladderOf(facts: TransferFacts): LadderView {
  const { acked, certified, outcome, written, owedAfter, reduced } = facts
  if (written)
    return {
      step: null,
      returned: 'written-off',
      words: 'The other community did not answer. You have your money back.',
    }
  if (outcome !== null && outcome !== 'delivered')
    return { step: null, returned: outcome, words: 'It could not be delivered. You have your money back.' }
  const settled = outcome === 'delivered' && owedAfter !== null && reduced >= owedAfter
  const step: LadderStep | null = settled
    ? 'settled'
    : outcome === 'delivered'
      ? 'delivered'
      : certified
        ? 'final'
        : acked
          ? 'accepted'
          : null
  return { step, returned: null, words: step === null ? 'Not sent yet.' : WORDS[step] }
}
