import fc from 'fast-check'
import type { AgreementTerms, GrossStep, PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import { GROSS_KINDS } from '#protocols/catalog/v1/agreement.ts'
import { termsOf } from './terms-world.ts'

/** Ids with shares that total 10,000. */
export const columns = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9]{1,6}$/), { minLength: 1, maxLength: 12 })
  .chain(ids =>
    fc
      .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { minLength: ids.length - 1, maxLength: ids.length - 1 })
      .map(cuts => {
        const marks = [0, ...cuts.sort((a, b) => a - b), 10_000]
        return ids.map((id, at): [string, number] => [id, (marks[at + 1] ?? 0) - (marks[at] ?? 0)])
      }),
  )

const rate = fc.integer({ min: 1, max: 10_000 })
const fine = fc.bigInt({ min: 0n, max: 2_000n })

/** Clauses of one payee; counterparties are other parties of `ids`. */
function payeeClauses(id: string, ids: readonly string[]): fc.Arbitrary<PayeeTerms> {
  const other = fc.constantFrom(...ids.filter(one => one !== id))
  const maybe = <T>(clause: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(clause, { freq: 1 })
  const tiers = fc
    .uniqueArray(fc.bigInt({ min: 1n, max: 3_000n }), { maxLength: 4 })
    .chain(marks =>
      fc
        .array(fc.integer({ min: 0, max: 10_000 }), { minLength: marks.length + 1, maxLength: marks.length + 1 })
        .map(keeps =>
          [0n, ...marks.sort((a, b) => (a < b ? -1 : 1))].map((above, at) => ({ above, keeps: keeps[at] ?? 0 })),
        ),
    )
  return fc.record({
    party: fc.constant(id),
    escalator: maybe(fc.record({ to: other, tiers })),
    advance: maybe(fc.record({ amount: fine, to: other, rate })),
    reserve: maybe(fc.record({ rate, periods: fc.integer({ min: 1, max: 24 }) })),
    cap: maybe(fc.record({ amount: fine, to: other })),
    guarantee: maybe(fc.record({ amount: fine, from: other })),
    withholding: maybe(fc.record({ rate, name: fc.constant('wht'), to: fc.option(other) })),
    threshold: maybe(fine),
  })
}

const grossSteps = (ids: readonly string[]): fc.Arbitrary<GrossStep[]> =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom(...GROSS_KINDS),
        party: fc.option(fc.constantFrom(...ids)),
        rate,
        upTo: fc.option(fine),
      }),
      { maxLength: 5 },
    )
    .map(steps =>
      steps
        .sort((a, b) => GROSS_KINDS.indexOf(a.kind) - GROSS_KINDS.indexOf(b.kind))
        .map((step, at) => ({ ...step, name: `step-${at}`, upTo: step.kind === 'cost' ? step.upTo : null })),
    )

/** Any agreement of 2 to 12 parties with any clauses; a party may lack an account. */
export const anyTerms: fc.Arbitrary<AgreementTerms> = fc
  .tuple(
    columns.filter(shares => shares.length >= 2),
    fc.boolean(),
    fc.integer({ min: 1, max: 9_999 }),
  )
  .chain(([shares, both, weight]) => {
    const ids = shares.map(([id]) => id)
    return fc
      .tuple(
        grossSteps(ids),
        fc.tuple(...ids.map(id => fc.option(payeeClauses(id, ids)))),
        fc.tuple(...ids.map(() => fc.boolean())),
      )
      .map(([gross, payees, keyed]) => {
        const plain = termsOf(shares)
        const sheet = plain.master?.shares ?? []
        const mirrored = sheet.map((share, at) => ({ ...share, shares: sheet.at(-1 - at)?.shares ?? 0 }))
        return {
          ...plain,
          gross,
          parties: plain.parties.map((who, at) => (keyed[at] === true || at === 0 ? who : { ...who, key: null })),
          payees: payees.filter(clauses => clauses !== null),
          composition: both ? { weight, shares: mirrored } : null,
          master: { weight: both ? 10_000 - weight : 10_000, shares: sheet },
        }
      })
  })
