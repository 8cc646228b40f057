import type { GrossStep } from '#protocols/catalog/v1/agreement.ts'
import type { Fine } from '#src/ledger/rules.ts'
import { counter, type Flow, lesser, pay, portion, write } from './flow.ts'
import { stepHolder } from './holders.ts'

/** A step with its names made once. */
export interface CompiledStep extends GrossStep {
  readonly holder: string
  /** First part of the counter of what was recouped. */
  readonly counters: string
}

export const compileStep = (first: string, step: GrossStep): CompiledStep => ({
  ...step,
  holder: stepHolder(first, step),
  // A plus sign is in no party's id, so that a cost and a party never share a counter.
  counters: `${first}/+${step.name}/`,
})

/** What a step takes of what is left: its rate, for a bounded cost at most what is still to be recouped. */
function takeOf(flow: Flow, step: CompiledStep, left: Fine): Fine {
  const taken = portion(left, step.rate)
  if (step.upTo === null) return taken
  // The bound is an amount of one asset: payments in another do not recoup it.
  if (!flow.counted) return 0n
  const { memory, asset } = flow.request
  const key = counter(step.counters, asset, 'recouped')
  const recouped = memory.get(key)
  const open = step.upTo > recouped ? step.upTo - recouped : 0n
  const within = lesser(taken, open)
  if (within > 0n) memory.set(key, recouped + within)
  return within
}

/** Takes tax, fees and costs off the gross, in the order of the terms, each from what the one before left. Answers the net. */
export function takeGross(flow: Flow, steps: readonly CompiledStep[], gross: Fine): Fine {
  let left = gross
  for (const step of steps) {
    const taken = takeOf(flow, step, left)
    const because = { of: left, rate: step.rate, whose: step.name }
    if (step.party !== null) pay(flow, step.party, taken, step.kind, because)
    else write(flow, { holder: step.holder, party: '', amount: taken, tag: step.kind }, { ...because, who: step.name })
    left -= taken
  }
  return left
}
