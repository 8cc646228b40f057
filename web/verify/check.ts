import { sha256 } from '@noble/hashes/sha2.js'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry, type Entry } from '#protocols/ledger/v1/codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { verifyCheckpoint } from '#src/ledger/checkpoint.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { fromBase64, fromHex, toHex } from '#web/fan/encoding.ts'
import { verifyStrictly } from './strict-ed25519.ts'

/** One thing that was checked on this device, and how it went. */
export interface CheckStep {
  readonly said: string
  readonly good: boolean
  readonly detail: string
}

const hasher: Hasher = { sha256: data => sha256(data) }
const verifier: Verifier = { verify: verifyStrictly }

/** Text that is not base64 becomes no bytes at all, which then fail the check they are needed for. */
function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch {
    return new Uint8Array(0)
  }
}

/** Whether what is shown is what the entry says: amount, asset and every line. */
function showsTheEntry(receipt: ReceiptProof, entry: Entry): boolean {
  const lines = entry.kind === 'receipt' ? entry.lines : []
  const shown = receipt.lines.map(line => `${line.party}\n${line.amount}`).sort()
  const written = lines.map(line => `${line.party}\n${line.amount}`).sort()
  const sameLines = entry.kind === 'issue' || shown.join('\n\n') === written.join('\n\n')
  return String(entry.amount) === receipt.amount && entry.asset.code === receipt.asset.code && sameLines
}

function orderIsSigned(entry: Entry): boolean {
  const order = decodeEnvelope(entry.order)
  if (!order.ok) return false
  const { author, type, payload, signature } = order.value
  return verifier.verify(author, signedBytes(type, payload), signature)
}

/**
 * Checks a receipt from its bytes alone, with the same rules that stages use, and asks nobody: the order's signature,
 * the entry's fingerprint, its place in the log, and the community's signature under the log.
 */
export function checkReceipt(receipt: ReceiptProof): CheckStep[] {
  const bytes = bytesOf(receipt.entry)
  const entry = decodeEntry(bytes)
  const leaf = leafHash(hasher, bytes)
  const checkpoint = verifyCheckpoint({ hasher, verifier }, fromHex(receipt.community), receipt.checkpoint)
  const root = checkpoint.ok ? checkpoint.value.root : new Uint8Array(32)
  const size = checkpoint.ok ? checkpoint.value.size : 0
  const proof = receipt.proof.map(bytesOf)
  return [
    {
      said: 'The entry says what is shown here',
      good: entry.ok && showsTheEntry(receipt, entry.value),
      detail: entry.ok ? `${bytes.length} bytes read` : entry.error.message,
    },
    {
      said: receipt.kind === 'tip' ? 'The payer signed the order' : 'The cash desk signed the order',
      good: entry.ok && orderIsSigned(entry.value),
      detail: 'Ed25519',
    },
    {
      said: 'Its fingerprint is the one named',
      good: toHex(leaf) === receipt.leafHash,
      detail: toHex(leaf),
    },
    {
      said: `It stands in the log at place ${receipt.index}`,
      good: checkpoint.ok && verifyInclusion(hasher, { index: receipt.index, size, leaf, root, proof }),
      detail: `from ${proof.length} hash${proof.length === 1 ? '' : 'es'} to the root of ${size} entries`,
    },
    {
      said: 'The community signed this log',
      good: checkpoint.ok,
      detail: checkpoint.ok ? toHex(root) : checkpoint.error.message,
    },
  ]
}
