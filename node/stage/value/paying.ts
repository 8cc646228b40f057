import { equals } from 'uint8arrays/equals'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { LedgerFault, OwnLog } from '#node/ports/ledger.ts'
import type { Views } from '#node/ports/views.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import type { Clock } from '#src/kernel/ports.ts'
import { fineUnit } from '#src/value/line-policy.ts'
import { QUOTE_MS } from '#src/value/quotes.ts'
import { hex, key32 } from '../keys.ts'
import type { Passable } from './passable.ts'
import type { Offered, Quoting } from './quoting.ts'
import { asFault } from './refusals.ts'

export interface PayingInit {
  readonly own: Uint8Array
  readonly asset: api.AssetInfo
  readonly ledger: OwnLog
  readonly views: Views
  readonly quoting: Pick<Quoting, 'ask'>
  readonly passable: Passable
  readonly nameOf: (community: Uint8Array) => string
  readonly clock: Clock
}

type Transfer = OrderBodies['value/transfer']

/** How long a payment may be under way before it returns: the answer is there within seconds, unless two stages lose each other. */
const ORDER_MS = 10 * 60 * 1_000
/** Quotes that are remembered to be named by an order. */
const KNOWN_MAX = 4_096

const MINOR_MAX = 2n ** 64n - 1n

const refuse = (code: LedgerFault['code'], message: string): Result<never, LedgerFault> => err({ code, message })

const samePath = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((key, at) => equals(key, b[at] as Uint8Array))

/** What a payment to another community would come to, and whether an order may go: both before anything moves. */
export function createPaying(init: PayingInit) {
  const { own, asset, ledger, views, quoting, nameOf, clock } = init
  const known = new Map<string, Offered>()

  const remember = (offered: Offered): void => {
    known.set(hex(offered.id), offered)
    const oldest = known.size > KNOWN_MAX ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
  }

  const infoOf = (offered: Offered): api.QuoteInfo => {
    const { id, quote, bytes, payment } = offered
    const release = quote.payee.startsWith('release/') ? quote.payee.slice('release/'.length) : null
    return {
      id: hex(id),
      to: hex(payment.to),
      toName: nameOf(payment.to),
      payee: quote.payee,
      payeeName: release === null ? null : (views.release(release)?.manifest.title ?? null),
      via: payment.via.map(hex),
      viaNames: payment.via.map(nameOf),
      amount: String(quote.amount / fineUnit(quote.scale)),
      arrives: String(payment.arrives),
      asset: { code: quote.code, scale: quote.scale, issuer: hex(own) },
      expiry: payment.expiry,
      orderExpiry: clock.nowMs() + ORDER_MS,
      quote: asText(bytes, 'base64pad'),
    }
  }

  const ask = async (to: Uint8Array, payee: string, amount: bigint, code: string, scale: number) => {
    const expiry = clock.nowMs() + QUOTE_MS
    const found = await quoting.ask({ destination: to, payee, code, scale, amount: amount * fineUnit(scale), expiry })
    if (found.ok) for (const offered of found.value) remember(offered)
    return found
  }

  /** Another amount under the same quote is another payment. */
  const follows = ({ quote, payment }: Offered, order: Transfer): boolean =>
    equals(payment.to, order.to) &&
    quote.payee === order.payee &&
    quote.code === order.asset.code &&
    quote.scale === order.asset.scale &&
    quote.amount === order.amount * fineUnit(order.asset.scale) &&
    samePath(payment.via, order.via)

  /** Whether there is a way for an order that names no quote, or not one that is known here. */
  const asked = async (order: Transfer): Promise<Result<null, LedgerFault>> => {
    const found = await ask(order.to, order.payee, order.amount, order.asset.code, order.asset.scale)
    if (!found.ok) return err(asFault(found.error))
    const same = found.value.find(offered => samePath(offered.payment.via, order.via))
    if (same === undefined)
      return refuse('no-route', 'That way to the other community is not open. Ask for a quote, and sign what it says.')
    return same.payment.arrives >= order.minimum
      ? ok(null)
      : refuse('bad-request', 'Less would arrive than the order demands. Nothing was moved; ask for a quote.')
  }

  return {
    async quotes(request: api.QuoteRequest): Promise<api.QuoteInfo[]> {
      const to = key32(request.to, 'A community')
      const amount = BigInt(request.amount)
      if (amount === 0n || amount > MINOR_MAX)
        throw new StageError('bad-request', 'A payment is more than zero, and less than 2^64.', { path: 'amount' })
      if (equals(to, own))
        throw new StageError('bad-request', 'That is this community itself: pay there with an ordinary tip.', {
          path: 'to',
        })
      const found = await ask(to, request.payee, amount, asset.code, asset.scale)
      if (found.ok) return found.value.map(infoOf)
      const { code, message } = asFault(found.error)
      throw new StageError(code, message)
    },
    /** Refuses what would not be taken on the way: before anything moves. */
    async permit(order: Transfer, account: Uint8Array): Promise<Result<null, LedgerFault>> {
      const key = `${order.asset.code}/${order.asset.scale}/${hex(order.asset.issuer)}`
      if (!equals(order.asset.issuer, own))
        return refuse('bad-request', 'A payment to another community is made in the credit of your own.')
      if (order.amount === 0n) return refuse('bad-request', 'A payment is more than zero.')
      // What the machine would say is said before a neighbour is asked.
      const holder = `acct:${hex(ledger.account(account).account)}`
      if (ledger.holdingOf(holder, key) < order.amount * fineUnit(order.asset.scale))
        return refuse('insufficient-balance', 'Your credit here does not cover this.')
      if (order.expiry <= clock.nowMs())
        return refuse('quote-expired', 'The time of this order has passed; sign a new one.')
      if (!init.passable(order.via[0] ?? order.to, order.to, order.asset))
        return refuse(
          'no-route',
          'The community on the way stands alone, and this one does not trust it alone. Nothing was moved; choose another way.',
        )
      if (order.quote === null) return asked(order)
      const quote = known.get(hex(order.quote))
      if (quote === undefined || clock.nowMs() > quote.payment.expiry)
        return refuse('quote-expired', 'This quote has expired. Ask for a new one; nothing was moved.')
      if (!follows(quote, order))
        return refuse('no-route', 'The order is not what its quote is for. Ask for a new one; nothing was moved.')
      return order.minimum <= quote.payment.arrives
        ? ok(null)
        : refuse('bad-request', 'Less would arrive than the order demands. Nothing was moved.')
    },
  }
}
