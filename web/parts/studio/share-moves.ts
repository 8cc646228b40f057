import { apportion } from '#src/kernel/money-apportion.ts'
import { WHOLE } from './split-math.ts'

/** A slider moves in whole percents as long as everybody's share is one. */
const PERCENT = 100

export interface ShareMove {
  readonly index: number
  /** Hundredths of a percent that this party shall have. */
  readonly to: number
  /** Parties whose share stays as it is. */
  readonly held: ReadonlySet<number>
}

/**
 * Shares after one of them was moved, in hundredths of a percent: the others take or give what it needs in proportion to what they
 * have. They total exactly 100 %, nobody falls to nothing, and who is held keeps theirs. With nobody to take it from, the share
 * becomes what is left over.
 */
export function moveShare(shares: readonly number[], { index, to, held }: ShareMove): number[] {
  const others = shares.map((_, at) => at).filter(at => at !== index && !held.has(at))
  const kept = shares.reduce((sum, share, at) => (at !== index && held.has(at) ? sum + share : sum), 0)
  const room = WHOLE - kept
  const even = [to, room, ...others.map(at => shares[at] ?? 0)].every(share => share % PERCENT === 0)
  const unit = even && room >= PERCENT * (others.length + 1) ? PERCENT : 1
  const most = room - unit * others.length
  // Those who are held have everything: nothing can move.
  if (most < unit) return [...shares]
  const mine = others.length === 0 ? room : Math.min(Math.max(to, unit), most)
  const rest = share(
    (room - mine) / unit,
    others.map(at => shares[at] ?? 0),
  ).map(part => part * unit)
  return shares.map((now, at) => (at === index ? mine : (rest[others.indexOf(at)] ?? now)))
}

/** Divides whole units by weight, at least one each; equally when nobody has any. */
function share(units: number, weights: readonly number[]): number[] {
  if (weights.length === 0) return []
  const none = weights.every(weight => weight === 0)
  const parts = apportion(
    BigInt(units),
    weights.map((weight, at) => ({ id: String(at).padStart(2, '0'), weight: BigInt(none ? 1 : weight) })),
  ).map(Number)
  for (const [at, part] of parts.entries()) {
    if (part > 0) continue
    const largest = parts.indexOf(Math.max(...parts))
    parts[largest] = (parts[largest] ?? 0) - 1
    parts[at] = 1
  }
  return parts
}
