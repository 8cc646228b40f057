import { err, type Result } from '#protocols/codec/result.ts'

/** Why an order or an entry is not valid. Stable strings. */
export type RuleCode =
  | 'bad-entry'
  | 'bad-order'
  | 'bad-signature'
  | 'wrong-community'
  | 'not-the-desk'
  | 'wrong-asset'
  | 'zero-amount'
  | 'bad-split'
  | 'duplicate-order'
  | 'insufficient-balance'
  | 'amount-overflow'
  | 'time-reversed'
  | 'bad-terms'
  | 'shares-not-whole'
  | 'unknown-party'
  | 'unknown-agreement'
  | 'self-reference'
  | 'nesting-too-deep'
  | 'too-many-payees'
  | 'bad-amendment'

export interface RuleFault {
  readonly code: RuleCode
  /** What happened and what to do, for a person. */
  readonly message: string
}

export const ruleFault = (code: RuleCode, message: string): Result<never, RuleFault> => err({ code, message })
