import { fromString } from 'uint8arrays/from-string'
import { periodOf } from '#src/ledger/machine/period.ts'
import type { CompiledAgreement, DivideRequest, DivisionLine, Memory } from '#src/ledger/rules.ts'

const ACCOUNT = /^acct:([0-9a-f]{64})$/

export interface Divided {
  readonly division: readonly DivisionLine[]
  readonly asset: string
  readonly use: string
  readonly at: number
}

/**
 * The request that a division in the log answered. Who was paid and who waited is what the log decided (signatures, disputes, settlements),
 * so it is read from the lines; how much is what the terms decide, and is for `divide` to say again.
 */
export function rerunRequest(
  { division, asset, use, at }: Divided,
  memory: Memory,
  find: (hash: Uint8Array) => CompiledAgreement | null,
): DivideRequest {
  const waits = new Set(division.map(line => line.holder).filter(holder => holder.startsWith('susp:')))
  return {
    amount: division.reduce((sum, line) => sum + line.amount, 0n),
    asset,
    use,
    at,
    period: periodOf(at),
    standing: (hash, party) => {
      const suspense = find(hash)?.holders(party).suspense
      return suspense !== undefined && waits.has(suspense) ? 'unsigned' : 'active'
    },
    account: (_hash, party) => {
      const paid = division.find(line => line.party === party && ACCOUNT.test(line.holder))
      const key = paid === undefined ? undefined : ACCOUNT.exec(paid.holder)?.[1]
      return key === undefined ? null : fromString(key, 'base16')
    },
    memory,
    nested: find,
  }
}

export const sameLines = (a: readonly DivisionLine[], b: readonly DivisionLine[]): boolean =>
  a.length === b.length &&
  a.every((one, at) => {
    const other = b[at]
    return (
      other !== undefined &&
      one.holder === other.holder &&
      one.amount === other.amount &&
      one.party === other.party &&
      one.tag === other.tag
    )
  })
