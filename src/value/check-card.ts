import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { type OrderBodies, readOrder } from '#protocols/ledger/v1/orders.ts'
import { codeLeafBytes } from '#protocols/value/v1/card.ts'
import type { CardFile } from '#protocols/value/v1/card-file.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'

/** What a card proves by itself: who promised it, and how much. Whether it is unused only that community's log can say. */
export interface GenuineCard {
  /** Key of the community that issued it. */
  readonly community: Uint8Array
  readonly batch: OrderBodies['value/batch']
  readonly serial: number
}

export type CardFaultCode = 'code-unknown' | 'code-expired' | 'wrong-community'
export interface CardFault {
  readonly code: CardFaultCode
  readonly message: string
}

const fault = (code: CardFaultCode, message: string): Result<never, CardFault> => err({ code, message })
const COUNTERFEIT = 'This card is not genuine: it is not what the community signed.'

/** Checks a card offline: the community's signature over the batch, and the card's place in it. `from` is the community that it should be of. */
export function checkCard(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  card: CardFile,
  nowMs: number,
  from: Uint8Array | null = null,
): Result<GenuineCard, CardFault> {
  const envelope = decodeEnvelope(card.envelope)
  const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
  if (!envelope.ok || !order.ok || order.value.type !== 'value/batch') return fault('code-unknown', COUNTERFEIT)
  const { type, author, community, payload, signature } = envelope.value
  const { value: batch } = order
  const isOwn = [community, batch.asset.issuer].every(key => equals(key, author))
  if (!isOwn || !ports.verifier.verify(author, signedBytes(type, payload), signature))
    return fault('code-unknown', COUNTERFEIT)
  if (from !== null && !equals(author, from))
    return fault('wrong-community', 'This card is of another community; it can be redeemed there alone.')
  const leaf = leafHash(ports.hasher, codeLeafBytes(card.serial, card.secret))
  const place = { index: card.serial, size: batch.count, leaf, root: batch.root, proof: card.path }
  if (!verifyInclusion(ports.hasher, place)) return fault('code-unknown', COUNTERFEIT)
  if (nowMs > batch.expiry)
    return fault('code-expired', `This card ran out on ${new Date(batch.expiry).toISOString().slice(0, 10)}.`)
  return ok({ community: author, batch, serial: card.serial })
}
