import { StageError } from '#node/errors.ts'
import type { DeskApi } from '#node/ports/desk-api.ts'

const OWN = 'a1'.repeat(32)
const nothing = (): never => {
  throw new StageError('not-found', 'The desk has no note of that name.')
}

/** A desk that has done nothing yet: enough to speak to every HTTP route. */
export const memoryDesk = (): DeskApi => ({
  deskNotes: () => [],
  deskNote: nothing,
  takeIn: nothing,
  payOut: nothing,
  confirmNote: nothing,
  refuseNote: nothing,
  eraseNoteText: nothing,
  cardBatches: () => [],
  issueCards: nothing,
  printCards: nothing,
  revokeCards: nothing,
  forgetCards: nothing,
  checkCard: () => {
    throw new StageError('code-unknown', 'This community issued no such card.')
  },
  rails: () => [{ id: 'cash', about: 'The cash desk.', address: OWN }],
  settlements: () => [],
  proposeSettlement: nothing,
  confirmSettlement: nothing,
  refuseSettlement: nothing,
  nettings: () => [],
  netting: nothing,
  proposeNetting: nothing,
  acceptNetting: nothing,
  refuseNetting: nothing,
  counterparty: nothing,
  setLine: async community => ({ community, name: 'Park', said: 'You could lose nothing.', receipt: 1 }),
  freezeLine: async community => ({ community, name: 'Park', said: 'You could lose nothing.', receipt: 1 }),
  unanswered: () => [],
  writeOff: nothing,
  purchases: () => [],
  refund: nothing,
  give: nothing,
})
