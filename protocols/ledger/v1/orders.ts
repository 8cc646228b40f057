import { RELEASE_ID_PATTERN } from '../../catalog/v1/constants.ts'
import { CodecError, type CodecFault } from '../../codec/codec-error.ts'
import { attempt } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import {
  bytes,
  bytesUpTo,
  line,
  list,
  matching,
  nullable,
  oneOf,
  type Shape,
  struct,
  uint,
  uint64,
} from '../../codec/shape.ts'
import { type Asset, asset } from '../../value/v1/codec.ts'
import type { Entry } from './entry.ts'
import { GUARDIANS_MAX, PARTY_MAX, RECOVERY_DELAY_MAX_MS, TERMS_BYTES_MAX } from './limits.ts'
import { VALUE_ORDER_SHAPES, type ValueOrderBodies } from './orders-value.ts'

export const POOL_KINDS = ['direct', 'user-centric', 'pro-rata'] as const
export const PAYMENT_USES = ['tip', 'purchase'] as const

/** Bodies of the orders that a log executes, by the type of their envelope. Amounts are minor units, 10^-scale. */
export interface OrderBodies extends ValueOrderBodies {
  /** By the community: the cash desk credits an account. */
  'value/issue': { account: Uint8Array; amount: bigint; asset: Asset; reference: Uint8Array | null }
  /** By the account: what it holds is paid out by a rail. */
  'value/redeem': { amount: bigint; asset: Asset; reference: Uint8Array | null }
  /** By the account: a payment to the parties of a release's agreement. */
  'value/tip': {
    amount: bigint
    asset: Asset
    release: string
    reference: Uint8Array | null
    use: (typeof PAYMENT_USES)[number]
  }
  /** By the payer: sets a deposit aside, which vouchers of the key `channel` spend until `expiry` (ms). */
  'value/channel-open': {
    channel: Uint8Array
    asset: Asset
    deposit: bigint
    expiry: number
    pool: (typeof POOL_KINDS)[number]
  }
  /** By the payer after expiry, by the community at any time: the rest of the deposit returns. */
  'value/channel-close': { channel: Uint8Array }
  /** By the account: `next` is SHA-256 of the key that may replace it; `threshold` of the guardians recover it after `delayMs`. */
  'account/open': { next: Uint8Array | null; guardians: Uint8Array[]; threshold: number; delayMs: number }
  /** By the new key, whose hash the account had announced as `next`. */
  'account/rotate': { account: Uint8Array; next: Uint8Array | null }
  /** By a guardian: `key` shall replace the account's key. */
  'account/recover': { account: Uint8Array; key: Uint8Array; next: Uint8Array | null }
  /** By the account: a pending recovery is not wanted. */
  'account/cancel': Record<never, never>
  /** By anyone who is party to it, or the community: terms, whose hash names the agreement. */
  'agreement/propose': { terms: Uint8Array }
  /** By a party's key. */
  'agreement/sign': { agreement: Uint8Array }
  /** By a party or the community: that party's part waits in suspense from now on. */
  'agreement/dispute': { agreement: Uint8Array; party: string; reason: Uint8Array | null }
  /** By the community: a suspended part, past and future, goes to `account`. */
  'agreement/settle': { agreement: Uint8Array; party: string; account: Uint8Array }
}

export type OrderType = keyof OrderBodies
/** The body of an order together with its type. */
export type Order = { [T in OrderType]: { readonly type: T } & Readonly<OrderBodies[T]> }[OrderType]

const key = bytes(32)
const hash = bytes(32)
const party = line(PARTY_MAX)
const reference = nullable(hash)

const guardianRules: Shape<OrderBodies['account/open']> = (value, path) => {
  const body = openBody(value, path)
  if (body.threshold > body.guardians.length || (body.threshold === 0) !== (body.guardians.length === 0))
    throw new CodecError(
      'wrong-shape',
      'the threshold must be from 1 to the number of guardians, or 0 without any',
      path,
    )
  return body
}
const openBody = struct<OrderBodies['account/open']>({
  next: nullable(hash),
  guardians: list(key, GUARDIANS_MAX),
  threshold: uint(GUARDIANS_MAX),
  delayMs: uint(RECOVERY_DELAY_MAX_MS),
})

const SHAPES: { readonly [T in OrderType]: Shape<OrderBodies[T]> } = {
  'value/issue': struct({ account: key, amount: uint64, asset, reference }),
  'value/redeem': struct({ amount: uint64, asset, reference }),
  'value/tip': struct({
    amount: uint64,
    asset,
    release: matching(RELEASE_ID_PATTERN, 'a release id'),
    reference,
    use: oneOf(...PAYMENT_USES),
  }),
  'value/channel-open': struct({ channel: key, asset, deposit: uint64, expiry: uint(), pool: oneOf(...POOL_KINDS) }),
  'value/channel-close': struct({ channel: key }),
  'account/open': guardianRules,
  'account/rotate': struct({ account: key, next: nullable(hash) }),
  'account/recover': struct({ account: key, key, next: nullable(hash) }),
  'account/cancel': struct({}),
  'agreement/propose': struct({ terms: bytesUpTo(TERMS_BYTES_MAX) }),
  'agreement/sign': struct({ agreement: hash }),
  'agreement/dispute': struct({ agreement: hash, party, reason: reference }),
  'agreement/settle': struct({ agreement: hash, party, account: key }),
  ...VALUE_ORDER_SHAPES,
}

/** The kind of entry that an order becomes. */
export const ENTRY_KIND_OF_ORDER: Readonly<Record<OrderType, Entry['kind']>> = {
  'value/issue': 'issue',
  'value/redeem': 'redeem',
  'value/tip': 'receipt',
  'value/channel-open': 'channel-open',
  'value/channel-close': 'channel-close',
  'account/open': 'account',
  'account/rotate': 'account',
  'account/recover': 'account',
  'account/cancel': 'account',
  'agreement/propose': 'agreement',
  'agreement/sign': 'agreement',
  'agreement/dispute': 'agreement',
  'agreement/settle': 'agreement',
  'value/transfer': 'transfer-out',
  'value/line': 'line',
  'value/freeze': 'line',
  'value/write-off': 'write-off',
  'value/give': 'give',
  'value/gift': 'receipt',
  'value/dispute': 'dispute',
  'value/refund': 'refund',
  'value/batch': 'issue',
  'value/code': 'issue',
  'value/batch-revoke': 'redeem',
}

export const isOrderType = (type: string): type is OrderType => Object.hasOwn(SHAPES, type)

/** Checks the body of an envelope against what its type promises. Another type is `wrong-shape`. */
export function readOrder(type: string, body: unknown): Result<Order, CodecFault> {
  return attempt(() => {
    if (!isOrderType(type)) throw new CodecError('wrong-shape', `${type.slice(0, 41)} is no order for a log`, 'type')
    const shape: Shape<object> = SHAPES[type]
    return { type, ...shape(body, '') } as Order
  })
}
