import type { Share } from '#protocols/catalog/v1/codec.ts'
import { SHARES_TOTAL } from '#protocols/catalog/v1/constants.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { canonicalSplits, type Entry, type EntryLine } from '#protocols/ledger/v1/codec.ts'
import { apportion, compareIds } from '#src/kernel/money-apportion.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import type { Order } from './orders.ts'
import { type RuleFault, ruleFault } from './rule-fault.ts'

const agreementHash = (hasher: Hasher, splits: readonly Pick<Share, 'party' | 'shares'>[]): Uint8Array =>
  hasher.sha256(canonicalSplits(splits))

/** The lines of a receipt: every party's exact part, in the order of the parties' bytes. */
export function executeSplit(amount: bigint, splits: readonly Pick<Share, 'party' | 'shares'>[]): EntryLine[] {
  const sorted = [...splits].sort((a, b) => compareIds(a.party, b.party))
  const parts = apportion(
    amount,
    sorted.map(share => ({ id: share.party, weight: BigInt(share.shares) })),
  )
  return sorted.map(({ party, shares }, index) => ({ party, shares, amount: parts[index] ?? 0n }))
}

/** Shares must be positive, of distinct parties, and total exactly 100 %. */
function checkSplits(splits: readonly Pick<Share, 'party' | 'shares'>[]): Result<null, RuleFault> {
  const total = splits.reduce((sum, share) => sum + share.shares, 0)
  if (total !== SHARES_TOTAL || splits.some(share => share.shares < 1))
    return ruleFault('bad-split', 'the shares of this release do not total 100 %; amend the release first')
  if (new Set(splits.map(share => share.party)).size !== splits.length)
    return ruleFault('bad-split', 'a party is named twice in the split of this release; amend the release first')
  return ok(null)
}

/** The one entry that this order, at this time and under these splits, becomes. `splits` matter to a tip alone. */
export function executeOrder(
  hasher: Hasher,
  order: Order,
  envelope: Uint8Array,
  at: number,
  splits: readonly Pick<Share, 'party' | 'shares'>[],
): Result<Entry, RuleFault> {
  const { account, asset, amount } = order
  const fields = { at, order: envelope, account, asset, amount }
  if (order.kind === 'issue') return ok({ kind: 'issue', ...fields })
  const checked = checkSplits(splits)
  if (!checked.ok) return checked
  return ok({
    kind: 'receipt',
    ...fields,
    release: order.release,
    agreement: agreementHash(hasher, splits),
    lines: executeSplit(amount, splits),
  })
}
