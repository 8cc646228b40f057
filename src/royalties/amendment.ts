import { equals } from 'uint8arrays/equals'
import type { AgreementTerms, Column } from '#protocols/catalog/v1/agreement.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'
import { counterparties } from './check-clauses.ts'
import type { RoyaltyAgreement } from './compile.ts'

const bad = (message: string): Result<never, RuleFault> => ruleFault('bad-amendment', message)

const same = (a: unknown, b: unknown): boolean => equals(encode(a), encode(b))

/** Shares that go into other agreements: those who are paid there have no voice here, so all who are here must speak. */
const nestedIn = (column: Column | null): unknown => (column?.shares ?? []).filter(share => share.agreement !== null)

/** What all parties have in common: a change here changes what everybody gets. */
const common = ({ asset, gross, composition, master }: AgreementTerms): unknown => [
  asset,
  gross,
  composition?.weight ?? 0,
  master?.weight ?? 0,
  nestedIn(composition),
  nestedIn(master),
]

const sharesOf = (column: Column | null, party: string): unknown =>
  (column?.shares ?? []).filter(share => share.party === party)

/** Everything that terms say of one party. */
const standsFor = ({ parties, composition, master, payees }: AgreementTerms, id: string): unknown => [
  parties.find(party => party.id === id) ?? null,
  sharesOf(composition, id),
  sharesOf(master, id),
  payees.filter(payee => payee.party === id || counterparties(payee).includes(id)),
]

/** Parties whose shares, clauses or person differ between two versions, and those that are new; all where the gross steps differ. */
function affected(previous: AgreementTerms, next: AgreementTerms): string[] {
  const ids = next.parties.map(({ id }) => id)
  return same(common(previous), common(next))
    ? ids.filter(id => !same(standsFor(previous, id), standsFor(next, id)))
    : ids
}

function checkParties(previous: AgreementTerms, next: AgreementTerms): Result<null, RuleFault> {
  for (const { id, name, key } of previous.parties) {
    const kept = next.parties.find(party => party.id === id)
    if (kept === undefined)
      return bad(
        `“${name}” is missing: keep every party, without a share if need be, so that what is set aside finds its owner.`,
      )
    if (key !== null && (kept.key === null || !equals(kept.key, key)))
      return bad(`The account of “${name}” differs: an amendment keeps accounts, and only adds missing ones.`)
  }
  return ok(null)
}

/** Whether one version may follow another, and who must sign it; see `Rules.checkAmendment`. */
export function checkAmendment(
  { hash, first, terms: previous }: RoyaltyAgreement,
  { terms: next }: RoyaltyAgreement,
): Result<readonly string[], RuleFault> {
  if (next.previous === null || !equals(next.previous, hash))
    return bad('This amendment does not follow the version in force: build it on that one.')
  if (next.first === null || !equals(next.first, first))
    return bad('This amendment names another first version than the one it amends.')
  if (next.subject !== previous.subject) return bad('An amendment is about the same release as what it amends.')
  if (previous.from !== null && next.from !== null && next.from <= previous.from)
    return bad(`An amendment starts in a later month than the version before, which began in ${previous.from}.`)
  const parties = checkParties(previous, next)
  return parties.ok ? ok(affected(previous, next)) : parties
}
