import { equals } from 'uint8arrays/equals'
import type { CodecFault } from '../../codec/codec-error.ts'
import { attempt, decodeOrThrow, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, int, matching, nullable, tuple, uint, uint64, wrongShape } from '../../codec/shape.ts'
import { signedMessage } from '../../ledger/v1/domain.ts'
import { ASSET_CODE_PATTERN, RAIL_PATTERN, SCALE_MAX, SETTLEMENT_LIMITS } from './constants.ts'

/** A debt between two communities that was paid outside their logs. */
export interface SettlementFields {
  readonly debtor: Uint8Array
  readonly creditor: Uint8Array
  readonly code: string
  readonly scale: number
  /** Minor units, 10^-scale. */
  readonly amount: bigint
  /** Consecutive for each pair and debtor, from 1. */
  readonly number: number
  /** Over which rail it was paid: `cash`, `evm:<chain id>`. */
  readonly rail: string
  /** SHA-256 of the rail's own receipt. */
  readonly evidence: Uint8Array
  /** Ms since the Unix epoch. */
  readonly at: number
}

/** A note on its way, or complete. Its signatures are not verified yet; both are over `settlementMessage`. */
export interface Settlement extends SettlementFields {
  readonly debtorSignature: Uint8Array
  /** Null until the creditor's rail has confirmed. */
  readonly creditorSignature: Uint8Array | null
}

type Tuple = [
  Uint8Array,
  Uint8Array,
  string,
  number,
  bigint,
  number,
  string,
  Uint8Array,
  number,
  Uint8Array,
  Uint8Array | null,
]
const shape = tuple<Tuple>(
  bytes(32),
  bytes(32),
  matching(ASSET_CODE_PATTERN, 'an asset code such as TEST or EUR'),
  uint(SCALE_MAX),
  uint64,
  int(1, Number.MAX_SAFE_INTEGER),
  matching(RAIL_PATTERN, 'the name of a rail'),
  bytes(32),
  uint(),
  bytes(64),
  nullable(bytes(64)),
)

const listOf = ({ debtor, creditor, code, scale, amount, number, rail, evidence, at }: SettlementFields): unknown[] => [
  debtor,
  creditor,
  code,
  scale,
  amount,
  number,
  rail,
  evidence,
  at,
]

/** What debtor and creditor sign: `"bandstand/settlement/v1\0"`, then the list of the nine fields. */
export const settlementMessage = (note: SettlementFields): Uint8Array =>
  signedMessage('settlement', encode(listOf(note)))

/** A note as it travels: a list of the nine fields, the debtor's signature, and the creditor's or null. */
export const encodeSettlement = (note: Settlement): Uint8Array =>
  encode([...listOf(note), note.debtorSignature, note.creditorSignature])

/** Strict and bounded. The signatures are the caller's to verify. */
export const decodeSettlement = (input: Uint8Array): Result<Settlement, CodecFault> =>
  attempt(() => {
    const [debtor, creditor, code, scale, amount, number, rail, evidence, at, debtorSignature, creditorSignature] =
      decodeOrThrow(input, shape, SETTLEMENT_LIMITS)
    if (equals(debtor, creditor)) wrongShape('creditor', 'nobody settles with itself')
    const fields = { debtor, creditor, code, scale, amount, number, rail, evidence, at }
    return { ...fields, debtorSignature, creditorSignature }
  })
