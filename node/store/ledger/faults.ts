import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { LedgerFault } from '#node/ports/community-log.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import type { RuleCode, RuleFault } from '#src/ledger/rule-fault.ts'
import { asStageError } from '../database.ts'

/** What a person's order is told when a rule refuses it. */
const ORDER_CODES: { readonly [K in RuleCode]: StageErrorCode } = {
  'bad-entry': 'bad-envelope',
  'bad-order': 'bad-envelope',
  'bad-signature': 'bad-signature',
  'wrong-community': 'not-for-you',
  'not-the-desk': 'not-operator',
  'wrong-asset': 'bad-request',
  'zero-amount': 'bad-request',
  'bad-split': 'bad-splits',
  'duplicate-order': 'conflict',
  'insufficient-balance': 'insufficient-balance',
  'amount-overflow': 'bad-request',
  'time-reversed': 'clock-off',
}

export const ledgerFault = (code: StageErrorCode, message: string): Result<never, LedgerFault> => err({ code, message })

export const orderFault = (fault: RuleFault): Result<never, LedgerFault> =>
  ledgerFault(ORDER_CODES[fault.code], fault.message)

/** Runs `work` on the ledger's file; what the disk refuses becomes a fault, so that a caller can answer it. */
export function withDisk<T>(file: string, work: () => Result<T, LedgerFault>): Result<T, LedgerFault> {
  try {
    return asStageError(file, work)
  } catch (cause) {
    if (cause instanceof StageError) return ledgerFault(cause.code, cause.message)
    throw cause
  }
}
