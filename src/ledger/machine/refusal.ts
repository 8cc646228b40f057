import type { RuleCode, RuleFault } from '../rule-fault.ts'

/** Carries a fault out of the middle of an execution; `apply` undoes what was done and answers it as a value. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly fault: RuleFault
  constructor(code: RuleCode, message: string) {
    super(message)
    this.fault = { code, message }
  }
}

export function refuse(code: RuleCode, message: string): never {
  throw new Refusal(code, message)
}
