import { err, type Result } from '#protocols/codec/result.ts'
import type { RuleFault } from '../rule-fault.ts'
import type { SeatAnswer, SeatRefusal } from './types.ts'

/** An answer without a new head. */
export type Refused = Extract<SeatAnswer, { kind: 'refuse' | 'behind' }>

export const refusal = (code: SeatRefusal, message: string, fault: RuleFault | null = null): Refused => ({
  kind: 'refuse',
  code,
  message,
  fault,
})

export const refuse = (code: SeatRefusal, message: string): Result<never, Refused> => err(refusal(code, message))
