import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { decodeEntry } from '#protocols/ledger/v1/codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'

export interface CryptoPorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
}

const unbase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/**
 * Believes nobody: from the entry's bytes, the proof and the signed checkpoint alone. Throws with the reason when any of
 * them does not hold. Resolves to the lines of the entry, in integer units.
 */
export function verifyReceipt(ports: CryptoPorts, receipt: ReceiptProof): ReadonlyMap<string, bigint> {
  const checkpoint = verifyCheckpoint(ports, new Uint8Array(Buffer.from(receipt.community, 'hex')), receipt.checkpoint)
  if (!checkpoint.ok) throw new Error(checkpoint.error.message)
  const bytes = unbase64(receipt.entry)
  const { size, root } = checkpoint.value
  const proof = receipt.proof.map(unbase64)
  const isIncluded = verifyInclusion(ports.hasher, {
    ...{ index: receipt.index, size, root, proof },
    leaf: leafHash(ports.hasher, bytes),
  })
  if (!isIncluded) throw new Error('the receipt is not in the log that the checkpoint signs')
  const entry = decodeEntry(bytes)
  if (!entry.ok) throw new Error(entry.error.message)
  return new Map('lines' in entry.value ? entry.value.lines.map(({ party, amount }) => [party, amount]) : [])
}
