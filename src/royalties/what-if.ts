import type { Result } from '#protocols/codec/result.ts'
import type { RuleFault } from '#src/ledger/rule-fault.ts'
import type { CompiledAgreement, DivideRequest, Fine, Memory } from '#src/ledger/rules.ts'
import { type Trace, traceDivision } from './trace.ts'

export interface WhatIf {
  readonly amount: Fine
  readonly asset: string
  /** `YYYY-MM`. */
  readonly period: string
  readonly nested: DivideRequest['nested']
  /** As the log has them now; everybody signed and nothing was paid yet where they are left out. */
  readonly standing?: DivideRequest['standing']
  readonly account?: DivideRequest['account']
  readonly memory?: Pick<Memory, 'get'>
}

/** Reads through to the counters as they are, and keeps what is written to itself. */
export function scratchMemory(below: Pick<Memory, 'get'> = { get: () => 0n }): Memory {
  const written = new Map<string, bigint>()
  return { get: key => written.get(key) ?? below.get(key), set: (key, value) => void written.set(key, value) }
}

/** Who would get what of a payment, step by step; nothing changes by asking. */
export function whatIf(agreement: CompiledAgreement, ask: WhatIf): Result<Trace, RuleFault> {
  const { amount, asset, period, nested, standing = () => 'active', account = () => null, memory } = ask
  return traceDivision(agreement, {
    amount,
    asset,
    period,
    nested,
    standing,
    account,
    use: 'tip',
    at: 0,
    memory: scratchMemory(memory),
  })
}
