import type { AgreementTerms, Party } from '#protocols/catalog/v1/agreement.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { normaliseIpi, normaliseIsni, normaliseIswc } from '#src/catalog/identifiers.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'
import { checkGross, checkPayees } from './check-clauses.ts'
import { checkColumns } from './check-columns.ts'

const bad = (message: string): Result<never, RuleFault> => ruleFault('bad-terms', message)

function checkParty({ name, ipi, isni }: Party): Result<null, RuleFault> {
  for (const [kind, code, normalise] of [
    ['IPI', ipi, normaliseIpi],
    ['ISNI', isni, normaliseIsni],
  ] as const) {
    const checked = code === null ? ok(code) : normalise(code)
    if (!checked.ok) return bad(`${kind} of “${name}”: ${checked.error}`)
  }
  return ok(null)
}

function checkVersion({ previous, first, from }: AgreementTerms): Result<null, RuleFault> {
  if ((previous === null) !== (first === null))
    return ruleFault('bad-amendment', 'An amendment names both the version before and the first one.')
  return previous !== null && from === null
    ? ruleFault('bad-amendment', 'An amendment starts with a month: say from which, such as 2026-12.')
    : ok(null)
}

/** Party names by id, when everything in the terms refers to something and adds up; a sentence otherwise. */
export function checkTerms(terms: AgreementTerms): Result<ReadonlyMap<string, string>, RuleFault> {
  const names = new Map<string, string>()
  for (const party of terms.parties) {
    if (names.has(party.id)) return bad(`Two parties have the id “${party.id}”: give each its own.`)
    names.set(party.id, party.name)
    const checked = checkParty(party)
    if (!checked.ok) return checked
  }
  for (const { title, iswc } of terms.works) {
    const checked = iswc === null ? ok(iswc) : normaliseIswc(iswc)
    if (!checked.ok) return bad(`ISWC of “${title}”: ${checked.error}`)
  }
  for (const check of [checkColumns, checkGross, checkPayees] as const) {
    const checked = check(terms, names)
    if (!checked.ok) return checked
  }
  const version = checkVersion(terms)
  return version.ok ? ok(names) : version
}
