import { equals } from 'uint8arrays/equals'
import type { CommunityLog, LedgerFault, ReceiptRecord } from '#node/ports/community-log.ts'
import type { AcceptedEvent } from '#node/ports/intake.ts'
import type { Views } from '#node/ports/views.ts'
import { err, type Result } from '#protocols/codec/result.ts'
import type { KnownEvent } from '#src/engagement/events.ts'

export interface OrdersInit {
  readonly own: Uint8Array
  readonly log: CommunityLog
  readonly views: Views
  /** A receipt is durable in the own log. */
  readonly receiptWritten: (record: ReceiptRecord) => void
}

const refuse = (code: LedgerFault['code'], message: string): Result<never, LedgerFault> => err({ code, message })

/** Executes admitted orders on the community's own log. */
export function createOrders({ own, log, views, receiptWritten }: OrdersInit) {
  const run = ({ id, envelope }: AcceptedEvent, order: KnownEvent): Result<ReceiptRecord, LedgerFault> => {
    if (order.type === 'value/issue') return log.issue(envelope, id)
    if (order.type !== 'value/tip') return refuse('bad-request', 'That is not an order.')
    const release = views.release(order.body.release)
    if (release === null || !equals(release.community, own)) {
      return refuse('not-found', 'That release is not published here, so nothing was paid.')
    }
    return log.tip(envelope, id, release.manifest.splits)
  }
  return {
    /** The log index of the order's receipt; the same order twice answers with the first. */
    execute(event: AcceptedEvent, order: KnownEvent): Result<number, LedgerFault> {
      const sizeBefore = log.size()
      const receipt = run(event, order)
      if (!receipt.ok) return receipt
      if (receipt.value.index >= sizeBefore) receiptWritten(receipt.value)
      return { ok: true, value: receipt.value.index }
    },
  }
}
