import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { StageError } from '#node/errors.ts'
import type { CardBatch } from '#node/ports/cards.ts'
import type { Rail, RailFault, RailFaultCode, RailPayment, RailReceipt, RailRequest } from '#node/ports/rails.ts'
import { decode, encode } from '#protocols/codec/dag-cbor.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { bytes, bytesUpTo, tuple } from '#protocols/codec/shape.ts'
import { decodeEnvelope, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { readOrder } from '#protocols/ledger/v1/orders.ts'
import { BATCH_ENVELOPE_BYTES_MAX } from '#protocols/value/v1/constants.ts'
import type { Clock, Hasher, Verifier } from '#src/kernel/ports.ts'
import type { CardDesk } from './card-desk.ts'

export interface CodesRailInit {
  readonly own: Uint8Array
  readonly asset: { readonly code: string; readonly scale: number }
  readonly cards: CardDesk
  readonly hasher: Hasher
  readonly verifier: Verifier
  readonly clock: Clock
  /** Whether a batch is in the log of a community, as far as that log is known here. */
  readonly isIssued: (community: Uint8Array, batch: Uint8Array) => boolean
  /** The signed order in an entry of the own log. */
  readonly orderIn: (entry: number) => Uint8Array | null
}

const YEAR_MS = 365 * 24 * 3600_000
const QUOTE_MS = 3600_000
const AMOUNT_MAX = (1n << 64n) - 1n
const ADDRESS = /^[0-9a-f]{64}$/
const DOMAIN = fromString('bandstand/code-payment/v1\0')
const LIMITS = { bytesMax: BATCH_ENVELOPE_BYTES_MAX + 128, depthMax: 1, itemsMax: 5 }

const fault = (code: RailFaultCode, message: string): Result<never, RailFault> => err({ code, message })
const hex = (data: Uint8Array): string => asText(data, 'hex')

/** What a receipt says: the community's signed batch of one card, and what its name stands for. */
const receiptShape = tuple<[Uint8Array, Uint8Array, Uint8Array, Uint8Array]>(
  bytesUpTo(BATCH_ENVELOPE_BYTES_MAX),
  bytes(32),
  bytes(32),
  bytes(32),
)

/**
 * Pays with a printed card: a batch of one, whose name is the hash of key, payee and purpose, so that the log itself takes one
 * payment under one key once. The card's secret is handed over on paper; the receipt does not carry it.
 */
export function createCodesRail(init: CodesRailInit): Rail {
  const { own, asset, cards, hasher, clock } = init

  const nameOf = (key: Uint8Array, to: Uint8Array, memo: Uint8Array): Uint8Array =>
    hasher.sha256(concat([DOMAIN, key, to, memo]))

  const check = ({ key, to, amount, code, scale, memo }: RailRequest): Result<null, RailFault> => {
    if (code !== asset.code || scale !== asset.scale)
      return fault('wrong-asset', `Cards here are of ${asset.code} with ${asset.scale} decimals.`)
    if (amount <= 0n) return fault('amount-too-small', 'A card is worth more than zero.')
    if (amount > AMOUNT_MAX) return fault('rail-refused', 'This is more than a card can be worth.')
    if (!ADDRESS.test(to)) return fault('rail-refused', 'A card is for a community or an account: 64 hex digits.')
    return key.length === 32 && memo.length === 32
      ? ok(null)
      : fault('rail-refused', 'A payment is named by 32 bytes, and says in 32 bytes what it is for.')
  }

  const paymentOf = (key: Uint8Array, batch: CardBatch, [to, memo]: readonly [Uint8Array, Uint8Array]): RailPayment => {
    const envelope = batch.entry === null ? null : init.orderIn(batch.entry)
    return envelope === null
      ? { key, state: 'pending', receipt: null, note: 'The card is printed; it is not in the log yet.' }
      : {
          key,
          state: 'confirmed',
          receipt: encode([envelope, key, to, memo]),
          note: 'Print the card and hand it over.',
        }
  }

  /** The label of a payment's batch begins with its key: another request under one key is found by it. */
  const labelOf = (key: Uint8Array, to: Uint8Array, memo: Uint8Array): string => `${hex(key)} ${hex(to)} ${hex(memo)}`
  const byKey = (key: Uint8Array): CardBatch | null =>
    cards.list().find(({ label }) => label.startsWith(`${hex(key)} `)) ?? null

  return {
    id: 'codes',
    about: 'Printed cards: whoever holds one redeems it with this community, once.',
    address: hex(own),
    quote: async request => {
      const checked = check(request)
      return checked.ok ? ok({ fee: 0n, takesMs: null, expiry: clock.nowMs() + QUOTE_MS }) : checked
    },
    async pay(request, signal) {
      const checked = check(request)
      if (!checked.ok) return checked
      if (signal.aborted) return fault('rail-timeout', 'It took too long; no card was printed.')
      const { key, amount, code, scale, memo } = request
      const to = fromString(request.to, 'hex')
      const batch = nameOf(key, to, memo)
      const known = byKey(key)
      if (known !== null && (!equals(known.batch, batch) || known.amount !== amount))
        return fault('key-reused', 'Another payment has that key already.')
      const label = labelOf(key, to, memo)
      const expiry = clock.nowMs() + YEAR_MS
      try {
        const issued =
          known === null
            ? await cards.issue({ batch, label, count: 1, amount, code, scale, expiry })
            : await cards.enter(known.batch)
        return ok(paymentOf(key, issued, [to, memo]))
      } catch (cause) {
        if (!(cause instanceof StageError)) throw cause
        return fault('rail-unavailable', cause.message)
      }
    },
    async status(key) {
      const batch = byKey(key)
      const [, to = '', memo = ''] = batch?.label.split(' ') ?? []
      return ok(batch === null ? null : paymentOf(key, batch, [fromString(to, 'hex'), fromString(memo, 'hex')]))
    },
    async verifyReceipt(receipt): Promise<Result<RailReceipt, RailFault>> {
      const read = decode(receipt, receiptShape, LIMITS)
      if (!read.ok) return fault('bad-receipt', 'This is no receipt of a card.')
      const [bytesOf, key, to, memo] = read.value
      const envelope = decodeEnvelope(bytesOf)
      const order = envelope.ok ? readOrder(envelope.value.type, envelope.value.body) : envelope
      if (!envelope.ok || !order.ok || order.value.type !== 'value/batch')
        return fault('bad-receipt', 'This is no receipt of a card.')
      const { author, type, payload, signature, at } = envelope.value
      const { batch, count, amount, asset: of } = order.value
      const isSigned = init.verifier.verify(author, signedBytes(type, payload), signature)
      if (!isSigned || count !== 1 || !equals(of.issuer, author) || !equals(batch, nameOf(key, to, memo)))
        return fault('bad-receipt', 'No community signed that card for that purpose.')
      if (!init.isIssued(author, batch))
        return fault('not-confirmed', 'The card is not in the log of its community yet, as far as it is known here.')
      return ok({ to: hex(to), amount, code: of.code, scale: of.scale, memo, at })
    },
  }
}
