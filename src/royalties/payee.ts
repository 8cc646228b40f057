import type { PayeeTerms, Tier } from '#protocols/catalog/v1/agreement.ts'
import type { Fine } from '#src/ledger/rules.ts'
import { type CompiledParty, counter, type Flow, lesser, pay, payableTo, portion, tell, write } from './flow.ts'
import { taxHolder } from './holders.ts'
import { holdBack } from './reserve.ts'

/** Of a payee's first `upTo` units, how much the tiers let it keep, in ten-thousandths of a unit. */
function keptOf(tiers: readonly Tier[], upTo: Fine): bigint {
  let kept = 0n
  for (const [at, { above, keeps }] of tiers.entries()) {
    if (upTo <= above) break
    const next = tiers[at + 1]?.above
    kept += ((next === undefined ? upTo : lesser(upTo, next)) - above) * BigInt(keeps)
  }
  return kept
}

/**
 * Splits a share exactly at the thresholds of an escalator. What is kept is the difference of two cumulative amounts, so
 * however payments are cut, they give the same total to the unit.
 */
function escalate(flow: Flow, payee: CompiledParty, { escalator }: PayeeTerms, share: Fine): Fine {
  if (escalator === null) return share
  const { memory, asset } = flow.request
  const key = counter(payee.counters, asset, 'share')
  const before = memory.get(key)
  // The thresholds count one asset: a payment in another stays on the first tier.
  const tiers = flow.counted ? escalator.tiers : escalator.tiers.slice(0, 1)
  const kept = keptOf(tiers, before + share) / 10_000n - keptOf(tiers, before) / 10_000n
  memory.set(key, before + share)
  pay(flow, escalator.to, share - kept, 'escalator', { of: share, rate: null, whose: payee.name })
  return kept
}

/** Takes back an advance from this payee's share, never more than is open: what is not recouped is no debt. */
function recoup(flow: Flow, payee: CompiledParty, { advance }: PayeeTerms, share: Fine): Fine {
  if (advance === null || !flow.counted) return share
  const { memory, asset } = flow.request
  const key = counter(payee.counters, asset, 'recouped')
  const recouped = memory.get(key)
  const open = advance.amount > recouped ? advance.amount - recouped : 0n
  const most = portion(share, advance.rate)
  const taken = lesser(most, open)
  if (taken === 0n) return share
  memory.set(key, recouped + taken)
  pay(flow, advance.to, taken, 'recoup', { of: share, rate: advance.rate, whose: payee.name })
  return share - taken
}

/** Lets through what is below the cap; the rest goes to the party that the terms name. */
function limit(flow: Flow, payee: CompiledParty, { cap }: PayeeTerms, share: Fine): Fine {
  if (cap === null || !flow.counted) return share
  const { memory, asset } = flow.request
  const key = counter(payee.counters, asset, 'paid')
  const paid = memory.get(key)
  const room = cap.amount > paid ? cap.amount - paid : 0n
  const within = lesser(share, room)
  if (within > 0n) memory.set(key, paid + within)
  pay(flow, cap.to, share - within, 'cap', { of: share, rate: null, whose: payee.name })
  return within
}

/** Withholding tax, then the payout threshold: what is below it is held for the end of a month. */
export function payOut(flow: Flow, payee: CompiledParty, clauses: PayeeTerms, holder: string, share: Fine): void {
  const { withholding, threshold } = clauses
  let left = share
  if (withholding !== null) {
    const taken = portion(share, withholding.rate)
    const because = { of: share, rate: withholding.rate, whose: payee.name }
    const tax = taxHolder(payee.first, withholding.name)
    if (withholding.to !== null) pay(flow, withholding.to, taken, 'withholding', because)
    else
      write(flow, { holder: tax, party: '', amount: taken, tag: 'withholding' }, { ...because, who: withholding.name })
    left -= taken
  }
  const held = threshold !== null && threshold > 0n && flow.counted
  const to = held ? payee.holders.held : holder
  write(flow, { holder: to, party: payee.id, amount: left, tag: 'share' }, { of: left, rate: null, who: payee.name })
}

/** From the cap on: a share as it comes, and a reserve as it is released. */
export function settle(flow: Flow, payee: CompiledParty, clauses: PayeeTerms, holder: string, share: Fine): void {
  const within = limit(flow, payee, clauses, share)
  if (clauses.guarantee !== null && flow.counted) {
    const key = counter(payee.counters, flow.request.asset, 'month')
    flow.request.memory.set(key, flow.request.memory.get(key) + within)
  }
  payOut(flow, payee, clauses, holder, within)
}

/**
 * One payee's share through its own steps: escalator, recoupment, reserve, cap, withholding, threshold. While the payee
 * may not be paid, the whole share waits in suspense and takes these steps when it leaves.
 */
export function payShare(flow: Flow, payee: CompiledParty, share: Fine, of: Fine): void {
  const holder = payableTo(flow, payee)
  if (holder === null || payee.clauses === null) {
    const to = holder ?? payee.holders.suspense
    write(flow, { holder: to, party: payee.id, amount: share, tag: 'share' }, { of, rate: null, who: payee.name })
    return
  }
  if (share === 0n) return
  tell(flow, 'entitled', share, { of, rate: null, who: payee.name })
  const kept = escalate(flow, payee, payee.clauses, share)
  const recouped = recoup(flow, payee, payee.clauses, kept)
  settle(flow, payee, payee.clauses, holder, holdBack(flow, payee, payee.clauses.reserve, recouped))
}
