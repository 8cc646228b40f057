import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { encode } from '../../codec/dag-cbor.ts'
import { NETWORK } from '../../envelope/v1/constants.ts'
import type { SettlementFields } from './settlement.ts'

/** What a settlement is about before any rail moved: everything in its note but the evidence. */
export type SettlementTerms = Omit<SettlementFields, 'evidence'>

/**
 * SHA-256 of this is what the rail's payment carries as its memo, and the idempotency key under which the rail is asked, so that
 * one payment is evidence of one settlement: `"bandstand/settlement-memo/v1\0"`, then the list of the note's fields without the evidence.
 */
export const settlementMemoMessage = (terms: SettlementTerms): Uint8Array => {
  const { debtor, creditor, code, scale, amount, number, rail, at } = terms
  const fields = encode([debtor, creditor, code, scale, amount, number, rail, at])
  return concat([fromString(`${NETWORK}/settlement-memo/v1\0`), fields])
}
