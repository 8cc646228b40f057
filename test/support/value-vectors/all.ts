import type { LedgerVector } from '../ledger-vectors/fixtures.ts'
import { cardVectors } from './cards.ts'
import { messageVectors } from './messages.ts'
import { nettingVectors } from './nettings.ts'
import { quoteVectors } from './quotes.ts'
import { deskNoteVectors, positionVectors, settlementVectors } from './settlements.ts'

/** Vectors of what communities say to each other about value, version 1, from fixed seeds. */
export const valueVectors = (): LedgerVector[] => [
  ...quoteVectors(),
  ...settlementVectors(),
  ...nettingVectors(),
  ...positionVectors(),
  ...deskNoteVectors(),
  ...cardVectors(),
  ...messageVectors(),
]
