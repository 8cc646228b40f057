import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signerFromSeed, verifier } from '#node/identity/crypto-ports.ts'
import {
  decodeStakeProfile,
  encodeStakeProfile,
  type StakeProfile,
  stakeProfileMessage,
} from '#protocols/ledger/v1/stake-profile.ts'
import { charterFromStakes, membersFromStakes, type StakedAccount } from '#src/ledger/committee/charter-from-stakes.ts'

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill)
const domain = { chainId: 100, contract: bytes(20, 1) }
const MINIMUM = 1_000n

function row(community: number, account: number, stake: bigint, over: Partial<StakeProfile> = {}): StakedAccount {
  const signer = signerFromSeed(bytes(32, community))
  const said = { name: `Community ${community}`, operator: 'somebody', address: null, ...over }
  const where = { account: bytes(20, account), attester: bytes(20, account + 100) }
  const signature = signer.sign(stakeProfileMessage({ ...domain, ...where }, said))
  return { ...where, community: signer.publicKey, stake, profile: encodeStakeProfile({ ...said, signature }) }
}
const members = (rows: readonly StakedAccount[]): [string, number][] =>
  membersFromStakes(verifier, domain, rows, MINIMUM)
    .map(({ name, stake }): [string, number] => [name, stake])
    .sort()

describe('a stake profile', () => {
  const profile = fc.record({
    name: fc
      .string({ minLength: 1, maxLength: 80, unit: fc.constantFrom('a', 'é', ' b', '漢') })
      .map(text => text.trim() || 'x'),
    operator: fc.constant('operator'),
    address: fc.option(fc.constant('/ip4/192.0.2.7/tcp/4748')),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  })

  it('is read as it was written, and never from changed or arbitrary bytes without being refused or equal again', () => {
    fc.assert(
      fc.property(profile, fc.uint8Array({ maxLength: 1_100 }), (one, noise) => {
        const written = encodeStakeProfile(one)
        const read = decodeStakeProfile(written)
        if (read.ok) expect(encodeStakeProfile(read.value)).toEqual(written)
        else expect(one.name.length).toBeGreaterThan(79)
        const odd = decodeStakeProfile(noise)
        if (odd.ok) expect(encodeStakeProfile(odd.value)).toEqual(noise)
      }),
    )
  })
})

describe('members by stake', () => {
  it('are those whose community signed for the account, with at least the least stake', () => {
    const stolen = { ...row(3, 3, MINIMUM * 9n), community: signerFromSeed(bytes(32, 4)).publicKey }
    const moved = { ...row(5, 5, MINIMUM), account: bytes(20, 55) }
    const rows = [
      row(1, 1, MINIMUM),
      row(2, 2, MINIMUM - 1n),
      stolen,
      moved,
      { ...row(6, 6, MINIMUM), profile: bytes(9, 0) },
    ]
    expect(members(rows)).toEqual([['Community 1', 100]])
  })

  it('count once, by the account with most at stake, then by the lowest address', () => {
    const rows = [row(1, 9, MINIMUM * 2n, { name: 'A' }), row(1, 3, MINIMUM * 3n, { name: 'B' })]
    expect(members(rows)).toEqual([['B', 300]])
    const even = [row(1, 9, MINIMUM, { name: 'A' }), row(1, 3, MINIMUM, { name: 'B' })]
    expect(members(even)).toEqual([['B', 100]])
  })

  it('are the same in whatever order the chain names the accounts', () => {
    const rows = [1, 2, 3, 4, 5, 6].map(n => row(n, n, MINIMUM + BigInt(n % 3) * 500n))
    rows.push(row(2, 20, MINIMUM * 7n))
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), shuffled => {
        expect(membersFromStakes(verifier, domain, shuffled, MINIMUM)).toEqual(
          membersFromStakes(verifier, domain, rows, MINIMUM),
        )
      }),
      { numRuns: 20 },
    )
  })

  it('count whatever they staked without a number that a charter cannot hold', () => {
    expect(members([row(1, 1, 1n << 190n)])).toEqual([['Community 1', Number.MAX_SAFE_INTEGER]])
  })

  it('make no charter where there is nobody', () => {
    expect(charterFromStakes(null, { network: 'bandstand', seats: 4, startsAt: 5, members: [] })).toBeNull()
  })
})
