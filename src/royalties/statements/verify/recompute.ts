import { fromString } from 'uint8arrays/from-string'
import { toString as toText } from 'uint8arrays/to-string'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import type { SplitLine } from '#protocols/ledger/v1/split.ts'
import { periodOf } from '#src/ledger/machine/period.ts'
import type { CompiledAgreement, DivideRequest, DivisionLine, Memory } from '#src/ledger/rules.ts'
import type { ProvenEntry } from './check-entries.ts'
import type { ProvenAgreement } from './check-terms.ts'
import { refuse, type Step } from './refusal.ts'

const hex = (bytes: Uint8Array): string => toText(bytes, 'base16')

/** Counters from zero, and whether anything asked for them. */
class CountedMemory implements Memory {
  readonly #values = new Map<string, bigint>()
  touched = false
  get(key: string): bigint {
    this.touched = true
    return this.#values.get(key) ?? 0n
  }
  set(key: string, value: bigint): void {
    this.touched = true
    this.#values.set(key, value)
  }
}

const same = (a: readonly DivisionLine[], b: readonly SplitLine[]): boolean =>
  a.length === b.length &&
  a.every((one, at) => {
    const other = b[at]
    return (
      other !== undefined &&
      one.holder === other.holder &&
      one.amount === other.amount &&
      one.party === other.party &&
      one.tag === other.tag
    )
  })

const ACCOUNT = /^acct:([0-9a-f]{64})$/

/**
 * Who was paid and who waited is what the log decided (signatures, disputes, settlements), so it is read from the lines; how much is
 * what the terms decide, and is computed.
 */
function requestFor(
  { read, division }: ProvenEntry,
  asset: string,
  memory: Memory,
  find: (hash: Uint8Array) => CompiledAgreement | null,
): DivideRequest {
  const { entry } = read
  const waits = new Set(division.map(line => line.holder).filter(holder => holder.startsWith('susp:')))
  return {
    amount: division.reduce((sum, line) => sum + line.amount, 0n),
    asset,
    use: useOf(read),
    at: entry.at,
    period: periodOf(entry.at),
    standing: (hash, party) => {
      const suspense = find(hash)?.holders(party).suspense
      return suspense !== undefined && waits.has(suspense) ? 'unsigned' : 'active'
    },
    account: (_hash, party) => {
      const paid = division.find(line => line.party === party && ACCOUNT.test(line.holder))
      const key = paid === undefined ? undefined : ACCOUNT.exec(paid.holder)?.[1]
      return key === undefined ? null : fromString(key, 'base16')
    },
    memory,
    nested: find,
  }
}

export function useOf({ entry, order }: ProvenEntry['read']): string {
  if (entry.kind === 'stream') return entry.use
  return order?.order.type === 'value/tip' ? order.order.use : entry.kind
}

/**
 * Runs the waterfall again over every entry in the file. Terms that count nothing between payments give the same lines to the last unit, or
 * the file is refused. Terms that do (tiers, advances, caps, reserves) depend on payments before those in the file: from zero they may differ.
 */
export function recompute(
  entries: Iterable<ProvenEntry>,
  agreements: ReadonlyMap<string, ProvenAgreement>,
  assetOf: (entry: ProvenEntry) => string,
): Step {
  const find = (hash: Uint8Array): CompiledAgreement | null => agreements.get(hex(hash))?.compiled ?? null
  const memory = new CountedMemory()
  let [again, depends] = [0, 0]
  for (const entry of entries) {
    if (entry.agreement === null || entry.division.length === 0) continue
    const agreement = agreements.get(entry.agreement)
    if (agreement === undefined) continue
    memory.touched = false
    const lines = agreement.compiled.divide(requestFor(entry, assetOf(entry), memory, find))
    if (lines.ok && same(lines.value, entry.division)) again += 1
    else if (memory.touched) depends += 1
    else
      refuse(
        partName('entry', entry.ordinal),
        `by the terms of “${agreement.title}” it divides otherwise than the log says`,
      )
  }
  const rest =
    depends === 0
      ? 'the same to the last unit'
      : `${depends} more depend on what was paid before this file begins (tiers, advances, caps or reserves); for those the certificate stands in`
  return { said: `${again} divisions computed again from the signed terms`, detail: rest, checked: depends === 0 }
}
