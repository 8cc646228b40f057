import { equals } from 'uint8arrays/equals'
import type { CommitteeInfo, ProvenLeaf, TransferProof } from '#protocols/api/v1/schemas.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { checkDelivery, type ShownLeaf } from '#src/value/delivery/check.ts'
import { fromBase64, fromHex, toHex } from '#web/fan/encoding.ts'
import { hasher, verifier } from './crypto.ts'
import type { TransferAnswer } from './transfer-answer.ts'

const shown = (leaf: ProvenLeaf): ShownLeaf => ({
  community: fromHex(leaf.community),
  index: leaf.index,
  leaf: fromBase64(leaf.entry),
  path: leaf.proof.map(fromBase64),
  note: leaf.checkpoint,
  commit: fromBase64(leaf.commit),
  commitPath: leaf.commitProof.map(fromBase64),
})

const committeeOf = ({ epoch, total, quorum, seats }: CommitteeInfo): Committee => ({
  epoch,
  total,
  quorum,
  seats: seats.filter(seat => !seat.ejected).map(seat => ({ ...seat, key: fromHex(seat.key) })),
})

const refused = (message: string): TransferAnswer => ({ ok: false, message })

/**
 * The order that this fan signed, out of the payer's own entry, when it is the very one that is shown: named by the hash of what
 * was signed, to whom and how much as it says. Null otherwise. Its signature is checked with the delivery.
 */
function orderIn(entry: Uint8Array, shownAs: TransferProof, fan: string): Uint8Array | null {
  const decoded = decodeEntry(entry)
  if (!decoded.ok || decoded.value.kind !== 'transfer-out') return null
  const order = decodeEnvelope(decoded.value.order)
  const read = order.ok ? readOrder(order.value.type, order.value.body) : order
  if (!order.ok || !read.ok || read.value.type !== 'value/transfer') return null
  const { author, type, payload } = order.value
  const { to, payee, amount, asset } = read.value
  const isThis =
    toHex(author) === fan &&
    toHex(hasher.sha256(signedBytes(type, payload))) === shownAs.id &&
    toHex(to) === shownAs.to &&
    payee === shownAs.payee &&
    String(amount) === shownAs.amount &&
    asset.code === shownAs.asset.code &&
    asset.scale === shownAs.asset.scale
  return isThis ? decoded.value.order : null
}

/**
 * Checks what became of a payment from bytes alone: that it answers what this fan signed, stands in the log of whoever
 * answered, and is certified there. Asks nobody.
 */
export function checkTransfer(proof: TransferProof, fan: string): TransferAnswer {
  const { paid, answer, to, amount, arrived, asset } = proof
  if (paid === null || answer === null) return refused('there is no answer to check yet')
  try {
    const entry = fromBase64(paid.entry)
    const order = orderIn(entry, proof, fan)
    if (order === null) return refused('this is not the payment that you signed')
    const committee = committeeOf(answer.committee)
    const checked = checkDelivery(
      { hasher, verifier },
      { order, answer: shown(answer), paid: { index: paid.index, leaf: entry }, lines: null },
      (community, epoch) =>
        equals(community, fromHex(answer.community)) && epoch === committee.epoch ? committee : null,
    )
    if (!checked.ok) return refused(checked.error.message)
    const { outcome, by, arrived: fine, certificate } = checked.value
    const unit = 10n ** BigInt(9 - asset.scale)
    const says = arrived === null || BigInt(arrived) === fine / unit
    if (outcome === 'delivered' && (toHex(by) !== to || !says || fine > BigInt(amount) * unit))
      return refused('what is shown here is not what the other community wrote down')
    return {
      ok: true,
      outcome,
      by: toHex(by),
      arrived: String(fine),
      weight: committee.total === 1 ? 1 : certificate.weight,
      total: committee.total,
    }
  } catch {
    return refused('it cannot be read')
  }
}
