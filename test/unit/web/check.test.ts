import { expect, test } from 'vitest'
import type { ReceiptProof } from '#protocols/api/v1/schemas.ts'
import { testAuthor } from '#test/support/author.ts'
import { receiptProof } from '#test/support/receipt-proof.ts'
import { toBase64, toHex } from '#web/fan/encoding.ts'
import { checkReceipt } from '#web/verify/check.ts'

const GOOD = [true, true, true, true, true, true, true]
const verdicts = (proof: ReceiptProof) => checkReceipt(proof).map(step => step.good)
const but = (...wrong: number[]) => GOOD.map((good, at) => good && !wrong.includes(at))

test('an honest receipt holds in every step, also of a community that stands alone, which it says', () => {
  expect(verdicts(receiptProof())).toEqual(GOOD)
  expect(checkReceipt(receiptProof()).at(-1)?.detail).toBe('self-certified')
})

test('auditors are counted by what they signed, against what the committee needs', () => {
  const enough = receiptProof(3)
  expect(verdicts(enough)).toEqual(GOOD)
  expect(checkReceipt(enough).at(-1)?.said).toBe('Certified by 3 of 4 auditor seats; 3 are needed')
  expect(verdicts(receiptProof(2, 4))).toEqual(but(6))
})

test('a seat that the stage only claims to have cosigned counts for nothing', () => {
  const proof = receiptProof(2, 4)
  const seats = proof.committee.seats.map(seat => ({ ...seat, cosigned: true }))
  expect(verdicts({ ...proof, committee: { ...proof.committee, seats, signed: 4 } })).toEqual(but(6))
})

test('a line that was altered on the way is noticed', () => {
  const proof = receiptProof()
  const lines = proof.lines.map((line, at) => ({
    ...line,
    amount: at === 0 ? `${BigInt(line.amount) + 1n}` : line.amount,
  }))
  expect(verdicts({ ...proof, lines })).toEqual(but(2))
  expect(verdicts({ ...proof, lines: proof.lines.toReversed() })).toEqual(but(2))
  expect(verdicts({ ...proof, lines: [] })).toEqual(but(2))
})

test('another amount, time or release than the entry’s is noticed', () => {
  for (const other of [{ amount: '778' }, { at: 1 }, { release: '0b'.repeat(16) }])
    expect(verdicts({ ...receiptProof(), ...other })[0]).toBe(false)
})

test('another place in the log is not proven', () => {
  expect(verdicts({ ...receiptProof(), index: 0 })).toEqual(but(4))
})

test('a checkpoint by another community proves nothing', () => {
  const proof = receiptProof()
  expect(verdicts({ ...proof, community: toHex(testAuthor(99).publicKey) })).toEqual(but(4, 5, 6))
})

test('bytes that are no entry are refused without an exception', () => {
  expect(verdicts({ ...receiptProof(), entry: toBase64(Uint8Array.of(1, 2, 3)) })).toEqual(but(0, 1, 2, 3, 4))
})

test('text that is not base64 fails the check instead of the page', () => {
  expect(verdicts({ ...receiptProof(), entry: '***', proof: ['%%'] })).toEqual(but(0, 1, 2, 3, 4))
})
