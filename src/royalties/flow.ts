import type { PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { DivideRequest, DivisionLine, Fine, PartyHolders } from '#src/ledger/rules.ts'
import { accountHolder } from './holders.ts'

/** A party, with everything about it that does not change from payment to payment. */
export interface CompiledParty {
  readonly id: string
  readonly name: string
  readonly key: Uint8Array | null
  /** Balance of its own key; null without one. */
  readonly account: string | null
  readonly holders: PartyHolders
  /** Null when its share is payable as it is. */
  readonly clauses: PayeeTerms | null
  /** Hash of the agreement's first version, in hex. */
  readonly first: string
  /** First part of its counters in the memory. */
  readonly counters: string
}

/** An agreement at work on one payment. Lines and counters are written as the money flows. */
export interface Flow {
  readonly hash: Uint8Array
  readonly title: string
  readonly depth: number
  /** Whether the payment is in the asset whose amounts the terms name. */
  readonly counted: boolean
  readonly party: (id: string) => CompiledParty
  readonly request: Omit<DivideRequest, 'nested' | 'use' | 'amount'>
  readonly lines: DivisionLine[]
}

/** What a step says of itself to those who want an explanation. */
export interface Because {
  readonly of: Fine
  readonly rate: number | null
  readonly who: string
  readonly whose?: string
}

/** Tells of a step that writes no line. */
export function tell(flow: Flow, kind: string, amount: Fine, because: Because, line: DivisionLine | null = null): void {
  const { of, rate, who, whose = '' } = because
  flow.request.explain?.({ agreement: flow.title, depth: flow.depth, kind, of, amount, rate, who, whose, line })
}

/** Writes a line. Nothing is written for an amount of zero. */
export function write(flow: Flow, line: DivisionLine, because: Because): void {
  if (line.amount === 0n) return
  flow.lines.push(line)
  if (flow.request.explain !== undefined) tell(flow, line.tag, line.amount, because, line)
}

/** Balance that a party is paid into; null while its part waits in suspense. */
export function payableTo({ hash, request }: Pick<Flow, 'hash' | 'request'>, party: CompiledParty): string | null {
  if (request.standing(hash, party.id) !== 'active') return null
  if (party.account !== null) return party.account
  const settled = request.account(hash, party.id)
  return settled === null ? null : accountHolder(settled)
}

/** Pays a party by a clause, past its own clauses: money takes one turn only, so terms cannot send it in circles. */
export function pay(flow: Flow, to: string, amount: Fine, tag: string, because: Omit<Because, 'who'>): void {
  const party = flow.party(to)
  const holder = payableTo(flow, party) ?? party.holders.suspense
  write(flow, { holder, party: to, amount, tag }, { ...because, who: party.name })
}

/** `rate` hundredths of a percent of an amount, rounded down to the fine unit. */
export const portion = (amount: Fine, rate: number): Fine => (amount * BigInt(rate)) / 10_000n

/** Name of one counter of one asset: at most 250 ASCII characters. */
export const counter = (prefix: string, asset: string, name: string): string => `${prefix}${asset}/${name}`

export const lesser = (a: Fine, b: Fine): Fine => (a < b ? a : b)
