import { fromString } from 'uint8arrays/from-string'
import type { Hasher } from '#src/kernel/ports.ts'
import type { CompiledAgreement, Rules } from '#src/ledger/rules.ts'
import { checkAmendment } from './amendment.ts'
import { compile, type RoyaltyAgreement } from './compile.ts'
import { checkNesting } from './nesting.ts'
import { endPeriod } from './period-end.ts'
import { dividePool } from './pools.ts'

/** Names these rules in every commit. Dividing differently needs another name. */
const RULES_NAME = 'bandstand/royalties/v1'

function own(agreement: CompiledAgreement): RoyaltyAgreement {
  if (!('terms' in agreement)) throw new TypeError('this agreement was compiled by other rules')
  return agreement as RoyaltyAgreement
}

/** The trade's rules of division: see `protocols/catalog/v1/agreement.md`. */
export function createRules({ hasher }: { readonly hasher: Hasher }): Rules {
  return {
    hash: hasher.sha256(fromString(RULES_NAME)),
    compile: terms => compile(hasher, terms),
    checkNesting,
    checkAmendment: (previous, next) => checkAmendment(own(previous), own(next)),
    endPeriod: (agreement, request) => endPeriod(own(agreement), request),
    dividePool,
  }
}
