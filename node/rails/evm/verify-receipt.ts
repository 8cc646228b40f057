import type { Hex } from 'viem'
import type { RailFault, RailReceipt } from '#node/ports/rails.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { AMOUNT_MAX } from './check-request.ts'
import { fault } from './fault.ts'
import type { Nodes } from './nodes.ts'
import { decodeDeposit, depositHash } from './receipt.ts'

export interface Verifying {
  readonly chainId: number
  readonly till: Hex
  readonly token: Hex
  readonly code: string
  readonly scale: number
  readonly nodes: Nodes
  readonly unit: (signal: AbortSignal) => Promise<bigint>
}

/** Reads the chain itself: a receipt only says where to look. */
export async function verifyReceipt(
  init: Verifying,
  receipt: Uint8Array,
  signal: AbortSignal,
): Promise<Result<RailReceipt, RailFault>> {
  const { nodes, unit, chainId, till, token, code, scale } = init
  const deposit = decodeDeposit(receipt)
  if (deposit === null) return fault('bad-receipt', 'These bytes are no receipt of this rail.')
  const isHere =
    deposit.chainId === chainId && deposit.till === till.toLowerCase() && deposit.token === token.toLowerCase()
  if (!isHere) return fault('bad-receipt', 'This receipt is of another chain, contract or token.')
  const by = await unit(signal)
  if (deposit.amount % by !== 0n || deposit.amount / by > AMOUNT_MAX)
    return fault('bad-receipt', 'This receipt is of an amount that no log can count.')
  const expected = depositHash(deposit)
  const at = async (depth: 'final' | 'newest') =>
    nodes.payment(deposit.payer, deposit.key, await nodes.blockAt(depth, signal), signal)
  const held = await at('final')
  if (held === null && (await at('newest')) === expected)
    return fault('not-confirmed', 'The payment is on the chain, and not final yet.')
  if (held !== expected) return fault('bad-receipt', 'The chain has no such payment.')
  const { to, memo, seconds } = deposit
  return ok({
    to,
    amount: deposit.amount / by,
    code,
    scale,
    memo: new Uint8Array(Buffer.from(memo.slice(2), 'hex')),
    at: seconds * 1000,
  })
}
