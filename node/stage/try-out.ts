import { fromString } from 'uint8arrays/from-string'
import { StageError } from '#node/errors.ts'
import type { OwnLog } from '#node/ports/ledger.ts'
import type { WhatIfAnswer, WhatIfRequest } from '#protocols/api/v1/statements.ts'
import type { Asset } from '#protocols/value/v1/codec.ts'
import { formatUnits, parseUnits } from '#src/kernel/money.ts'
import type { CompiledAgreement, Rules } from '#src/ledger/rules.ts'
import { FINE_SCALE } from '#src/royalties/statements/book.ts'
import { whatIf } from '#src/royalties/what-if.ts'
import { hex } from './keys.ts'

export interface TryOutInit {
  readonly log: OwnLog
  readonly rules: Rules
  readonly asset: Asset
}

/** Title of an agreement, when the rules that compiled it keep one. */
export const titleOf = (compiled: CompiledAgreement): string => {
  const { terms } = compiled as { terms?: { title?: string } }
  return terms?.title ?? hex(compiled.hash).slice(0, 8)
}

/** An agreement as a log has it, compiled; null when the log does not know it. */
export function compiledIn(
  rules: Rules,
  view: (hash: Uint8Array) => { readonly terms: Uint8Array } | null,
): (hash: Uint8Array) => CompiledAgreement | null {
  return hash => {
    const found = view(hash)
    const compiled = found === null ? null : rules.compile(found.terms)
    return compiled?.ok ? compiled.value : null
  }
}

function find({ log }: TryOutInit, typed: string): Uint8Array {
  const hash = typed.length === 64 ? fromString(typed, 'base16') : log.agreementOf(typed)
  if (hash !== null && log.agreement(hash) !== null) return hash
  throw new StageError(
    'not-found',
    'This log knows no such agreement: give its hash, or the id of a release that has one.',
  )
}

/** Divides an amount as the agreement would now, with nothing paid before; nothing is written. */
export function tryOut(init: TryOutInit, { agreement, gross }: WhatIfRequest): WhatIfAnswer {
  const { log, rules, asset } = init
  const hash = find(init, agreement)
  const nested = compiledIn(rules, key => log.agreement(key))
  const compiled = nested(hash)
  const amount = parseUnits(gross, FINE_SCALE)
  if (!amount.ok || amount.value === 0n)
    throw new StageError('bad-request', 'The gross is an amount above zero, such as 100 or 12.50.', { path: 'gross' })
  if (compiled === null) throw new StageError('internal', 'The terms of this agreement cannot be read here.')
  const partyIn = (key: Uint8Array, party: string) => log.agreement(key)?.parties.find(one => one.id === party)
  let counted = false
  const trace = whatIf(compiled, {
    amount: amount.value,
    asset: `${asset.code}/${asset.scale}/${hex(asset.issuer)}`,
    period: '9999-12',
    nested,
    standing: (key, party) => partyIn(key, party)?.standing ?? 'unsigned',
    account: (key, party) => partyIn(key, party)?.account ?? null,
    memory: {
      get: () => {
        counted = true
        return 0n
      },
    },
  })
  if (!trace.ok) throw new StageError('conflict', trace.error.message)
  return {
    agreement: hex(hash),
    title: titleOf(compiled),
    gross: formatUnits(amount.value, FINE_SCALE),
    asset: { code: asset.code, scale: asset.scale, issuer: hex(asset.issuer) },
    steps: trace.value.steps.map(step => step.text),
    lines: trace.value.lines.map(line => ({ ...line, amount: formatUnits(line.amount, FINE_SCALE) })),
    notes: counted ? ['Counted as if nothing had been paid before: advances, tiers and caps begin at zero here.'] : [],
  }
}
