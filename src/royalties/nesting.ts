import { ok, type Result } from '#protocols/codec/result.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'
import type { CompiledAgreement } from '#src/ledger/rules.ts'
import { hex } from './holders.ts'

/** Agreements in a chain, the outermost counted: a song in a release in a catalogue, and room beyond that. */
export const NESTING_MAX = 8
/** Parties that one payment can reach over all nested agreements: bounds the work of a receipt. */
export const PAYEES_MAX = 256

type Known = (hash: Uint8Array) => CompiledAgreement | null

interface Walk {
  readonly known: Known
  /** Parties below an agreement that was walked, by hash and how deep it was found. */
  readonly counted: Map<string, number>
  readonly path: Set<string>
}

function count(walk: Walk, agreement: CompiledAgreement, depth: number): Result<number, RuleFault> {
  const id = hex(agreement.hash)
  if (walk.path.has(id))
    return ruleFault('self-reference', 'These agreements pay each other in a circle: the money would never arrive.')
  if (depth > NESTING_MAX)
    return ruleFault('nesting-too-deep', `Agreements may be nested ${NESTING_MAX} deep; these go deeper.`)
  const seen = walk.counted.get(`${depth}/${id}`)
  if (seen !== undefined) return ok(seen)
  walk.path.add(id)
  let total = agreement.parties.length
  for (const hash of agreement.nested) {
    const inner = walk.known(hash)
    if (inner === null)
      return ruleFault(
        'unknown-agreement',
        'A share goes to an agreement that this log does not know: propose that one first.',
      )
    const below = count(walk, inner, depth + 1)
    if (!below.ok) return below
    total += below.value
    if (total > PAYEES_MAX)
      return ruleFault(
        'too-many-payees',
        `A payment reaches at most ${PAYEES_MAX} parties; these agreements reach more.`,
      )
  }
  walk.path.delete(id)
  walk.counted.set(`${depth}/${id}`, total)
  return ok(total)
}

/** All nested agreements are known, at most 8 deep, in no circle, and pay at most 256 parties together. */
export function checkNesting(agreement: CompiledAgreement, known: Known): Result<null, RuleFault> {
  const total = count({ known, counted: new Map(), path: new Set() }, agreement, 1)
  return total.ok ? ok(null) : total
}
