import { toString as toText } from 'uint8arrays/to-string'
import { partName } from '#protocols/ledger/v1/bundle-file.ts'
import type { CompiledAgreement, Memory } from '#src/ledger/rules.ts'
import { describeEntry } from '../describe.ts'
import { rerunRequest, sameLines } from '../rerun.ts'
import type { ProvenEntry } from './check-entries.ts'
import type { ProvenAgreement } from './check-terms.ts'
import { countOf, refuse, type Step } from './refusal.ts'

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
    const { division, read } = entry
    const divided = { division, asset: assetOf(entry), use: describeEntry(read).use, at: read.entry.at }
    const lines = agreement.compiled.divide(rerunRequest(divided, memory, find))
    if (lines.ok && sameLines(lines.value, division)) again += 1
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
  return {
    said: `${countOf(again, 'division')} computed again from the signed terms`,
    detail: rest,
    checked: depends === 0,
  }
}
