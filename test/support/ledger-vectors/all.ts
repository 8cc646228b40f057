import { charterVectors, closeVectors, evidenceVectors, otherVectors } from './committee.ts'
import { entryVectors } from './entries.ts'
import type { LedgerVector } from './fixtures.ts'
import { noteVectors, proofVectors } from './texts.ts'
import { valueEntryVectors } from './value-entries.ts'
import { ackVectors, lineVectors, voucherVectors } from './vouchers.ts'

/** All vectors of the ledger, version 1, from fixed seeds. */
export const ledgerVectors = (): LedgerVector[] => [
  ...entryVectors(),
  ...voucherVectors(),
  ...lineVectors(),
  ...ackVectors(),
  ...noteVectors(),
  ...proofVectors(),
  ...charterVectors(),
  ...closeVectors(),
  ...evidenceVectors(),
  ...otherVectors(),
  ...valueEntryVectors(),
]
