import { StageError, type StageErrorCode } from '#node/errors.ts'
import type { LedgerFault } from '#node/ports/ledger.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import type { RuleCode, RuleFault } from '#src/ledger/rule-fault.ts'
import { asStageError } from '../../database.ts'

/** What a person is told when a rule refuses what they sent. */
const CODES: { readonly [K in RuleCode]: StageErrorCode } = {
  'bad-entry': 'bad-envelope',
  'bad-order': 'bad-envelope',
  'bad-signature': 'bad-signature',
  'wrong-community': 'not-for-you',
  'wrong-network': 'not-for-you',
  'not-the-desk': 'not-operator',
  'wrong-asset': 'bad-request',
  'zero-amount': 'bad-request',
  'bad-split': 'bad-splits',
  'duplicate-order': 'conflict',
  'insufficient-balance': 'insufficient-balance',
  'amount-overflow': 'bad-request',
  'time-reversed': 'clock-off',
  'time-off': 'clock-off',
  'bad-terms': 'bad-splits',
  'shares-not-whole': 'bad-splits',
  'unknown-party': 'not-found',
  'unknown-agreement': 'not-found',
  'self-reference': 'bad-splits',
  'nesting-too-deep': 'bad-splits',
  'too-many-payees': 'bad-splits',
  'bad-amendment': 'bad-splits',
  'wrong-rules': 'conflict',
  'bad-genesis': 'conflict',
  'wrong-previous': 'conflict',
  'empty-commit': 'conflict',
  'wrong-state-root': 'conflict',
  'wrong-epoch': 'conflict',
  'period-open': 'conflict',
  'wrong-period': 'conflict',
  'wrong-statements': 'conflict',
  'too-many-assets': 'bad-request',
  replayed: 'conflict',
  'wrong-party': 'not-for-you',
  'retired-key': 'bad-signature',
  'wrong-key': 'bad-signature',
  'key-taken': 'conflict',
  'account-open': 'conflict',
  'bad-guardians': 'bad-request',
  'not-a-guardian': 'not-for-you',
  'no-recovery': 'conflict',
  'channel-taken': 'conflict',
  'unknown-channel': 'not-found',
  'channel-closed': 'conflict',
  'channel-open': 'conflict',
  'channel-expired': 'conflict',
  'bad-expiry': 'bad-request',
  'agreement-known': 'conflict',
  'not-in-force': 'conflict',
  'already-signed': 'conflict',
  'already-disputed': 'conflict',
  'not-disputed': 'conflict',
  'bad-proof': 'bad-envelope',
  'bad-leaf': 'bad-envelope',
  'unknown-head': 'conflict',
  'stale-head': 'conflict',
  'wrong-pair': 'not-for-you',
  'wrong-route': 'bad-request',
  'wrong-outcome': 'internal',
  'sequence-gap': 'conflict',
  'unknown-transfer': 'not-found',
  'not-decided': 'conflict',
  'no-line': 'conflict',
  'line-closed': 'conflict',
  'line-expired': 'conflict',
  'line-frozen': 'frozen',
  'over-limit': 'conflict',
  expired: 'conflict',
  'below-minimum': 'bad-request',
  'too-early': 'conflict',
  'unknown-receipt': 'not-found',
  'wrong-number': 'conflict',
  'already-netted': 'conflict',
  'batch-taken': 'conflict',
  'unknown-batch': 'not-found',
  'code-unknown': 'code-unknown',
  'code-used': 'code-used',
  'code-expired': 'code-expired',
  unbalanced: 'internal',
  'bad-snapshot': 'data-folder-unusable',
}

export const ledgerFault = (code: StageErrorCode, message: string): Result<never, LedgerFault> => err({ code, message })

export const ruleRefused = (fault: RuleFault): Result<never, LedgerFault> =>
  ledgerFault(CODES[fault.code], fault.message)

/** What the system says of a file, for which SQLite has its own numbers. */
function systemFault(file: string, cause: unknown): LedgerFault | null {
  const { code, syscall } = (cause ?? {}) as NodeJS.ErrnoException
  if (typeof code !== 'string' || syscall === undefined) return null
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return { code: 'disk-full', message: `The disk that holds ${file} is full. Free some space; nothing was lost.` }
  const message = `The folder of ${file} cannot be written (${code}). Check its permissions and its disk.`
  return { code: 'data-folder-unusable', message }
}

/** A refusal of the disk, or of this log, as a value that a caller can answer; defects keep flying. */
export function faultOf(file: string, cause: unknown): LedgerFault {
  try {
    return asStageError<never>(file, () => {
      throw cause
    })
  } catch (known) {
    if (known instanceof StageError) return { code: known.code, message: known.message }
    const fault = systemFault(file, known)
    if (fault !== null) return fault
    throw known
  }
}
