import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString as asText } from 'uint8arrays/to-string'
import { describe, expect, it } from 'vitest'
import { hasher } from '#node/identity/crypto-ports.ts'
import type { Memory } from '#src/ledger/rules.ts'
import { createRules } from '#src/royalties/rules.ts'
import { scratchMemory } from '#src/royalties/what-if.ts'
import { type AgreementVector, agreementVectors } from '#test/support/agreement-vectors.ts'

/** Lines as `[holder, amount, party, tag]`. */
type Lines = readonly (readonly [string, string, string, string])[]
interface Published {
  readonly about: string
  readonly cases: readonly (AgreementVector & { readonly hash?: string; readonly lines?: readonly Lines[] })[]
}

const FILE = join(import.meta.dirname, '../../protocols/catalog/v1/agreement-vectors.json')
const ABOUT =
  'Terms of agreements (agreement.md): bytes in hex, the verdict of the rules, SHA-256 of accepted terms, and the lines [holder, amount, party, tag] of each payment in turn, over one memory, in `asset`, or in the asset of the terms (any other where they name none). Parties in `wait` are unsigned; amounts are fine units.'
const rules = createRules({ hasher })

function judge({ name, hex, expect: _, payments, ...rest }: AgreementVector): Published['cases'][number] {
  const result = rules.compile(fromString(hex, 'hex'))
  const same = payments === undefined ? { name, hex } : { name, hex, payments }
  if (!result.ok) return { ...rest, ...same, expect: result.error.code }
  const agreement = result.value
  const memory: Memory = scratchMemory()
  const own = `TEST/2/${'cd'.repeat(32)}`
  const lines = (payments ?? []).map(({ amount, period, wait = [], asset = own }): Lines => {
    const divided = agreement.divide({
      amount: BigInt(amount),
      asset,
      period,
      use: 'tip',
      at: 0,
      memory,
      standing: (_hash, id) => (wait.includes(id) ? 'unsigned' : 'active'),
      account: () => null,
      nested: () => null,
    })
    if (!divided.ok) throw new Error(divided.error.message)
    return divided.value.map(line => [line.holder, String(line.amount), line.party, line.tag])
  })
  return { ...rest, ...same, expect: 'ok', hash: asText(agreement.hash, 'hex'), lines }
}

describe('published vectors of agreements version 1', () => {
  // A published version never changes its bytes: the file is written once, with WRITE_VECTORS, and read ever after.
  if (process.env.WRITE_VECTORS !== undefined)
    writeFileSync(FILE, `${JSON.stringify({ about: ABOUT, cases: agreementVectors.map(judge) }, null, 2)}\n`)
  const published = JSON.parse(readFileSync(FILE, 'utf8')) as Published

  it.each(published.cases)('$name: $expect', vector => {
    const { hash: _, lines: __, ...terms } = vector
    expect(judge(terms)).toEqual(vector)
  })

  it('say what they were made to say, and their lines total each payment', () => {
    expect(published.cases.map(({ name, hex, expect: verdict }) => [name, hex, verdict])).toEqual(
      agreementVectors.map(({ name, hex, expect: verdict }) => [name, hex, verdict]),
    )
    for (const { payments = [], lines = [] } of published.cases)
      for (const [at, { amount }] of payments.entries())
        expect((lines[at] ?? []).reduce((sum, line) => sum + BigInt(line[1]), 0n)).toBe(BigInt(amount))
  })
})
