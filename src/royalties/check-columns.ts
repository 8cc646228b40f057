import type { AgreementTerms, Column, RightShare } from '#protocols/catalog/v1/agreement.ts'
import { RATE_MAX } from '#protocols/catalog/v1/agreement-constants.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import { percent } from '#src/catalog/splits.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'
import { hex } from './holders.ts'

type Named = ReadonlyMap<string, string>

function checkShare(share: RightShare, sheet: string, names: Named): Result<string, RuleFault> {
  const { party, agreement, right } = share
  if (party !== null && agreement !== null)
    return ruleFault('bad-terms', `A share of the ${sheet} names both a party and another agreement: choose one.`)
  if (agreement !== null) return ok(`~${hex(agreement)}/${right}`)
  if (party === null) return ruleFault('bad-terms', `A share of the ${sheet} names nobody: say who receives it.`)
  return names.has(party)
    ? ok(`${party}/${right}`)
    : ruleFault(
        'unknown-party',
        `The ${sheet} pays “${party}”, who is not among the parties: add them, or take them out.`,
      )
}

function checkColumn({ shares }: Column, sheet: string, names: Named): Result<null, RuleFault> {
  const seen = new Set<string>()
  let total = 0
  for (const share of shares) {
    const id = checkShare(share, sheet, names)
    if (!id.ok) return id
    if (seen.has(id.value)) {
      const who = share.party === null ? 'One nested agreement' : `“${names.get(share.party)}”`
      return ruleFault(
        'bad-terms',
        `${who} appears twice under one right of the ${sheet}: add the two shares together.`,
      )
    }
    seen.add(id.value)
    total += share.shares
  }
  return total === RATE_MAX
    ? ok(null)
    : ruleFault(
        'shares-not-whole',
        `The shares of the ${sheet} add up to ${percent(total)} %, not 100 %: change them until they do.`,
      )
}

/** Each split sheet totals exactly 100 %, names known parties once under each right, and the two weights total 100 %. */
export function checkColumns(
  { composition, master }: Pick<AgreementTerms, 'composition' | 'master'>,
  names: Named,
): Result<null, RuleFault> {
  if (composition === null && master === null)
    return ruleFault(
      'shares-not-whole',
      'The agreement divides nothing: give it a split sheet for the composition, the master, or both.',
    )
  for (const [column, sheet] of [
    [composition, 'composition'],
    [master, 'master'],
  ] as const) {
    const checked = column === null ? ok(null) : checkColumn(column, sheet, names)
    if (!checked.ok) return checked
  }
  const weight = (composition?.weight ?? 0) + (master?.weight ?? 0)
  return weight === RATE_MAX
    ? ok(null)
    : ruleFault('shares-not-whole', `Composition and master together weigh ${percent(weight)} %, not 100 %.`)
}
