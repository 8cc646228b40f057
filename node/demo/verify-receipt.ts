import { equals } from 'uint8arrays/equals'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'

export interface CryptoPorts {
  readonly hasher: Hasher
  readonly verifier: Verifier
}

const unbase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/**
 * Believes nobody: from the entry's bytes, the proof, the signed checkpoint and the lines alone. Throws with the reason
 * when any of them does not hold. Resolves to what each party got, in fine units (10^-9).
 */
export function verifyReceipt(ports: CryptoPorts, receipt: ReceiptProof): ReadonlyMap<string, bigint> {
  const community = unhex(receipt.community)
  const { epoch, total, quorum } = receipt.committee
  const seats = receipt.committee.seats.map(seat => ({ ...seat, key: unhex(seat.key) }))
  const log = { origin: originOf(community), community }
  const head = verifyCertificate(ports, { epoch, total, quorum, seats }, log, receipt.checkpoint)
  if (!head.ok) throw new Error(head.error.message)
  if (!head.value.quorum) throw new Error('too few auditors certified the log')
  const bytes = unbase64(receipt.entry)
  const { size, root } = head.value.checkpoint
  const leaf = leafHash(ports.hasher, bytes)
  if (!verifyInclusion(ports.hasher, { index: receipt.index, size, root, leaf, proof: receipt.proof.map(unbase64) }))
    throw new Error('the receipt is not in the log that the checkpoint signs')
  const entry = decodeEntry(bytes)
  if (!entry.ok) throw new Error(entry.error.message)
  const lines = receipt.lines.map(line => ({ ...line, amount: BigInt(line.amount) }))
  if ('split' in entry.value && !equals(ports.hasher.sha256(encodeLines(lines)), entry.value.split))
    throw new Error('the lines shown are not those of the receipt')
  return new Map(lines.map(({ party, amount }) => [party, amount]))
}
