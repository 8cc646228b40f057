import type { Share } from '#protocols/catalog/v1/codec.ts'
import { PARTIES_MAX, SHARES_TOTAL } from '#protocols/catalog/v1/constants.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { apportion } from '#src/kernel/money-apportion.ts'

/** What one party gets, in units of the asset. */
export interface Line {
  readonly party: string
  readonly amount: bigint
}

type SplitFaultCode = 'no-parties' | 'too-many-parties' | 'duplicate-party' | 'bad-share' | 'wrong-total'

export interface SplitFault {
  readonly code: SplitFaultCode
  readonly message: string
}

const fault = (code: SplitFaultCode, message: string): Result<never, SplitFault> => err({ code, message })

const percent = (hundredths: number): string =>
  `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`

/** A split can be executed when parties are distinct, each has a share, and shares total exactly 100 %. */
export function checkShares(shares: readonly Share[]): Result<readonly Share[], SplitFault> {
  if (shares.length === 0) return fault('no-parties', 'name at least one party in the split')
  if (shares.length > PARTIES_MAX) return fault('too-many-parties', `a split has at most ${PARTIES_MAX} parties`)
  const seen = new Set<string>()
  for (const { party, shares: part } of shares) {
    if (seen.has(party)) return fault('duplicate-party', `${party} is named twice; give each party one share`)
    seen.add(party)
    if (!Number.isInteger(part) || part < 1 || part > SHARES_TOTAL)
      return fault('bad-share', `the share of ${party} must be from 0.01 % to 100 %, in steps of 0.01 %`)
  }
  const total = shares.reduce((sum, share) => sum + share.shares, 0)
  return total === SHARES_TOTAL
    ? ok(shares)
    : fault('wrong-total', `the shares total ${percent(total)} %; they must total exactly 100 %`)
}

/**
 * Who gets what of `amount`, exactly: floor plus largest remainder, ties by the bytes of the party's id. Lines come in
 * the order of `shares` and total `amount`. Runs in the browser too, so that a fan sees the split before tipping.
 * Throws `RangeError` for a split that `checkShares` refuses for having no weight at all.
 */
export function splitAmount(amount: bigint, shares: readonly Share[]): Line[] {
  const parts = apportion(
    amount,
    shares.map(share => ({ id: share.party, weight: BigInt(share.shares) })),
  )
  return shares.map((share, index) => ({ party: share.party, amount: parts[index] ?? 0n }))
}
