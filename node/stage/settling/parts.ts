import type { SettlementBook } from '#node/ports/settlements.ts'
import type { Rails } from '#node/ports/settling.ts'
import type { ValueFault } from '#node/ports/value.ts'
import type { Result } from '#protocols/codec/result.ts'
import { type SettlementTerms, settlementMemoMessage } from '#protocols/value/v1/settlement-memo.ts'
import type { Clock, Hasher, Signer, Verifier } from '#src/kernel/ports.ts'
import type { StruckOut } from './struck-out.ts'

type Fault = { readonly code: string; readonly message: string }

/** What a settlement needs of the own log. */
export interface SettlingLedger {
  /** Enters a note that both signed; the same note again appends nothing. */
  settle(note: Uint8Array): Promise<Result<{ readonly record: { readonly index: number } }, Fault>>
  /** Counts of settlements that this log has: paid to the other, and paid by it. Null when the two never met. */
  peer(community: Uint8Array): { readonly frozen: boolean; readonly settled: number; readonly settledIn: number } | null
  /** Above zero this community owes the other one. Fine units. */
  position(community: Uint8Array, code: string, scale: number): bigint
  /** What is accepted of that community; null where nothing ever was. */
  line(community: Uint8Array, code: string, scale: number): object | null
}

/** What both sides of a settlement work with. */
export interface SettlingInit {
  readonly own: Uint8Array
  readonly signer: Signer
  readonly verifier: Verifier
  readonly hasher: Hasher
  readonly clock: Clock
  readonly book: SettlementBook
  readonly rails: Rails
  readonly ledger: SettlingLedger
  /** What signed nettings that are not complete strike out of a debt: neither paid nor confirmed again. */
  readonly struckOut: StruckOut
  readonly nameOf: (community: Uint8Array) => string
  /** Shows a note to the creditor's stage, or the signed one to the debtor's; answers the note with both signatures. */
  readonly show: (
    other: Uint8Array,
    request: { readonly note: Uint8Array; readonly receipt: Uint8Array },
  ) => Promise<Result<Uint8Array, ValueFault>>
  /** Something about a settlement changed. Must not throw. */
  readonly changed: (community: Uint8Array) => void
  /** A defect; the settlement is taken up again later. Must not throw. */
  readonly failed: (cause: unknown) => void
}

/** Rails talk to banks, chains and people; so long a stage waits for an answer. */
export const RAIL_WAIT_MS = 20_000

export const settlementId = (hasher: Hasher, terms: SettlementTerms): Uint8Array =>
  hasher.sha256(settlementMemoMessage(terms))

/** A rail's answer within the time that a stage waits, whatever the rail does. What it throws counts as no answer. */
export async function within<T>(call: (signal: AbortSignal) => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
  const signal = AbortSignal.timeout(RAIL_WAIT_MS)
  const late = { code: 'rail-timeout', message: 'The rail did not answer in time; it is asked again.' }
  try {
    return await Promise.race([
      call(signal),
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ])
  } catch (cause) {
    if (signal.aborted) return { ok: false, error: late }
    const what = cause instanceof Error ? cause.message.split('\n')[0] : 'no reason given'
    return { ok: false, error: { code: 'rail-unavailable', message: `The rail failed: ${what}.` } }
  }
}
