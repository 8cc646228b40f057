import { equals } from 'uint8arrays/equals'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { decodeEnvelope, type Envelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { NETWORK } from '#protocols/envelope/v1/constants.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { decodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { ENTRY_KIND_OF_ORDER, readOrder as readOrderBody } from '#protocols/ledger/v1/orders.ts'
import { voucherBytesIn } from '#protocols/ledger/v1/voucher.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { type RuleFault, ruleFault } from '../rule-fault.ts'
import type { ReadEntry, ReadOrder } from './machine.ts'
import { checksOf } from './read-value.ts'
import { asResult } from './refusal.ts'

/** What an envelope orders. Its signature is the caller's to verify. */
export function readOrder(community: Uint8Array, envelope: Envelope): Result<ReadOrder, RuleFault> {
  const order = readOrderBody(envelope.type, envelope.body)
  if (!order.ok) return ruleFault('bad-order', `the order cannot be read: ${order.error.message}`)
  if (!equals(envelope.community, community))
    return ruleFault('wrong-community', 'this order is addressed to another community; send it there')
  const { author, seq, at } = envelope
  return ok({ author, seq, at, order: order.value })
}

const leafScratch = new Uint8Array(512)

/** SHA-256(0x00 || entry), RFC 6962. */
function leafOf(hasher: Hasher, entry: Uint8Array): Uint8Array {
  const length = entry.length + 1
  const bytes = length <= leafScratch.length ? leafScratch.subarray(0, length) : new Uint8Array(length)
  bytes[0] = 0
  bytes.set(entry, 1)
  return hasher.sha256(bytes)
}

function readOrderEntry(
  hasher: Hasher,
  community: Uint8Array,
  bytes: Uint8Array,
  entry: Extract<Entry, { order: Uint8Array }>,
): Result<ReadEntry, RuleFault> {
  const envelope = decodeEnvelope(entry.order)
  if (!envelope.ok) return ruleFault('bad-order', `the order cannot be read: ${envelope.error.message}`)
  const order = readOrder(community, envelope.value)
  if (!order.ok) return order
  if (ENTRY_KIND_OF_ORDER[order.value.order.type] !== entry.kind)
    return ruleFault('bad-entry', `an order of type ${order.value.order.type} is no ${entry.kind} entry`)
  const { type, payload, author, signature } = envelope.value
  const checks = [{ publicKey: author, message: signedBytes(type, payload), signature }]
  return ok({ entry, bytes, leaf: leafOf(hasher, bytes), checks, order: order.value })
}

/** Reads an entry's bytes: all that can be known of it without a state. Its signatures are not verified here. */
export function readEntry(hasher: Hasher, community: Uint8Array, bytes: Uint8Array): Result<ReadEntry, RuleFault> {
  const decoded = decodeEntry(bytes)
  if (!decoded.ok)
    return err({
      code: 'bad-entry',
      message: `the entry cannot be read: ${decoded.error.path} ${decoded.error.message}`,
    })
  const entry = decoded.value
  if (entry.kind === 'stream') {
    const checks = [{ publicKey: entry.channel, message: voucherBytesIn(community, bytes), signature: entry.signature }]
    return ok({ entry, bytes, leaf: leafOf(hasher, bytes), checks, order: null })
  }
  if ('order' in entry) return readOrderEntry(hasher, community, bytes, entry)
  if (entry.kind === 'genesis' && entry.network !== NETWORK)
    return ruleFault('wrong-network', `this log is of the network ${entry.network}`)
  const checks = asResult(() => checksOf(hasher, entry))
  return checks.ok ? ok({ entry, bytes, leaf: leafOf(hasher, bytes), checks: checks.value, order: null }) : checks
}
