import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { expect, test } from 'vitest'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { encodeEnvelope, encodePayload, signedBytes } from '#protocols/envelope/v1/codec.ts'
import { encodeEntry } from '#protocols/ledger/v1/codec.ts'
import { signCheckpoint } from '#src/ledger/checkpoint.ts'
import { leafHash, nodeHash } from '#src/ledger/merkle.ts'
import { toBase64, toHex } from '#web/fan/encoding.ts'
import { checkReceipt } from '#web/verify/check.ts'

const hasher = { sha256: (data: Uint8Array) => sha256(data) }
const keyOf = (fill: number) => {
  const secret = new Uint8Array(32).fill(fill)
  const publicKey = ed25519.getPublicKey(secret)
  return { publicKey, sign: (message: Uint8Array) => ed25519.sign(message, secret) }
}
const community = keyOf(7)
const fan = keyOf(9)
const RELEASE = '0b'.repeat(16)
const AT = 1_700_000_000_000
const asset = { code: 'TEST', scale: 2, issuer: community.publicKey }

/** A tip of 7.77 at place 1 of a log of two entries, as a stage hands it out. */
function receipt(): ReceiptProof {
  const body = { release: RELEASE, amount: 777n, asset, note: null }
  const author = fan.publicKey
  const payload = encodePayload({ type: 'value/tip', author, community: community.publicKey, seq: 1, at: AT, body })
  const order = encodeEnvelope(payload, fan.sign(signedBytes('value/tip', payload)))
  const lines = [
    { party: 'Jules', shares: 3_000, amount: 233n },
    { party: 'Maren', shares: 7_000, amount: 544n },
  ]
  const fields = {
    at: AT,
    order,
    account: author,
    asset,
    amount: 777n,
    release: RELEASE,
    agreement: new Uint8Array(32),
  }
  const entry = encodeEntry({ kind: 'receipt', ...fields, lines })
  const leaf = leafHash(hasher, entry)
  const first = leafHash(hasher, Uint8Array.of(1))
  return {
    community: toHex(community.publicKey),
    communityName: 'Quay Street',
    index: 1,
    kind: 'tip',
    release: RELEASE,
    releaseTitle: 'Low Tide',
    amount: '777',
    asset: { code: 'TEST', scale: 2, issuer: toHex(community.publicKey) },
    at: AT,
    payer: toHex(author),
    lines: lines.map(({ party, amount }) => ({ party, amount: String(amount) })),
    leafHash: toHex(leaf),
    own: true,
    verified: true,
    entry: toBase64(entry),
    checkpoint: signCheckpoint(hasher, community, 2, nodeHash(hasher, first, leaf)),
    proof: [toBase64(first)],
  }
}

const verdicts = (proof: ReceiptProof) => checkReceipt(proof).map(step => step.good)

test('an honest receipt holds in every step', () => {
  expect(verdicts(receipt())).toEqual([true, true, true, true, true])
})

test('a line that was altered on the way is noticed', () => {
  const lines = [
    { party: 'Jules', amount: '777' },
    { party: 'Maren', amount: '0' },
  ]
  expect(verdicts({ ...receipt(), lines })).toEqual([false, true, true, true, true])
})

test('another place in the log is not proven', () => {
  expect(verdicts({ ...receipt(), index: 0 })).toEqual([true, true, true, false, true])
})

test('a checkpoint by another community proves nothing', () => {
  const proof = receipt()
  const forged = signCheckpoint(hasher, fan, 2, new Uint8Array(32))
  expect(verdicts({ ...proof, checkpoint: forged })).toEqual([true, true, true, false, false])
})

test('bytes that are no entry are refused without an exception', () => {
  expect(verdicts({ ...receipt(), entry: toBase64(Uint8Array.of(1, 2, 3)) })).toEqual([
    false,
    false,
    false,
    false,
    true,
  ])
})

test('text that is not base64 fails the check instead of the page', () => {
  expect(verdicts({ ...receipt(), entry: '***', proof: ['%%'] })).toEqual([false, false, false, false, true])
})
