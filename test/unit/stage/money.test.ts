import { expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import type { ReceiptText } from '#node/ports/receipts.ts'
import { createMoney, type MoneyInit } from '#node/stage/money.ts'

it('commits to a text by a salt of exactly 32 bytes, so that one commitment opens to one text', async () => {
  const kept: [commitment: Uint8Array, text: ReceiptText][] = []
  const ordered: unknown[] = []
  const init = {
    own: new Uint8Array(32),
    asset: { code: 'TEST', scale: 2 },
    hasher,
    random: { bytes: (length: number) => new Uint8Array(length).fill(7) },
    clock: { nowMs: () => 0 },
    texts: { keep: (commitment: Uint8Array, text: ReceiptText) => void kept.push([commitment, text]) },
    author: {
      order: async (_type: string, body: unknown) => {
        ordered.push(body)
        throw new Error('enough was seen')
      },
    },
  } as unknown as MoneyInit
  const credit = { account: 'ab'.repeat(32), amount: '5', evidence: 'cash in hand' }
  await expect(createMoney(init).issueCredit(credit)).rejects.toThrow('enough was seen')
  const salt = new Uint8Array(32).fill(7)
  const commitment = hasher.sha256(Buffer.concat([salt, Buffer.from(credit.evidence)]))
  expect(kept).toEqual([[commitment, { salt, text: credit.evidence }]])
  expect(ordered).toEqual([expect.objectContaining({ reference: commitment })])
})
