import type { AgreementTerms, GrossStep, PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import { GROSS_KINDS } from '#protocols/catalog/v1/agreement.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'

type Named = ReadonlyMap<string, string>

const stranger = (id: string, where: string): Result<never, RuleFault> =>
  ruleFault('unknown-party', `${where} names “${id}”, who is not among the parties: add them, or take them out.`)

function checkGrossStep(step: GrossStep, asset: string | null, names: Named): Result<null, RuleFault> {
  const where = `The step “${step.name}”`
  if (step.party !== null && !names.has(step.party)) return stranger(step.party, where)
  if (step.upTo === null) return ok(null)
  if (step.kind !== 'cost')
    return ruleFault('bad-terms', `${where} has an upper amount: only a cost can be recouped up to one.`)
  return asset === null
    ? ruleFault('bad-terms', `${where} names an amount: say in which money the amounts are.`)
    : ok(null)
}

/** Steps come as tax, rail fee, distribution fee, costs; each name once. */
export function checkGross({ gross, asset }: AgreementTerms, names: Named): Result<null, RuleFault> {
  let reached = 0
  const seen = new Set<string>()
  for (const step of gross) {
    const checked = checkGrossStep(step, asset, names)
    if (!checked.ok) return checked
    const rank = GROSS_KINDS.indexOf(step.kind)
    if (rank < reached)
      return ruleFault(
        'bad-terms',
        `“${step.name}” comes too late: first tax, then rail fee, distribution fee, and costs.`,
      )
    if (seen.has(step.name))
      return ruleFault('bad-terms', `Two steps are called “${step.name}”: give each its own name.`)
    reached = rank
    seen.add(step.name)
  }
  return ok(null)
}

/** Parties that a payee's clauses pay or draw on. */
export const counterparties = ({ escalator, advance, cap, guarantee, withholding }: PayeeTerms): string[] =>
  [escalator?.to, advance?.to, cap?.to, guarantee?.from, withholding?.to].filter(id => id !== undefined && id !== null)

const namesAmount = ({ escalator, advance, cap, guarantee, threshold }: PayeeTerms): boolean =>
  advance !== null || cap !== null || guarantee !== null || threshold !== null || (escalator?.tiers.length ?? 0) > 1

function checkPayee(payee: PayeeTerms, asset: string | null, names: Named): Result<null, RuleFault> {
  const name = names.get(payee.party)
  if (name === undefined) return stranger(payee.party, 'A payee clause')
  for (const other of counterparties(payee)) {
    if (!names.has(other)) return stranger(other, `The clause of “${name}”`)
    if (other === payee.party)
      return ruleFault('self-reference', `A clause of “${name}” pays “${name}” itself: name the other party.`)
  }
  const tiers = payee.escalator?.tiers ?? []
  if (tiers.some(({ above }, at) => (at === 0 ? above !== 0n : above <= (tiers[at - 1]?.above ?? 0n))))
    return ruleFault('bad-terms', `The escalator of “${name}” must start at 0 and rise from step to step.`)
  return asset === null && namesAmount(payee)
    ? ruleFault('bad-terms', `The clause of “${name}” names an amount: say in which money the amounts are.`)
    : ok(null)
}

/** Each payee once; every clause names known parties, other than the payee. */
export function checkPayees({ payees, asset }: AgreementTerms, names: Named): Result<null, RuleFault> {
  const seen = new Set<string>()
  for (const payee of payees) {
    const checked = checkPayee(payee, asset, names)
    if (!checked.ok) return checked
    if (seen.has(payee.party))
      return ruleFault('bad-terms', `“${names.get(payee.party)}” has two sets of clauses: put them into one.`)
    seen.add(payee.party)
  }
  return ok(null)
}
