import { err, ok, type Result } from '#protocols/codec/result.ts'
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

/** What `work` gives, or the fault that it refused with. What is no refusal is a defect, and keeps flying. */
export function asResult<T>(work: () => T): Result<T, RuleFault> {
  try {
    return ok(work())
  } catch (cause) {
    if (cause instanceof Refusal) return err(cause.fault)
    throw cause
  }
}
