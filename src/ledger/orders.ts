import { equals } from 'uint8arrays/equals'
import { attempt } from '#protocols/codec/dag-cbor.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { type Asset, issueOrder, tipOrder } from '#protocols/value/v1/codec.ts'
import type { Hasher, Verifier } from '#src/kernel/ports.ts'
import { type RuleFault, ruleFault } from './rule-fault.ts'

interface OrderFields {
  /** Event id of the order: one order is executed once. */
  readonly id: Uint8Array
  readonly account: Uint8Array
  readonly asset: Asset
  readonly amount: bigint
}

/** An order that is well formed, addressed to this community, and made by somebody who may make it. */
export type Order =
  | ({ readonly kind: 'issue' } & OrderFields)
  | ({ readonly kind: 'tip'; readonly release: string } & OrderFields)

export const ISSUE_TYPE = 'value/issue'
export const TIP_TYPE = 'value/tip'

/** Id of an event (`protocols/envelope/v1/spec.md`). */
export const eventId = (hasher: Hasher, { type, payload }: Pick<Envelope, 'type' | 'payload'>): Uint8Array =>
  hasher.sha256(signedBytes(type, payload))

function readBody(envelope: Envelope, id: Uint8Array): Result<Order, RuleFault> {
  const body = attempt((): Order => {
    if (envelope.type === ISSUE_TYPE) {
      const { account, asset, amount } = issueOrder(envelope.body, 'body')
      return { kind: 'issue', id, account, asset, amount }
    }
    const { release, asset, amount } = tipOrder(envelope.body, 'body')
    return { kind: 'tip', id, account: envelope.author, release, asset, amount }
  })
  return body.ok ? body : ruleFault('bad-order', `the order cannot be read: ${body.error.message}`)
}

/** What an order alone can show. The signature is NOT checked here: see `verifyOrder`. */
export function readOrder(hasher: Hasher, community: Uint8Array, envelope: Envelope): Result<Order, RuleFault> {
  if (envelope.type !== ISSUE_TYPE && envelope.type !== TIP_TYPE)
    return ruleFault('bad-order', `${envelope.type} is not an order of the ledger`)
  if (!equals(envelope.community, community))
    return ruleFault('wrong-community', 'this order is addressed to another community; send it there')
  const order = readBody(envelope, eventId(hasher, envelope))
  if (!order.ok) return order
  if (order.value.kind === 'issue' && !equals(envelope.author, community))
    return ruleFault('not-the-desk', "only the community's cash desk may issue credit")
  if (!equals(order.value.asset.issuer, community))
    return ruleFault('wrong-asset', 'this ledger counts only what its own community issues')
  if (order.value.amount === 0n) return ruleFault('zero-amount', 'the amount must be more than nothing')
  return order
}

/** Reads an order from envelope bytes and verifies its author's signature. */
export function verifyOrder(
  ports: { readonly hasher: Hasher; readonly verifier: Verifier },
  community: Uint8Array,
  bytes: Uint8Array,
): Result<Order, RuleFault> {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) return ruleFault('bad-order', `the order cannot be read: ${envelope.error.message}`)
  const { type, payload, author, signature } = envelope.value
  const order = readOrder(ports.hasher, community, envelope.value)
  if (!order.ok) return order
  return ports.verifier.verify(author, signedBytes(type, payload), signature)
    ? ok(order.value)
    : ruleFault('bad-signature', 'the signature on this order does not verify')
}
