import type { Fine, PoolUse } from '#src/ledger/rules.ts'
import { hex } from './holders.ts'
import { divideByWeights } from './weights.ts'

export interface PoolPart {
  readonly agreement: Uint8Array
  readonly amount: Fine
}

interface Heard {
  readonly agreement: Uint8Array
  weight: Fine
}

/** Weights by agreement, ascending by hash, without those of no weight. */
function heardOf(uses: readonly PoolUse[]): Heard[] {
  const byHash = new Map<string, Heard>()
  for (const { agreement, weight } of uses) {
    if (weight <= 0n) continue
    const id = hex(agreement)
    const heard = byHash.get(id)
    if (heard === undefined) byHash.set(id, { agreement, weight })
    else heard.weight += weight
  }
  return [...byHash].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, heard]) => heard)
}

function divideAmong(amount: Fine, heard: readonly Heard[]): PoolPart[] {
  if (heard.length === 0 || amount <= 0n) return []
  const parts = heard.map(({ weight }) => weight)
  const given = divideByWeights(amount, { parts, total: parts.reduce((sum, part) => sum + part, 0n) })
  return heard.map(({ agreement }, at) => ({ agreement, amount: given[at] ?? 0n }))
}

const merge = (parts: readonly PoolPart[]): PoolPart[] =>
  heardOf(parts.map(({ agreement, amount }) => ({ payer: '', agreement, weight: amount }))).map(
    ({ agreement, weight }) => ({ agreement, amount: weight }),
  )

function ownUses(uses: readonly PoolUse[]): Map<string, PoolUse[]> {
  const byPayer = new Map<string, PoolUse[]>()
  for (const use of uses) {
    const own = byPayer.get(use.payer)
    if (own === undefined) byPayer.set(use.payer, [use])
    else own.push(use)
  }
  return byPayer
}

/** Each payer's fee over what that payer heard: nobody moves more than the own fee, and nobody's fee pays for the unheard. */
function userCentric(paid: ReadonlyMap<string, Fine>, uses: readonly PoolUse[]): PoolPart[] {
  const own = ownUses(uses)
  return merge([...paid].flatMap(([payer, fee]) => divideAmong(fee, heardOf(own.get(payer) ?? []))))
}

/** Nobody weighs more than what they paid in: what was left of an older fee is scaled down to the newest. */
function weighed(fee: Fine, heard: readonly Heard[]): readonly PoolPart[] {
  const total = heard.reduce((sum, { weight }) => sum + weight, 0n)
  return total > fee ? divideAmong(fee, heard) : heard.map(({ agreement, weight }) => ({ agreement, amount: weight }))
}

/** All fees over all that was heard by those who paid one. */
function proRata(paid: ReadonlyMap<string, Fine>, uses: readonly PoolUse[]): PoolPart[] {
  const fees = [...paid.values()].reduce((sum, fee) => sum + fee, 0n)
  const parts = [...ownUses(uses)].flatMap(([payer, own]) => weighed(paid.get(payer) ?? 0n, heardOf(own)))
  const heard = heardOf(parts.map(({ agreement, amount }) => ({ payer: '', agreement, weight: amount })))
  return merge(divideAmong(fees, heard))
}

/** See `Rules.dividePool`. Parts ascend by the agreement's hash and are above zero. */
export const dividePool = (
  kind: 'user-centric' | 'pro-rata',
  paid: ReadonlyMap<string, Fine>,
  uses: readonly PoolUse[],
): PoolPart[] => (kind === 'user-centric' ? userCentric(paid, uses) : proRata(paid, uses))

/** Both ways of dividing one pool, beside each other: what is paid, and what the other way would have paid. */
export function comparePools(
  paid: ReadonlyMap<string, Fine>,
  uses: readonly PoolUse[],
): { readonly agreement: Uint8Array; readonly userCentric: Fine; readonly proRata: Fine }[] {
  const other = new Map(proRata(paid, uses).map(({ agreement, amount }) => [hex(agreement), amount]))
  const own = new Map(userCentric(paid, uses).map(({ agreement, amount }) => [hex(agreement), amount]))
  return heardOf(uses).map(({ agreement }) => ({
    agreement,
    userCentric: own.get(hex(agreement)) ?? 0n,
    proRata: other.get(hex(agreement)) ?? 0n,
  }))
}
