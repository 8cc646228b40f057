import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { checkpointText, formatNote, keyIdOf } from '#protocols/ledger/v1/checkpoint.ts'
import type { Entry } from '#protocols/ledger/v1/entry.ts'
import { encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import type { OrderBodies } from '#protocols/ledger/v1/orders.ts'
import { originOf } from '#protocols/ledger/v1/origin.ts'
import { encodeLines } from '#protocols/ledger/v1/split.ts'
import { cosignLine } from '#src/ledger/committee/notes.ts'
import type { Committee } from '#src/ledger/committee/types.ts'
import { EMPTY_RANGE, extendRange, rangeRoot } from '#src/ledger/compact-range.ts'
import { inclusionProof, leafHash, type NodeReader, nodeHash } from '#src/ledger/merkle.ts'
import type { ShownDelivery, ShownLeaf } from '#src/value/delivery/check.ts'
import { simHasher as hasher, simKey, simSigner } from './sim-ledger-crypto.ts'

const AT = 1_790_000_000_000
const NONE = new Uint8Array(32)
const FAN = simKey(900)
export const STOPS = [1, 2, 3, 4, 5].map(simKey)
const SEATS = [51, 52, 53, 54].map(simKey)
export const COMMITTEE: Committee = {
  epoch: 1,
  seats: SEATS.map((key, at) => ({ name: `seat ${at}`, key, operator: `operator ${at}`, weight: 1 })),
  total: 4,
  quorum: 3,
}

const LINES = [{ holder: 'acct:ada', party: 'ada', amount: 5_000_000_000n, tag: 'share' }]
export const SHOWN_LINES = encodeLines(LINES)

/** A log of nothing but what is shown, between entries that nobody looks at. */
export function shownLeaf(
  community: Uint8Array,
  leaf: Uint8Array,
  { cosigned = 3, index = 5, epoch = 1 } = {},
): ShownLeaf {
  const commit = encodeEntry({ kind: 'commit', at: AT, previous: 0, stateRoot: NONE, rules: NONE, epoch })
  const entries = Array.from({ length: 11 }, (_, at) => (at === index ? leaf : Uint8Array.of(at)))
  const leaves = [...entries, commit].map(entry => leafHash(hasher, entry))
  const read: NodeReader = (level, at) =>
    level === 0 ? (leaves[at] as Uint8Array) : nodeHash(hasher, read(level - 1, 2 * at), read(level - 1, 2 * at + 1))
  const root = rangeRoot(
    hasher,
    leaves.reduce((range, hash) => extendRange(hasher, range, hash), EMPTY_RANGE),
  )
  const origin = originOf(community)
  const text = checkpointText(origin, leaves.length, root)
  const keyId = keyIdOf(data => hasher.sha256(data), origin, community)
  const own = { name: origin, keyId, signature: simSigner(community).sign(new TextEncoder().encode(text)) }
  const lines = SEATS.slice(0, cosigned).map(key => cosignLine(hasher, simSigner(key), text, AT / 1_000))
  return {
    community,
    index,
    leaf,
    path: inclusionProof(hasher, read, index, leaves.length),
    note: formatNote(text, [own, ...lines]),
    commit,
    commitPath: inclusionProof(hasher, read, leaves.length - 1, leaves.length),
  }
}

export function transferOrder(hops: number, more: Partial<OrderBodies['value/transfer']> = {}): Uint8Array {
  const stops = STOPS.slice(0, hops + 1)
  const [community, to] = [stops[0] as Uint8Array, stops[hops] as Uint8Array]
  const body = {
    amount: 500n,
    asset: { code: 'EUR', scale: 2, issuer: community },
    to,
    via: stops.slice(1, -1),
    payee: `release/${'0a'.repeat(16)}`,
    minimum: 500n,
    expiry: AT + 60_000,
    use: 'tip',
    reference: null,
    quote: null,
    ...more,
  }
  const payload = encodePayload({ type: 'value/transfer', author: FAN, community, seq: 1, at: AT, body })
  return encodeEnvelope(payload, simSigner(FAN).sign(signedBytes('value/transfer', payload)))
}

type Change = (entry: Entry, place: number) => Entry

/**
 * A payment over `hops`, as the logs of STOPS would hold it: the payer's leaf, and what the community at `by` shows. `change`
 * spoils entries on the way; `decided` is how the community at that place decided.
 */
export function pathOf(
  hops: number,
  by: number,
  change: Change = entry => entry,
  decided = { outcome: 'delivered', place: hops },
) {
  const order = transferOrder(hops)
  const put = (entry: Entry, place: number): Uint8Array => encodeEntry(change(entry, place))
  const stop = (place: number): Uint8Array => STOPS[place] as Uint8Array
  const paid = put({ kind: 'transfer-out', at: AT, next: stop(1), sequence: 7, order }, 0)
  const split = decided.outcome === 'delivered' ? hasher.sha256(SHOWN_LINES) : hasher.sha256(encodeLines([]))
  let leaf = paid
  for (let place = 1; place <= decided.place; place++) {
    const last = place === decided.place
    const outcome = last ? decided.outcome : 'forwarded'
    const amount = outcome === 'forwarded' || outcome === 'delivered' ? 5_000_000_000n : 0n
    const proven = { index: 40 + place - 1, leaf, path: [] as Uint8Array[], sequence: 6 + place }
    const fields = { source: stop(place - 1), ...proven, outcome, amount, onward: last ? null : 7 + place, split }
    leaf = put({ kind: 'transfer-in', at: AT, ...fields }, place)
  }
  for (let place = decided.place - 1; place >= by; place--) {
    const back = { source: stop(place - 1), sequence: 6 + place }
    const proven = { index: 50 + place, leaf, path: [] as Uint8Array[], sequence: 7 + place }
    leaf = put(
      { kind: 'transfer-end', at: AT, next: stop(place + 1), ...proven, outcome: decided.outcome, back },
      place,
    )
  }
  return { order, paid: { index: 40, leaf: paid }, leaf }
}

/** The same, as it is shown to the payer's page. */
export function shownDelivery(
  hops: number,
  by = hops,
  change?: Change,
  decided?: { outcome: string; place: number },
): ShownDelivery {
  const { order, paid, leaf } = pathOf(hops, by, change, decided)
  return { order, paid, answer: shownLeaf(STOPS[by] as Uint8Array, leaf), lines: SHOWN_LINES }
}
