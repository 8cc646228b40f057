import { equals } from 'uint8arrays/equals'
import { RELEASE_ID_PATTERN } from '../../catalog/v1/constants.ts'
import {
  boolean,
  bytes,
  int,
  list,
  matching,
  nullable,
  oneOf,
  type Shape,
  struct,
  uint,
  uint64,
  wrongShape,
} from '../../codec/shape.ts'
import { type Asset, asset } from '../../value/v1/codec.ts'
import { ASSET_CODE_PATTERN, SCALE_MAX } from '../../value/v1/constants.ts'
import { CODE_PATH_MAX, CODE_SECRET_BYTES, CODES_MAX, HAIRCUT_MAX, PAYEE_PATTERN, VIA_MAX } from './limits.ts'

/** What a transfer is for; the rules that divide it see the same word. */
export const TRANSFER_USES = ['tip', 'purchase', 'stream', 'download', 'gift'] as const

/** Bodies of the orders about value between communities, and of payments that can be taken back. Amounts are minor units. */
export interface ValueOrderBodies {
  /** By the payer: pays somebody in the log of `to`, over the communities in `via`. */
  'value/transfer': {
    amount: bigint
    asset: Asset
    to: Uint8Array
    via: Uint8Array[]
    /** `release/<32 hex digits>` or `acct/<64 hex digits>`. */
    payee: string
    /** Arrives at least, in minor units. */
    minimum: bigint
    /** After this time (ms) no log delivers it any more, and the money returns. */
    expiry: number
    use: (typeof TRANSFER_USES)[number]
    reference: Uint8Array | null
    /** SHA-256 of the quote that it follows, or null. */
    quote: Uint8Array | null
  }
  /** By the community: how much of another's credit it accepts; a limit of 0 closes the line. */
  'value/line': {
    community: Uint8Array
    code: string
    scale: number
    /** Largest amount that the other may owe, minor units. */
    limit: bigint
    /** Ten-thousandths that are kept of what comes in. */
    haircut: number
    expiry: number
    /** Whether a log that nobody else certifies is accepted. */
    alone: boolean
  }
  /** By the community: nothing is accepted from or settled with the other while a dispute is open. */
  'value/freeze': { community: Uint8Array; frozen: boolean; reason: Uint8Array | null }
  /** By the community: a transfer whose next hop never answered goes back to the payer at the community's own risk. */
  'value/write-off': { community: Uint8Array; sequence: number }
  /** By the account: to another member. */
  'value/give': { account: Uint8Array; amount: bigint; asset: Asset; reference: Uint8Array | null }
  /** By the account: a purchase that unlocks for `account`. */
  'value/gift': {
    account: Uint8Array
    amount: bigint
    asset: Asset
    release: string
    reference: Uint8Array | null
  }
  /** By the payer of the receipt at that index. */
  'value/dispute': { receipt: number; reason: Uint8Array | null }
  /** By the community: reverses the receipt at that index, whole and once. */
  'value/refund': { receipt: number; reference: Uint8Array | null }
  /** By the community: `count` voucher codes of `amount` each, whose leaves have the RFC 6962 root `root`. */
  'value/batch': {
    batch: Uint8Array
    root: Uint8Array
    count: number
    amount: bigint
    asset: Asset
    expiry: number
  }
  /** By the account that redeems a code: its secret, and the audit path of its leaf. */
  'value/code': { batch: Uint8Array; serial: number; secret: Uint8Array; path: Uint8Array[] }
  /** By the community: these serials, ascending, or all that are unused. */
  'value/batch-revoke': { batch: Uint8Array; serials: number[] }
}

const key = bytes(32)
const hash = bytes(32)
const reference = nullable(hash)
const sequence = int(1, Number.MAX_SAFE_INTEGER)

const transferBody = struct<ValueOrderBodies['value/transfer']>({
  amount: uint64,
  asset,
  to: key,
  via: list(key, VIA_MAX),
  payee: matching(PAYEE_PATTERN, 'release/<id> or acct/<key>'),
  minimum: uint64,
  expiry: uint(),
  use: oneOf(...TRANSFER_USES),
  reference,
  quote: nullable(hash),
})
/** No community twice on one way. */
const transfer: Shape<ValueOrderBodies['value/transfer']> = (value, path) => {
  const body = transferBody(value, path)
  const stops = [...body.via, body.to]
  if (stops.some((stop, index) => stops.slice(0, index).some(before => equals(before, stop))))
    wrongShape('via', 'no community may be passed twice')
  return body
}

const ascending: Shape<number[]> = (value, path) => {
  const serials = list(uint(CODES_MAX - 1), CODES_MAX)(value, path)
  if (serials.some((serial, index) => index > 0 && serial <= (serials[index - 1] as number)))
    wrongShape(path, 'must be distinct and ascend')
  return serials
}

export const VALUE_ORDER_SHAPES: { readonly [T in keyof ValueOrderBodies]: Shape<ValueOrderBodies[T]> } = {
  'value/transfer': transfer,
  'value/line': struct({
    community: key,
    code: matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
    scale: uint(SCALE_MAX),
    limit: uint64,
    haircut: uint(HAIRCUT_MAX),
    expiry: uint(),
    alone: boolean,
  }),
  'value/freeze': struct({ community: key, frozen: boolean, reason: reference }),
  'value/write-off': struct({ community: key, sequence }),
  'value/give': struct({ account: key, amount: uint64, asset, reference }),
  'value/gift': struct({
    account: key,
    amount: uint64,
    asset,
    release: matching(RELEASE_ID_PATTERN, 'a release id'),
    reference,
  }),
  'value/dispute': struct({ receipt: uint(), reason: reference }),
  'value/refund': struct({ receipt: uint(), reference }),
  'value/batch': struct({ batch: key, root: hash, count: int(1, CODES_MAX), amount: uint64, asset, expiry: uint() }),
  'value/code': struct({
    batch: key,
    serial: uint(CODES_MAX - 1),
    secret: bytes(CODE_SECRET_BYTES),
    path: list(hash, CODE_PATH_MAX),
  }),
  'value/batch-revoke': struct({ batch: key, serials: ascending }),
}
