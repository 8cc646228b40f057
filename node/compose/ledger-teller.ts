import { equals } from 'uint8arrays/equals'
import type { LogRecord } from '#node/ports/ledger.ts'
import type { Agreements } from '../stage/agreements.ts'
import type { Auditing } from '../stage/auditing.ts'
import type { Receipts } from '../stage/receipts.ts'
import type { Foundation } from './foundation.ts'

export type LedgerTeller = ReturnType<typeof createLedgerTeller>

/** Entries of one batch that pages are told of one by one; of longer ones they read the list again. */
const TOLD_MAX = 200

export interface TellerInit {
  readonly receipts: Receipts
  readonly agreements: Agreements
  readonly auditing: Auditing
}

/** What pages, and the sums over receipts, learn of the logs. Never throws: the entries are durable whatever happens here. */
export function createLedgerTeller(base: Foundation, { receipts, agreements, auditing }: TellerInit) {
  const { own, live, copies, earnings, log } = base

  const quietly = (work: () => void): void => {
    try {
      work()
    } catch (cause) {
      log.error({ err: cause }, 'pages could not be told of a receipt')
    }
  }

  const count = (community: Uint8Array): void => {
    const { origin, size } = auditing.logInfo(community)
    if (equals(community, own)) base.unlocks.readOn(origin, size, index => receipts.recordOf(own, index))
    earnings
      .readOn(community, origin, size, index => receipts.recordOf(community, index))
      .catch(cause => log.error({ err: cause }, 'receipts could not be counted'))
  }

  const tellRecord = (record: LogRecord): void => {
    if (receipts.isShown(record)) live.emit({ event: 'receipt', data: receipts.info(record) })
  }

  const tellLog = (community: Uint8Array): void => {
    const { signedSize, finalSize, community: key } = auditing.logInfo(community)
    live.emit({ event: 'log', data: { community: key, signedSize, finalSize } })
  }

  return {
    /** A new entry is durable in the own log. */
    written: (record: LogRecord): void =>
      quietly(() => {
        count(own)
        tellRecord(record)
        if (record.kind === 'agreement') agreements.entryWritten(record.agreement)
      }),
    /** Entries `from` to `to` of another community's log were verified and kept. */
    grew: (community: Uint8Array, from: number, to: number): void =>
      quietly(() => {
        // A copy of the own log is fetched only to close it.
        if (equals(community, own)) return
        count(community)
        if (!base.holds(community)) return
        for (let index = Math.max(from, to - TOLD_MAX); index < to; index++) {
          const record = copies.record(community, index)
          if (record !== null) tellRecord(record)
        }
        tellLog(community)
      }),
    /** A log's newest head was signed, or became final. */
    headMoved: (community: Uint8Array): void =>
      quietly(() => {
        if (equals(community, own) || base.holds(community)) tellLog(community)
      }),
    /** Counts what came while nobody counted: at the start. */
    catchUp: (): void => {
      for (const community of [own, ...base.follows.list().map(row => row.community)]) quietly(() => count(community))
    },
  }
}
