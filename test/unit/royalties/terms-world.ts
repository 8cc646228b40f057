import { hasher } from '#node/identity/crypto-ports.ts'
import type { AgreementTerms, Party, PayeeTerms } from '#protocols/catalog/v1/agreement.ts'
import { encodeTerms } from '#protocols/catalog/v1/agreement.ts'
import type { CompiledAgreement, DivideRequest, DivisionLine, Memory } from '#src/ledger/rules.ts'
import { createRules } from '#src/royalties/rules.ts'

export const rules = createRules({ hasher })
export const ASSET = `TEST/2/${'ab'.repeat(32)}`
export const OTHER_ASSET = `EUR/2/${'ab'.repeat(32)}`
export const RELEASE = 'ab'.repeat(16)
export const UNIT = 1_000_000_000n

export interface TestMemory extends Memory {
  readonly entries: Map<string, bigint>
}

export function createMemory(): TestMemory {
  const entries = new Map<string, bigint>()
  return {
    entries,
    get: key => entries.get(key) ?? 0n,
    set: (key, value) => void (value === 0n ? entries.delete(key) : entries.set(key, value)),
  }
}

/** Party `a` has the account of 32 bytes `a`. */
export const keyOf = (id: string): Uint8Array => Uint8Array.from(hasher.sha256(new TextEncoder().encode(id)))
export const party = (id: string, key: Uint8Array | null = keyOf(id)): Party => ({
  id,
  name: `${id.toUpperCase()} of the band`,
  key,
  roles: [],
  ipi: null,
  isni: null,
})

export const clauses = (id: string, some: Partial<PayeeTerms>): PayeeTerms => ({
  party: id,
  escalator: null,
  advance: null,
  reserve: null,
  cap: null,
  guarantee: null,
  withholding: null,
  threshold: null,
  ...some,
})

export const shareOf = (id: string, shares: number) => ({ party: id, agreement: null, right: 'all' as const, shares })
export const nestedShare = (agreement: Uint8Array, shares: number) => ({
  party: null,
  agreement,
  right: 'all' as const,
  shares,
})

/** Terms over a master column; parties come from its shares. */
export function termsOf(
  shares: readonly (readonly [string, number])[],
  some: Partial<AgreementTerms> = {},
): AgreementTerms {
  return {
    title: 'Songs for a Park',
    subject: RELEASE,
    previous: null,
    first: null,
    from: null,
    asset: ASSET,
    parties: shares.map(([id]) => party(id)),
    works: [],
    recordings: [],
    gross: [],
    composition: null,
    master: { weight: 10_000, shares: shares.map(([id, part]) => shareOf(id, part)) },
    payees: [],
    ...some,
  }
}

export function compiled(terms: AgreementTerms): CompiledAgreement {
  const result = rules.compile(encodeTerms(terms))
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

export const faultOf = (terms: AgreementTerms): string => {
  const result = rules.compile(encodeTerms(terms))
  return result.ok ? 'ok' : result.error.code
}

export const requestOf = (amount: bigint, some: Partial<DivideRequest> = {}): DivideRequest => ({
  amount,
  asset: ASSET,
  use: 'tip',
  at: 0,
  period: '2026-11',
  standing: () => 'active',
  account: () => null,
  memory: createMemory(),
  nested: () => null,
  ...some,
})

export function linesOf(agreement: CompiledAgreement, request: DivideRequest): readonly DivisionLine[] {
  const lines = agreement.divide(request)
  if (!lines.ok) throw new Error(`${lines.error.code}: ${lines.error.message}`)
  return lines.value
}

export const totalOf = (lines: readonly { readonly amount: bigint }[]): bigint =>
  lines.reduce((sum, { amount }) => sum + amount, 0n)

/** Amounts by `tag party`, summed. */
export function byTag(lines: readonly { readonly tag: string; readonly party: string; readonly amount: bigint }[]) {
  const sums: Record<string, bigint> = {}
  for (const { tag, party: who, amount } of lines) {
    const key = `${tag} ${who}`.trim()
    sums[key] = (sums[key] ?? 0n) + amount
  }
  return sums
}

/** Amounts by holder, summed. */
export function byHolder(lines: readonly DivisionLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { holder, amount } of lines) sums.set(holder, (sums.get(holder) ?? 0n) + amount)
  return sums
}
