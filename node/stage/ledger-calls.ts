import { StageError } from '#node/errors.ts'
import type { LedgerFault } from '#node/ports/ledger.ts'
import type { StageApi } from '#node/ports/stage-api.ts'
import type { Result } from '#protocols/codec/result.ts'
import type { Agreements } from './agreements.ts'
import type { Auditing } from './auditing.ts'
import { optionalKey32 } from './keys.ts'
import type { Money } from './money.ts'
import type { Receipts } from './receipts.ts'

export interface LedgerCallsInit {
  readonly own: Uint8Array
  readonly money: Money
  readonly receipts: Receipts
  readonly agreements: Agreements
  readonly auditing: Auditing
  /** Adopts a charter; answers the epoch. */
  readonly adopt: (charter: Uint8Array) => Promise<Result<number, LedgerFault>>
  /** Closes the halted log at its seats, and opens its successor. */
  readonly succeed: () => Promise<Result<unknown, LedgerFault>>
}

type Calls<K extends keyof StageApi> = Pick<StageApi, K>

function moneyCalls({
  money,
  receipts,
}: LedgerCallsInit): Calls<
  'wallet' | 'issueCredit' | 'receipts' | 'receipt' | 'receiptText' | 'eraseReceiptText' | 'closePeriod'
> {
  return {
    wallet: account => money.wallet(account),
    issueCredit: request => money.issueCredit(request),
    receipts: ({ community, limit }) => receipts.list(community, limit),
    receipt: (community, index) => receipts.proof(community, index),
    receiptText: index => money.textOf(index),
    eraseReceiptText: index => money.eraseText(index),
    closePeriod: () => money.closePeriod(),
  }
}

function agreementCalls({
  agreements,
}: LedgerCallsInit): Calls<'agreements' | 'agreement' | 'proposeAgreement' | 'settleParty'> {
  return {
    agreements: filter => agreements.list(filter),
    agreement: hash => agreements.get(hash),
    proposeAgreement: terms => agreements.propose(terms),
    settleParty: (hash, party, account) => agreements.settle(hash, party, account),
  }
}

function auditCalls({
  own,
  auditing,
  ...init
}: LedgerCallsInit): Calls<'log' | 'succeedLog' | 'federation' | 'adoptCharter' | 'evidence'> {
  const done = (result: Result<unknown, LedgerFault>): void => {
    if (!result.ok) throw new StageError(result.error.code, result.error.message)
  }
  return {
    log: community => auditing.logInfo(optionalKey32(community, 'A community') ?? own),
    async succeedLog() {
      done(await init.succeed())
      return auditing.logInfo(own)
    },
    federation: () => auditing.federation(),
    async adoptCharter(charter) {
      done(await init.adopt(charter))
      return auditing.federation()
    },
    evidence: () => auditing.evidence(),
  }
}

/** What a stage offers about its ledger: balances, receipts, agreements, and who certifies it. */
export const ledgerCalls = (init: LedgerCallsInit) => ({
  ...moneyCalls(init),
  ...agreementCalls(init),
  ...auditCalls(init),
})
