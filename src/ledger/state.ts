import { toString as toText } from 'uint8arrays/to-string'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import { addUnits, formatMoney, subtractUnits } from '#src/kernel/money.ts'
import type { CheckedEntry } from './entry-rules.ts'
import { type RuleFault, ruleFault } from './rule-fault.ts'

/** What the rules need to know of everything appended so far. */
export interface LedgerView {
  /** Time of the last entry, 0 when there is none. */
  lastAt(): number
  hasOrder(id: Uint8Array): boolean
  balance(account: Uint8Array, asset: Asset): bigint
  earned(release: string, party: string, asset: Asset): bigint
}

/** What one entry changes. Balances are the new values, so that a store writes them without doing sums of its own. */
export interface Effects {
  readonly at: number
  readonly orderId: Uint8Array
  readonly balance: { readonly account: Uint8Array; readonly asset: Asset; readonly units: bigint }
  readonly earned: readonly {
    readonly release: string
    readonly party: string
    readonly asset: Asset
    readonly units: bigint
  }[]
}

const overflow = () => ruleFault('amount-overflow', 'the new balance is larger than the ledger can count')

/** Applies a checked entry to the state. Double entry: what leaves the account is exactly what the parties get. */
export function applyEntry(view: LedgerView, { entry, order }: CheckedEntry): Result<Effects, RuleFault> {
  const { account, asset, amount, at } = entry
  if (at < view.lastAt()) return ruleFault('time-reversed', 'the entry is dated before the one it follows')
  if (view.hasOrder(order.id)) return ruleFault('duplicate-order', 'this order was executed already')
  const held = view.balance(account, asset)
  if (entry.kind === 'issue') {
    const units = addUnits(held, amount)
    return units.ok
      ? ok({ at, orderId: order.id, balance: { account, asset, units: units.value }, earned: [] })
      : overflow()
  }
  const units = subtractUnits(held, amount)
  if (!units.ok)
    return ruleFault(
      'insufficient-balance',
      `this account holds ${formatMoney({ units: held, asset })}, which is less than ${formatMoney({ units: amount, asset })}; ` +
        'send less, or ask the cash desk for credit',
    )
  const earned: Effects['earned'][number][] = []
  for (const line of entry.lines) {
    const total = addUnits(view.earned(entry.release, line.party, asset), line.amount)
    if (!total.ok) return overflow()
    earned.push({ release: entry.release, party: line.party, asset, units: total.value })
  }
  return ok({ at, orderId: order.id, balance: { account, asset, units: units.value }, earned })
}

const assetKey = (asset: Asset): string => `${asset.code}/${asset.scale}/${toText(asset.issuer, 'base16')}`
const balanceKey = (account: Uint8Array, asset: Asset): string => `${toText(account, 'base16')} ${assetKey(asset)}`
const earnedKey = (release: string, party: string, asset: Asset): string => `${release} ${assetKey(asset)} ${party}`

/** State held in memory: for replay by an auditor, in the browser, and in tests. */
export interface MemoryState extends LedgerView {
  commit(effects: Effects): void
}

export function createMemoryState(): MemoryState {
  const orders = new Set<string>()
  const balances = new Map<string, bigint>()
  const earnings = new Map<string, bigint>()
  let lastAt = 0
  return {
    lastAt: () => lastAt,
    hasOrder: id => orders.has(toText(id, 'base16')),
    balance: (account, asset) => balances.get(balanceKey(account, asset)) ?? 0n,
    earned: (release, party, asset) => earnings.get(earnedKey(release, party, asset)) ?? 0n,
    commit(effects) {
      lastAt = effects.at
      orders.add(toText(effects.orderId, 'base16'))
      balances.set(balanceKey(effects.balance.account, effects.balance.asset), effects.balance.units)
      for (const { release, party, asset, units } of effects.earned)
        earnings.set(earnedKey(release, party, asset), units)
    },
  }
}
