import { describe, expect, test } from 'vitest'
import { encodeEnvelope, encodePayload } from '#protocols/envelope/v1/codec.ts'
import { decodeEntry, encodeEntry } from '#protocols/ledger/v1/entry-codec.ts'
import { ENTRY_BYTES_MAX, LEAF_BYTES_MAX, TRANSFER_ORDER_BYTES_MAX } from '#protocols/ledger/v1/limits.ts'
import { NETTING_BYTES_MAX, VALUE_MESSAGE_BYTES_MAX } from '#protocols/value/v1/constants.ts'
import { decodeRequest, encodeRequest } from '#protocols/value/v1/messages.ts'
import { decodeNetting } from '#protocols/value/v1/netting.ts'
import { largestNetting } from '#test/support/value-vectors/nettings.ts'

const fill = (value: number, length = 32): Uint8Array => new Uint8Array(length).fill(value)
const LAST = Number.MAX_SAFE_INTEGER
const path = Array.from({ length: 54 }, (_, level) => fill(level))
const place = { at: LAST, sequence: LAST, index: LAST, path }

/** The leaves of a payment over four hops, each with the longest numbers, words and paths. */
function longestLeaves(): Uint8Array[] {
  const order = fill(0x0d, TRANSFER_ORDER_BYTES_MAX)
  const leaves = [encodeEntry({ kind: 'transfer-out', at: LAST, next: fill(1), sequence: LAST, order })]
  const wordy = { amount: (1n << 64n) - 1n, onward: LAST, split: fill(9), outcome: 'forwarded' }
  for (let hop = 0; hop < 4; hop++)
    leaves.push(
      encodeEntry({ kind: 'transfer-in', source: fill(hop), leaf: leaves.at(-1) as Uint8Array, ...place, ...wordy }),
    )
  const back = { source: fill(7), sequence: LAST }
  for (let hop = 0; hop < 4; hop++)
    leaves.push(
      encodeEntry({
        kind: 'transfer-end',
        next: fill(hop),
        leaf: leaves.at(-1) as Uint8Array,
        ...place,
        outcome: 'a'.repeat(32),
        back,
      }),
    )
  return leaves
}

describe('the largest of what crosses between logs', () => {
  test('a payment over four hops, proven back to the payer, fits in the entries that carry it', () => {
    for (const leaf of longestLeaves()) {
      expect(leaf.length).toBeLessThanOrEqual(LEAF_BYTES_MAX)
      expect(decodeEntry(leaf).ok).toBe(true)
    }
  })

  test('the order of a transfer with everything in it fits', () => {
    const body = {
      amount: (1n << 64n) - 1n,
      asset: { code: 'ABCDEFGH', scale: 9, issuer: fill(1) },
      to: fill(2),
      via: [fill(3), fill(4), fill(5)],
      payee: `acct/${'ab'.repeat(32)}`,
      minimum: (1n << 64n) - 1n,
      expiry: LAST,
      use: 'download',
      reference: fill(6),
      quote: fill(7),
    }
    const said = { type: 'value/transfer', author: fill(8), community: fill(1), seq: LAST, at: LAST, body }
    expect(encodeEnvelope(encodePayload(said), fill(9, 64)).length).toBeLessThanOrEqual(TRANSFER_ORDER_BYTES_MAX)
  })

  test('a netting of 50 communities in which everybody owes everybody fits in a document, an entry and a message', () => {
    const document = largestNetting()
    expect(document.length).toBeLessThanOrEqual(NETTING_BYTES_MAX)
    expect(decodeNetting(document)).toMatchObject({ ok: true, value: { changes: { length: 2_450 } } })
    expect(encodeEntry({ kind: 'net', at: LAST, document }).length).toBeLessThanOrEqual(ENTRY_BYTES_MAX)
    expect(decodeRequest(encodeRequest({ t: 'net', document })).ok).toBe(true)
  })

  test('64 leaves of direct payments with their paths fit in one message', () => {
    const [leaf] = longestLeaves() as [Uint8Array]
    const leaves = encodeRequest({
      t: 'leaves',
      note: 'n'.repeat(8_192),
      commit: fill(1, 256),
      commitPath: path,
      consistency: path,
      items: Array.from({ length: 64 }, () => ({ index: LAST, leaf, path })),
    })
    expect(leaves.length).toBeLessThanOrEqual(VALUE_MESSAGE_BYTES_MAX)
    expect(decodeRequest(leaves).ok).toBe(true)
  })
})
