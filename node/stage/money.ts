import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { StageError } from '#node/errors.ts'
import type { LogRecord, OwnLog } from '#node/ports/ledger.ts'
import type { ReceiptTexts } from '#node/ports/receipts.ts'
import type * as api from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import type { Clock, Hasher, Random } from '#src/kernel/ports.ts'
import type { Author } from './author.ts'
import { hex, key32 } from './keys.ts'
import type { Receipts } from './receipts.ts'

export interface MoneyInit {
  readonly own: Uint8Array
  readonly ledger: OwnLog
  readonly author: Author
  readonly receipts: Receipts
  readonly texts: ReceiptTexts
  readonly asset: api.AssetInfo
  readonly hasher: Hasher
  readonly random: Random
  readonly clock: Clock
}

/** Exactly as many as the ledger says: with a free length, one commitment would open to several texts. */
const SALT_BYTES = 32

/** Balances and the cash desk. */
export function createMoney(init: MoneyInit) {
  const { ledger, author, receipts, texts } = init

  /** Keeps a text here and answers the commitment that goes into the log for ever in its place. */
  const commitTo = (text: string): Uint8Array => {
    const salt = init.random.bytes(SALT_BYTES)
    const commitment = init.hasher.sha256(concat([salt, fromString(text)]))
    texts.keep(commitment, { salt, text }, init.clock.nowMs())
    return commitment
  }

  const written = (index: number | null): LogRecord => {
    const record = index === null ? null : ledger.record(index)
    if (record === null) throw new StageError('not-found', 'There is no such receipt in the log here.')
    return record
  }

  return {
    commitTo,
    wallet(account: string): api.Wallet {
      const key = key32(account, 'An account')
      const view = ledger.account(key)
      return {
        account,
        balance: String(ledger.balance(key)),
        fine: String(ledger.holding(`acct:${hex(view.account)}`)),
        seq: view.seq,
        asset: init.asset,
      }
    },
    async issueCredit(request: api.IssueCredit): Promise<api.ReceiptInfo> {
      const amount = BigInt(request.amount)
      if (amount === 0n) throw new StageError('bad-request', 'A credit is more than zero.', { path: 'amount' })
      const accepted = await author.order('value/issue', {
        account: key32(request.account, 'An account'),
        amount,
        asset: { code: init.asset.code, scale: init.asset.scale, issuer: init.own },
        reference: commitTo(request.evidence),
      })
      return receipts.info(written(accepted.receipt))
    },
    /** The text that an entry commits to, as long as it is kept here. */
    textOf: (index: number): string | null => {
      const commitment = commitmentOf(written(index))
      return commitment === null ? null : (texts.find(commitment)?.text ?? null)
    },
    eraseText(index: number): void {
      const commitment = commitmentOf(written(index))
      if (commitment === null || !texts.erase(commitment))
        throw new StageError('not-found', `Nothing is written down here for receipt number ${index}.`)
    },
    async closePeriod(): Promise<api.ReceiptInfo> {
      const closed = await ledger.closePeriod()
      if (!closed.ok) throw new StageError(closed.error.code, closed.error.message)
      return receipts.info(closed.value)
    },
  }
}

/** The salted commitment in an entry's order, or null. */
function commitmentOf({ entry }: LogRecord): Uint8Array | null {
  const decoded = decodeEntry(entry)
  if (!decoded.ok || !('order' in decoded.value)) return null
  const order = decodeEnvelope(decoded.value.order)
  const body = order.ok ? readOrder(order.value.type, order.value.body) : order
  return body.ok && 'reference' in body.value ? body.value.reference : null
}

export type Money = ReturnType<typeof createMoney>
