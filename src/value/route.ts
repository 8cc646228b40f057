import { afterHaircut } from '#src/kernel/haircut.ts'
import { compareIds } from '#src/kernel/money-apportion.ts'
import type { CommunityHex } from './relay/view.ts'

/** Transfers between logs on one path; so at most three communities stand between payer's and payee's. */
export const HOPS_MAX = 4

/** A line that may be paid over: `by` accepts credit of `from`. For one code and scale. */
export interface RouteLine {
  readonly from: CommunityHex
  readonly by: CommunityHex
  /** Ten-thousandths that `by` keeps. */
  readonly haircut: number
  /** What may still come in, fine units; the line is open and not expired. */
  readonly headroom: bigint
}

export interface Route {
  /** Communities after the payer's, in order; the last is the payee's. */
  readonly path: readonly CommunityHex[]
  /** What is left for the payee, fine units. */
  readonly arrives: bigint
}

interface Step {
  readonly community: CommunityHex
  readonly arrives: bigint
  readonly before: Step | null
}

function pathOf(step: Step): CommunityHex[] {
  const path: CommunityHex[] = []
  for (let at: Step | null = step; at?.before != null; at = at.before) path.push(at.community)
  return path.reverse()
}

/** More that arrives is better; the smaller path by the bytes of its keys decides between equals. */
function better(step: Step, than: Step | undefined): boolean {
  if (than === undefined) return true
  if (step.arrives !== than.arrives) return step.arrives > than.arrives
  return compareIds(pathOf(step).join(), pathOf(than).join()) < 0
}

/** The best step to each community with exactly one hop more. */
function extend(
  reached: ReadonlyMap<CommunityHex, Step>,
  lines: ReadonlyMap<CommunityHex, readonly RouteLine[]>,
): Map<CommunityHex, Step> {
  const next = new Map<CommunityHex, Step>()
  for (const before of reached.values())
    for (const { by, haircut } of lines.get(before.community) ?? []) {
      const step = { community: by, arrives: afterHaircut(before.arrives, haircut), before }
      if (step.arrives > 0n && better(step, next.get(by))) next.set(by, step)
    }
  return next
}

/**
 * The path on which most arrives, then the shortest, of at most four hops. A line is used when its headroom holds the whole
 * amount, so that a rounding on the way never decides. Because no haircut gives anything back, the best walk has no circle;
 * so it is enough to keep, hop by hop, the best way to each community (Bellman-Ford). `null` when there is none.
 */
export function findRoute(
  lines: readonly RouteLine[],
  ends: { readonly from: CommunityHex; readonly to: CommunityHex },
  amount: bigint,
): Route | null {
  const open = new Map<CommunityHex, RouteLine[]>()
  for (const line of lines)
    if (amount > 0n && line.headroom >= amount && line.by !== ends.from) {
      const list = open.get(line.from)
      if (list === undefined) open.set(line.from, [line])
      else list.push(line)
    }
  let best: Step | undefined
  let reached = new Map<CommunityHex, Step>([[ends.from, { community: ends.from, arrives: amount, before: null }]])
  for (let hop = 1; hop <= HOPS_MAX; hop++) {
    reached = extend(reached, open)
    const step = reached.get(ends.to)
    if (step !== undefined && (best === undefined || step.arrives > best.arrives)) best = step
    // The path ends where it arrives.
    reached.delete(ends.to)
  }
  return best === undefined ? null : { path: pathOf(best), arrives: best.arrives }
}
