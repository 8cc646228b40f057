import { equals } from 'uint8arrays/equals'
import type { AcceptedEvent, Executed } from '#node/ports/intake.ts'
import type { Accepted, LedgerFault, LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { Views } from '#node/ports/views.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeSignedVoucher, voucherId } from '#protocols/ledger/v1/voucher.ts'
import type { KnownEvent } from '#src/engagement/events.ts'
import type { Hasher } from '#src/kernel/ports.ts'

export interface OrdersInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly views: Views
  readonly hasher: Hasher
  /** Sees to it that an own release has an agreement, before the first payment for it. */
  readonly agreed: (release: string) => Promise<void>
  /** Refuses what must not go now, before anything moves. */
  readonly permitted: (event: AcceptedEvent, order: KnownEvent) => Promise<Result<null, LedgerFault>>
  /** A new entry is durable in the own log. Must not throw. */
  readonly written: (record: LogRecord) => void
}

const refuse = (code: LedgerFault['code'], message: string): Result<never, LedgerFault> => err({ code, message })

/** Executes admitted orders and vouchers on the community's own log. */
export function createOrders({ own, ledger, views, hasher, agreed, permitted, written }: OrdersInit) {
  const told = (id: Uint8Array, result: Result<Accepted, LedgerFault>): Result<Executed, LedgerFault> => {
    if (!result.ok) return result
    const { record, ack, known } = result.value
    if (!known) written(record)
    return ok({ id, index: record.index, ack, known })
  }

  return {
    /** The log index of the order's entry; the same order twice answers with the first. */
    async execute(event: AcceptedEvent, order: KnownEvent): Promise<Result<Executed, LedgerFault>> {
      const { id, envelope } = event
      const permit = await permitted(event, order)
      if (!permit.ok) return permit
      if (order.type === 'value/tip' || order.type === 'value/gift') {
        const release = views.release(order.body.release)
        if (release === null || !equals(release.community, own))
          return refuse('not-found', 'That release is not published here, so nothing was paid.')
        await agreed(order.body.release)
      }
      return told(id, await ledger.order(envelope, id))
    },
    async executeVoucher(bytes: Uint8Array): Promise<Result<Executed, LedgerFault>> {
      const decoded = decodeSignedVoucher(bytes)
      if (!decoded.ok) return refuse('bad-envelope', `this is not a voucher: ${decoded.error.message}`)
      const id = voucherId(data => hasher.sha256(data), own, decoded.value)
      return told(id, await ledger.voucher(bytes))
    },
  }
}
