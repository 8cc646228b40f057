import type { PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { Fine, Memory } from '#src/ledger/rules.ts'
import { type CompiledParty, counter, type Flow, portion, write } from './flow.ts'

/** Months since year 0, so that months can be counted on. `period` is `YYYY-MM`. */
export const monthOf = (period: string): number => Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1

const dueKey = (payee: CompiledParty, asset: string, month: number): string =>
  counter(payee.counters, asset, `due-${month}`)
const nextKey = (payee: CompiledParty, asset: string): string => counter(payee.counters, asset, 'due-next')

/** Holds back a part of a share against returns, noted under the month in which it falls due. Answers what goes on. */
export function holdBack(flow: Flow, payee: CompiledParty, reserve: PayeeTerms['reserve'], share: Fine): Fine {
  const held = reserve === null ? 0n : portion(share, reserve.rate)
  if (reserve === null || held === 0n) return share
  const { memory, asset, period } = flow.request
  const due = monthOf(period) + reserve.periods
  const key = dueKey(payee, asset, due)
  memory.set(key, memory.get(key) + held)
  const next = memory.get(nextKey(payee, asset))
  if (next === 0n || BigInt(due) < next) memory.set(nextKey(payee, asset), BigInt(due))
  const line = { holder: payee.holders.reserve, party: payee.id, amount: held, tag: 'reserve' }
  write(flow, line, { of: share, rate: reserve.rate, who: payee.name })
  return share - held
}

/** What is due by the end of `period`, taken off the notes. Months that nobody closed are caught up with. */
export function takeDue(memory: Memory, payee: CompiledParty, asset: string, period: string): Fine {
  const next = memory.get(nextKey(payee, asset))
  const last = monthOf(period)
  if (next === 0n || next > BigInt(last)) return 0n
  let due = 0n
  for (let month = Number(next); month <= last; month++) {
    const key = dueKey(payee, asset, month)
    const amount = memory.get(key)
    if (amount === 0n) continue
    due += amount
    memory.set(key, 0n)
  }
  memory.set(nextKey(payee, asset), BigInt(last + 1))
  return due
}
