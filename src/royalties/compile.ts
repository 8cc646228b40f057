import { equals } from 'uint8arrays/equals'
import type { AgreementTerms } from '#protocols/catalog/v1/agreement.ts'
import { decodeTerms } from '#protocols/catalog/v1/agreement.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Hasher } from '#src/kernel/ports.ts'
import { type RuleFault, ruleFault } from '#src/ledger/rule-fault.ts'
import type { CompiledAgreement, DivideRequest, DivisionLine, ReleaseRequest } from '#src/ledger/rules.ts'
import { checkTerms } from './check-terms.ts'
import { type CompiledParty, type Flow, payableTo, tell, write } from './flow.ts'
import { type CompiledStep, compileStep, takeGross } from './gross.ts'
import { accountHolder, hex, partyHolders } from './holders.ts'
import { checkNesting, NESTING_MAX } from './nesting.ts'
import { payShare } from './payee.ts'
import { divideByWeights, type Weights, weightsOf } from './weights.ts'

/** What this room knows of an agreement beyond what the ledger does. */
export interface RoyaltyAgreement extends CompiledAgreement {
  readonly terms: AgreementTerms
  readonly party: (id: string) => CompiledParty
}

interface Parts {
  readonly hash: Uint8Array
  readonly terms: AgreementTerms
  readonly weights: Weights
  readonly steps: readonly CompiledStep[]
  readonly party: (id: string) => CompiledParty
}

/** A request on its way down through nested agreements. */
interface NestedRequest extends DivideRequest {
  readonly depth?: number
}

function compileParties(terms: AgreementTerms, first: string): (id: string) => CompiledParty {
  const parties = new Map(
    terms.parties.map(({ id, name, key }): [string, CompiledParty] => [
      id,
      {
        id,
        name,
        key,
        first,
        account: key === null ? null : accountHolder(key),
        holders: partyHolders(first, id),
        clauses: terms.payees.find(({ party }) => party === id) ?? null,
        counters: `${first}/${id}/`,
      },
    ]),
  )
  return id => {
    const party = parties.get(id)
    if (party === undefined) throw new RangeError(`${id} is no party of this agreement`)
    return party
  }
}

const flowOf = (
  { hash, terms, party }: Parts,
  request: Flow['request'],
  depth: number,
  lines: DivisionLine[],
): Flow => ({
  hash,
  title: terms.title,
  depth,
  counted: terms.asset === request.asset,
  party,
  request,
  lines,
})

const titleOf = (agreement: CompiledAgreement): string =>
  'terms' in agreement ? (agreement as RoyaltyAgreement).terms.title : hex(agreement.hash)

function divide(parts: Parts, request: NestedRequest): Result<DivisionLine[], RuleFault> {
  const { amount, depth = 0 } = request
  const { weights, steps, party } = parts
  const flow = flowOf(parts, request, depth, [])
  tell(flow, 'divide', amount, { of: amount, rate: null, who: parts.terms.title })
  const net = steps.length === 0 ? amount : takeGross(flow, steps, amount)
  tell(flow, 'shares', net, { of: amount, rate: null, who: parts.terms.title })
  const given = divideByWeights(net, weights)
  for (let at = 0; at < given.length; at++) {
    const target = weights.targets[at]
    const share = given[at] ?? 0n
    if (target === undefined || share === 0n) continue
    if (target.kind === 'party') {
      payShare(flow, party(target.party), share, net)
      continue
    }
    const inner = request.nested(target.hash)
    if (inner === null)
      return ruleFault('unknown-agreement', 'A share goes to an agreement that this log does not know.')
    tell(flow, 'nested', share, { of: net, rate: null, who: titleOf(inner) })
    const below: NestedRequest = { ...request, amount: share, depth: depth + 1 }
    const lines = inner.divide(below)
    if (!lines.ok) return lines
    flow.lines.push(...lines.value)
  }
  return ok(flow.lines)
}

/** Lines for what leaves a party's suspense. */
function release(parts: Parts, request: ReleaseRequest): DivisionLine[] {
  const flow = flowOf(parts, request, 0, [])
  const { amount } = request
  const party = parts.party(request.party)
  tell(flow, 'divide', amount, { of: amount, rate: null, who: parts.terms.title })
  if (payableTo(flow, party) === null)
    write(
      flow,
      { holder: party.holders.suspense, party: party.id, amount, tag: 'share' },
      { of: amount, rate: null, who: party.name },
    )
  else payShare(flow, party, amount, amount)
  return flow.lines
}

const nestedOf = ({ targets }: Weights): Uint8Array[] =>
  targets.flatMap(target => (target.kind === 'agreement' ? [target.hash] : []))

/** Reads terms once; see `Rules.compile`. */
export function compile(hasher: Hasher, bytes: Uint8Array): Result<RoyaltyAgreement, RuleFault> {
  const decoded = decodeTerms(bytes)
  if (!decoded.ok) {
    const { path, message } = decoded.error
    return ruleFault('bad-terms', `The terms cannot be read${path === '' ? '' : ` at ${path}`}: ${message}.`)
  }
  const terms = decoded.value
  const checked = checkTerms(terms)
  if (!checked.ok) return checked
  const hash = hasher.sha256(bytes)
  const first = terms.first ?? hash
  const weights = weightsOf(terms)
  const nested = nestedOf(weights)
  if ([...nested, terms.previous, terms.first].some(other => other !== null && equals(other, hash)))
    return ruleFault('self-reference', 'The agreement refers to itself: the money would never arrive.')
  const party = compileParties(terms, hex(first))
  const steps = terms.gross.map(step => compileStep(hex(first), step))
  const parts: Parts = { hash, terms, weights, steps, party }
  const agreement: RoyaltyAgreement = {
    hash,
    first,
    terms,
    party,
    subject: terms.subject,
    previous: terms.previous,
    from: terms.from,
    parties: terms.parties,
    nested,
    holders: id => party(id).holders,
    release: request => release(parts, request),
    divide(request: NestedRequest) {
      if (request.amount < 0n) return ruleFault('zero-amount', 'An amount that is divided is not below zero.')
      // Asked once, of the outermost: afterwards nothing can fail, so that the memory is never written in vain.
      if (nested.length > 0 && request.depth === undefined) {
        const sound = checkNesting(agreement, request.nested)
        if (!sound.ok) return sound
      }
      if ((request.depth ?? 0) >= NESTING_MAX)
        return ruleFault('nesting-too-deep', `Agreements may be nested ${NESTING_MAX} deep; these go deeper.`)
      return divide(parts, request)
    },
  }
  return ok(agreement)
}
