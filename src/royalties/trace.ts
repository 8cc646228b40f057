import type { Result } from '#protocols/codec/result.ts'
import { ok } from '#protocols/codec/result.ts'
import { percent } from '#src/catalog/splits.ts'
import { formatUnits } from '#src/kernel/money.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import type { CompiledAgreement, DivideRequest, DivisionLine, DivisionStep, Fine } from '#src/ledger/rules.ts'

/** One step of a division in words, with the line that it wrote. */
export interface TraceStep extends DivisionStep {
  readonly text: string
}

export interface Trace {
  readonly steps: readonly TraceStep[]
  /** What `divide` answered, while the steps were written down. */
  readonly lines: readonly DivisionLine[]
}

const FINE_PLACES = 9

/** Fine units as people read them: at least the asset's own decimal places, and no trailing zeros beyond. */
export function formatFine(amount: Fine, asset: string): string {
  const [code = '', scale = '0'] = asset.split('/')
  const places = Number(scale)
  const digits = formatUnits(amount, FINE_PLACES)
  const end = digits.length - (FINE_PLACES - places)
  const rest = digits.slice(end).replace(/0+$/, '')
  const kept = digits.slice(0, end) + rest
  return `${kept.endsWith('.') ? kept.slice(0, -1) : kept} ${code}`
}

/** A part of a whole in percent, to two places; the exact amount stands beside it. */
const partOf = (amount: Fine, of: Fine): string => (of === 0n ? '0' : percent(Number((amount * 10_000n) / of)))

type Words = (step: DivisionStep, amount: string, of: string) => string

const rateOf = ({ rate }: DivisionStep): string => `${percent(rate ?? 0)} %`
/** A fee that names nobody stays where the community pays it on from. */
const receiver = ({ who, line }: DivisionStep): string => (line?.party === '' ? '' : ` to ${who}`)
const taken: (what: string) => Words = what => (step, amount, of) =>
  `Of ${of}, ${rateOf(step)} ${what} “${step.whose}”: ${amount}${receiver(step)}`

const WORDS: Readonly<Record<string, Words>> = {
  divide: ({ agreement }, amount) => `${amount} is divided by the agreement “${agreement}”`,
  shares: (_, amount, of) =>
    amount === of ? `The whole ${amount} goes to the shares` : `${amount} of ${of} is left for the shares`,
  nested: ({ who, of: whole, amount: part }, amount, of) =>
    `Of ${of}, ${partOf(part, whole)} % goes into the agreement “${who}”: ${amount}`,
  entitled: ({ who, of: whole, amount: part }, amount, of) =>
    `Of ${of}, the share of ${who} is ${partOf(part, whole)} %: ${amount}`,
  tax: taken('tax'),
  'rail-fee': taken('payment fee'),
  'distribution-fee': taken('distribution fee'),
  cost: taken('for the cost'),
  escalator: ({ who, whose }, amount, of) => `Of ${of}, the escalator of ${whose} passes on ${amount} to ${who}`,
  recoup: ({ who, whose }, amount, of) =>
    `Of ${of}, ${amount} of the share of ${whose} pays back the advance of ${who}`,
  reserve: (step, amount, of) => `Of ${of}, ${rateOf(step)} is held back in reserve for ${step.who}: ${amount}`,
  cap: ({ who, whose }, amount, of) => `Of ${of}, ${amount} is above the cap of ${whose} and goes to ${who}`,
  withholding: (step, amount, of) =>
    `Of ${of}, ${rateOf(step)} is withheld from ${step.whose}: ${amount}${receiver(step)}`,
}

const WAITS: readonly (readonly [prefix: string, words: string])[] = [
  ['susp:', 'where it waits until they may be paid'],
  ['held:', 'held until it reaches their payout threshold'],
]

const waiting = (line: DivisionLine | null): string => {
  const found = line === null ? undefined : WAITS.find(([prefix]) => line.holder.startsWith(prefix))
  return found === undefined ? '' : `, ${found[1]}`
}

const share: Words = ({ who, of: whole, amount: part }, amount, of) =>
  part === whole ? `${who} gets ${amount}` : `Of ${of}, ${partOf(part, whole)} % to ${who}: ${amount}`

/** A step as a sentence. */
export function sentenceOf(step: DivisionStep, asset: string): string {
  const words = WORDS[step.kind] ?? share
  return `${words(step, formatFine(step.amount, asset), formatFine(step.of, asset))}${waiting(step.line)}.`
}

/** Divides, and writes down every step as it is taken: the lines are those of `divide`, because it is `divide` that makes them. */
export function traceDivision(agreement: CompiledAgreement, request: DivideRequest): Result<Trace, RuleFault> {
  const steps: TraceStep[] = []
  const explain = (step: DivisionStep): void => void steps.push({ ...step, text: sentenceOf(step, request.asset) })
  const lines = agreement.divide({ ...request, explain })
  return lines.ok ? ok({ steps, lines: lines.value }) : lines
}
