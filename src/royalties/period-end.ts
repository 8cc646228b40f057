import type { Fine, PeriodEnd, PeriodMove } from '#src/ledger/rules.ts'
import type { RoyaltyAgreement } from './compile.ts'
import { type CompiledParty, counter, type Flow, lesser, payableTo } from './flow.ts'
import { payOut, settle } from './payee.ts'
import { monthOf, takeDue } from './reserve.ts'

/** Collects moves and keeps balances in step, so that no two of them spend the same unit. */
interface Closing {
  readonly moves: PeriodMove[]
  balance(holder: string): Fine
  move(from: string, to: string, party: string, amount: Fine, tag: string): void
}

function openClosing(request: PeriodEnd): Closing {
  const changed = new Map<string, Fine>()
  const balance = (holder: string): Fine => request.balance(holder) + (changed.get(holder) ?? 0n)
  const shift = (holder: string, by: Fine): void => void changed.set(holder, (changed.get(holder) ?? 0n) + by)
  const moves: PeriodMove[] = []
  return {
    moves,
    balance,
    move(from, to, party, amount, tag) {
      if (amount === 0n || from === to) return
      moves.push({ from, to, party, amount, tag })
      shift(from, -amount)
      shift(to, amount)
    },
  }
}

/** Runs payee steps and takes what they pay out of one balance. */
function movesOf(
  closing: Closing,
  agreement: RoyaltyAgreement,
  request: PeriodEnd,
  from: string,
  run: (flow: Flow) => void,
  tag: string,
): void {
  const { hash, terms, party } = agreement
  const flow: Flow = {
    hash,
    title: terms.title,
    depth: 0,
    counted: terms.asset === request.asset,
    party,
    request: { ...request, at: 0 },
    lines: [],
  }
  run(flow)
  for (const line of flow.lines)
    closing.move(from, line.holder, line.party, line.amount, line.tag === 'share' ? tag : line.tag)
}

function releaseReserve(
  closing: Closing,
  agreement: RoyaltyAgreement,
  request: PeriodEnd,
  party: CompiledParty,
  holder: string,
): void {
  const { reserve } = party.holders
  // A purchase that was taken back took its part of the reserve with it.
  const due = lesser(takeDue(request.memory, party, request.asset, request.period), closing.balance(reserve))
  const { clauses } = party
  if (due === 0n) return
  if (clauses === null) closing.move(reserve, holder, party.id, due, 'release')
  else movesOf(closing, agreement, request, reserve, flow => settle(flow, party, clauses, holder, due), 'release')
}

/**
 * What a guarantee still asks for once `period` is over. Months that nobody closed earned nothing and count in full; a month
 * counts once, also when two versions of an agreement look at it.
 */
function takeOwed(request: PeriodEnd, party: CompiledParty, guarantee: Fine): Fine {
  const { memory, asset, period } = request
  const next = counter(party.counters, asset, 'guarantee-next')
  const month = counter(party.counters, asset, 'month')
  const lacking = memory.get(counter(party.counters, asset, 'lacking'))
  const due = memory.get(next)
  const now = BigInt(monthOf(period))
  if (due > now) return lacking
  const idle = due === 0n ? 0n : now - due
  const earned = memory.get(month)
  memory.set(month, 0n)
  memory.set(next, now + 1n)
  return lacking + idle * guarantee + (guarantee > earned ? guarantee - earned : 0n)
}

/** Tops a month up to its guarantee, as far as the guarantor's balance goes; what it lacks is asked for again next month. */
function topUp(
  closing: Closing,
  agreement: RoyaltyAgreement,
  request: PeriodEnd,
  party: CompiledParty,
  holder: string,
): void {
  const { clauses } = party
  if (clauses === null || clauses.guarantee === null || agreement.terms.asset !== request.asset) return
  const { amount, from } = clauses.guarantee
  const owed = takeOwed(request, party, amount)
  const guarantor = agreement.party(from)
  // An account that others settled never agreed to give.
  const source =
    guarantor.key === null ? null : payableTo({ hash: agreement.hash, request: { ...request, at: 0 } }, guarantor)
  const there = source === null ? 0n : closing.balance(source)
  const given = there <= 0n ? 0n : lesser(there, owed)
  request.memory.set(counter(party.counters, request.asset, 'lacking'), owed - given)
  if (source === null || given === 0n || source === holder) return
  movesOf(closing, agreement, request, source, flow => payOut(flow, party, clauses, holder, given), 'guarantee')
}

/** Pays out what was held below the threshold, once it reaches it; all of it where the terms no more name one. */
function payHeld(
  closing: Closing,
  agreement: RoyaltyAgreement,
  { asset }: PeriodEnd,
  party: CompiledParty,
  holder: string,
): void {
  const { held } = party.holders
  const waiting = closing.balance(held)
  const threshold = agreement.terms.asset === asset ? (party.clauses?.threshold ?? 0n) : 0n
  if (waiting > 0n && waiting >= threshold) closing.move(held, holder, party.id, waiting, 'payout')
}

/**
 * What moves at the end of a part of a period: reserves that fall due, then, when the month is over, guarantees and what
 * was held below a threshold. A party that may not be paid keeps what is set aside for it until it may.
 */
export function endPeriod(agreement: RoyaltyAgreement, request: PeriodEnd): readonly PeriodMove[] {
  const closing = openClosing(request)
  if (!request.ended) return closing.moves
  const payable = agreement.terms.parties.flatMap(({ id }) => {
    const party = agreement.party(id)
    const holder = payableTo({ hash: agreement.hash, request: { ...request, at: 0 } }, party)
    return holder === null ? [] : [{ party, holder }]
  })
  for (const { party, holder } of payable) releaseReserve(closing, agreement, request, party, holder)
  for (const { party, holder } of payable) topUp(closing, agreement, request, party, holder)
  for (const { party, holder } of payable) payHeld(closing, agreement, request, party, holder)
  return closing.moves
}
