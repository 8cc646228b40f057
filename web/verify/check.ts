import { equals } from 'uint8arrays/equals'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { parseOrigin } from '#protocols/ledger/v1/origin.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import { voucherBytes } from '#protocols/ledger/v1/voucher.ts'
import { verifyCertificate } from '#src/ledger/committee/verify-certificate.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { fromBase64, fromHex, toHex } from '#web/fan/encoding.ts'
import { hasher, verifier } from './crypto.ts'

/** One thing that was checked on this device, and how it went. */
export interface CheckStep {
  readonly said: string
  readonly good: boolean
  readonly detail: string
}

/** Text that is not base64 becomes no bytes at all, which then fail the check they are needed for. */
function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch {
    return new Uint8Array(0)
  }
}

/** What an entry says moved, as far as it says it by itself: a voucher counts what was spent in all. */
function amountIn(
  entry: Entry,
): { readonly amount: bigint; readonly code: string; readonly release: string | null } | null {
  if (!('order' in entry)) return null
  const order = decodeEnvelope(entry.order)
  const read = order.ok ? readOrder(order.value.type, order.value.body) : order
  if (!read.ok) return null
  const { value } = read
  if (value.type === 'value/channel-open') return { amount: value.deposit, code: value.asset.code, release: null }
  if (value.type === 'value/tip' || value.type === 'value/gift')
    return { amount: value.amount, code: value.asset.code, release: value.release }
  // A batch of cards sets aside what all of them are worth.
  const times = value.type === 'value/batch' ? BigInt(value.count) : 1n
  return 'amount' in value ? { amount: value.amount * times, code: value.asset.code, release: null } : null
}

/** Whether what is shown is what the entry says. */
function showsTheEntry(receipt: ReceiptProof, entry: Entry): boolean {
  if (entry.at !== receipt.at) return false
  if (entry.kind === 'stream') return entry.recording.startsWith(`${receipt.release}/`)
  const said = amountIn(entry)
  if (said === null) return true
  return (
    String(said.amount) === receipt.amount &&
    said.code === receipt.asset.code &&
    said.release === (receipt.release ?? null)
  )
}

function isSigned(community: Uint8Array, entry: Entry): boolean {
  if (entry.kind === 'stream') return verifier.verify(entry.channel, voucherBytes(community, entry), entry.signature)
  if (!('order' in entry)) return true
  const order = decodeEnvelope(entry.order)
  if (!order.ok) return false
  const { author, type, payload, signature } = order.value
  return verifier.verify(author, signedBytes(type, payload), signature)
}

/** Whether the lines are the ones whose hash stands in the entry, and total what was paid. */
function splitHolds({ lines, amount, asset }: ReceiptProof, entry: Entry): boolean {
  const divides = entry.kind === 'receipt' || entry.kind === 'stream' || entry.kind === 'transfer-in'
  if (!divides) return entry.kind === 'refund' || lines.length === 0
  try {
    const written = lines.map(({ holder, party, amount: part, tag }) => ({ holder, party, amount: BigInt(part), tag }))
    const total = written.reduce((sum, line) => sum + line.amount, 0n)
    const whole = entry.kind === 'transfer-in' ? entry.amount : BigInt(amount) * 10n ** BigInt(9 - asset.scale)
    return equals(hasher.sha256(encodeLines(written)), entry.split) && (total === whole || lines.length === 0)
  } catch {
    return false
  }
}

const signerSays = (entry: Entry): string => {
  if (entry.kind === 'transfer-in') return 'It came out of the other community’s log'
  if (entry.kind === 'issue') return 'The cash desk signed the order'
  return entry.kind === 'stream' ? 'The listener signed for it' : 'The payer signed the order'
}

/** Checks the head's signatures: the community's own, and those of the auditors that it had to convince. */
function headOf({ community, checkpoint, committee }: ReceiptProof) {
  const origin = checkpoint.split('\n', 1)[0] ?? ''
  const key = fromHex(community)
  const named = parseOrigin(origin)
  if (named === null || !equals(named.community, key)) return null
  const seats = committee.seats.filter(seat => !seat.ejected).map(seat => ({ ...seat, key: fromHex(seat.key) }))
  const { epoch, total, quorum } = committee
  const verified = verifyCertificate(
    { hasher, verifier },
    { epoch, total, quorum, seats },
    { origin, community: key },
    checkpoint,
  )
  return verified.ok ? verified.value : null
}

function certifiedStep({ committee }: ReceiptProof, head: ReturnType<typeof headOf>): CheckStep {
  const { total, quorum, epoch } = committee
  if (total === 1)
    return {
      said: 'Certified by the community itself: it stands alone, without auditors',
      good: head !== null,
      detail: 'self-certified',
    }
  const weight = head?.weight ?? 0
  return {
    said: `Certified by ${weight} of ${total} auditor seats; ${quorum} are needed`,
    good: weight >= quorum,
    detail: `${(head?.seats ?? []).map(seat => seat.operator).join(', ') || 'none yet'} · epoch ${epoch}`,
  }
}

/**
 * Checks a receipt from its bytes alone, with the same rules that stages use, and asks nobody: the order's signature, who
 * got what, the entry's fingerprint, its place in the log, and the signatures of the community and of its auditors.
 */
export function checkReceipt(receipt: ReceiptProof): CheckStep[] {
  const bytes = bytesOf(receipt.entry)
  const decoded = decodeEntry(bytes)
  const entry = decoded.ok ? decoded.value : null
  const leaf = leafHash(hasher, bytes)
  const head = headOf(receipt)
  const { size, root } = head?.checkpoint ?? { size: 0, root: new Uint8Array(32) }
  const proof = receipt.proof.map(bytesOf)
  return [
    {
      said: 'The entry says what is shown here',
      good: entry !== null && showsTheEntry(receipt, entry),
      detail: decoded.ok ? `${bytes.length} bytes read` : decoded.error.message,
    },
    {
      said: entry === null ? 'The payer signed the order' : signerSays(entry),
      good: entry !== null && isSigned(fromHex(receipt.community), entry),
      detail: entry?.kind === 'transfer-in' ? `entry ${entry.index} there` : 'Ed25519',
    },
    {
      said: 'It was divided exactly as shown',
      good: entry !== null && splitHolds(receipt, entry),
      detail: entry !== null && 'split' in entry ? toHex(entry.split) : 'nothing is divided',
    },
    { said: 'Its fingerprint is the one named', good: toHex(leaf) === receipt.leafHash, detail: toHex(leaf) },
    {
      said: `It stands in the log at place ${receipt.index}`,
      good: head !== null && verifyInclusion(hasher, { index: receipt.index, size, leaf, root, proof }),
      detail: `from ${proof.length} hash${proof.length === 1 ? '' : 'es'} to the root of ${size} entries`,
    },
    {
      said: 'The community signed this log',
      good: head !== null,
      detail: head === null ? 'the signature does not verify' : toHex(root),
    },
    certifiedStep(receipt, head),
  ]
}
