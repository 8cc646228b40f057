import type { AgreementTerms, Column } from '#protocols/catalog/v1/agreement.ts'
import { hex } from './holders.ts'

/** Everybody who is paid from the shares, and with what weight: fixed once, so that dividing neither sorts nor parses. */
export interface Weights {
  readonly targets: readonly Target[]
  /** One per target; they total `total`. */
  readonly parts: readonly bigint[]
  readonly total: bigint
}

export type Target =
  | { readonly kind: 'party'; readonly party: string }
  | { readonly kind: 'agreement'; readonly hash: Uint8Array }

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))

function collect(column: Column | null, into: Map<string, { target: Target; weight: bigint }>): void {
  for (const { party, agreement, shares } of column?.shares ?? []) {
    const target: Target | null =
      party !== null ? { kind: 'party', party } : agreement !== null ? { kind: 'agreement', hash: agreement } : null
    if (target === null) continue
    // A tilde follows every character of a party id, so that nested agreements come after parties.
    const id = target.kind === 'party' ? target.party : `~${hex(target.hash)}`
    const weight = BigInt(shares) * BigInt(column?.weight ?? 0)
    into.set(id, { target, weight: weight + (into.get(id)?.weight ?? 0n) })
  }
}

/**
 * Both columns as one: a target's weight is its share of each column times that column's weight. In the order of party ids
 * by their bytes (they are ASCII), then of nested agreements by their hash, which is the order in which ties are broken.
 */
export function weightsOf(terms: Pick<AgreementTerms, 'composition' | 'master'>): Weights {
  const byId = new Map<string, { target: Target; weight: bigint }>()
  collect(terms.composition, byId)
  collect(terms.master, byId)
  const sorted = [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  const common = sorted.reduce((all, { weight }) => gcd(all, weight), 0n) || 1n
  const parts = sorted.map(({ weight }) => weight / common)
  return { targets: sorted.map(({ target }) => target), parts, total: parts.reduce((sum, part) => sum + part, 0n) }
}

/**
 * Floor plus largest remainder, ties to the target that comes first. The parts total `amount`, and each is within one
 * unit of the exact share. `amount` is not negative; `total` is positive.
 */
export function divideByWeights(amount: bigint, { parts, total }: Pick<Weights, 'parts' | 'total'>): bigint[] {
  if (parts.length === 1) return [amount]
  const given: bigint[] = []
  const remainders: bigint[] = []
  let left = amount
  for (const part of parts) {
    const exact = amount * part
    const floor = exact / total
    given.push(floor)
    remainders.push(exact - floor * total)
    left -= floor
  }
  for (; left > 0n; left--) {
    let best = 0
    for (let at = 1; at < remainders.length; at++) if ((remainders[at] ?? 0n) > (remainders[best] ?? 0n)) best = at
    given[best] = (given[best] ?? 0n) + 1n
    remainders[best] = -1n
  }
  return given
}
