import { compare } from 'uint8arrays/compare'
import { toString as toText } from 'uint8arrays/to-string'
import type { Charter, Member } from '#protocols/ledger/v1/charter.ts'
import { MEMBERS_MAX } from '#protocols/ledger/v1/limits.ts'
import { decodeStakeProfile, type StakeDomain, stakeProfileMessage } from '#protocols/ledger/v1/stake-profile.ts'
import type { Verifier } from '#src/kernel/ports.ts'

/** An account of a stake registry in one epoch; `stake` in the token's smallest units. */
export interface StakedAccount {
  readonly account: Uint8Array
  readonly attester: Uint8Array
  readonly community: Uint8Array
  readonly stake: bigint
  readonly profile: Uint8Array
}

/** The least stake counts 100 in a charter, and any other in proportion, rounded down. */
const HUNDREDTHS = 100n
const STAKE_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** The member that an account stands for; null unless the community itself says so. */
export function memberOf(
  verifier: Verifier,
  domain: Pick<StakeDomain, 'chainId' | 'contract'>,
  row: StakedAccount,
  minimum: bigint,
): Member | null {
  const scaled = (row.stake * HUNDREDTHS) / minimum
  const profile = decodeStakeProfile(row.profile)
  if (row.stake < minimum || !profile.ok) return null
  const { signature, ...said } = profile.value
  const message = stakeProfileMessage({ ...domain, account: row.account, attester: row.attester }, said)
  if (!verifier.verify(row.community, message, signature)) return null
  return { ...said, community: row.community, stake: Number(scaled < STAKE_MAX ? scaled : STAKE_MAX) }
}

/**
 * Members of one epoch: of several accounts of one community the one with most at stake counts, then the lowest address;
 * of too many members those with most, then the lowest key. Everybody who reads the chain gets the same.
 */
export function membersFromStakes(
  verifier: Verifier,
  domain: Pick<StakeDomain, 'chainId' | 'contract'>,
  rows: readonly StakedAccount[],
  minimum: bigint,
): Member[] {
  const ordered = [...rows].sort((a, b) =>
    a.stake === b.stake ? compare(a.account, b.account) : a.stake > b.stake ? -1 : 1,
  )
  const members = new Map<string, Member>()
  for (const row of ordered) {
    const key = toText(row.community, 'hex')
    const member = members.has(key) ? null : memberOf(verifier, domain, row, minimum)
    if (member !== null) members.set(key, member)
  }
  return [...members.values()]
    .sort((a, b) => b.stake - a.stake || compare(a.community, b.community))
    .slice(0, MEMBERS_MAX)
    .sort((a, b) => compare(a.community, b.community))
}

/** Charter of the epoch that follows on `previous`; null when nobody is a member: such an epoch of the chain is passed over. */
export function charterFromStakes(
  previous: { readonly epoch: number; readonly hash: Uint8Array } | null,
  of: Pick<Charter, 'network' | 'seats' | 'startsAt' | 'members'>,
): Charter | null {
  if (of.members.length === 0) return null
  return { ...of, epoch: (previous?.epoch ?? 0) + 1, previous: previous?.hash ?? null }
}
