import type { CodecFault } from '../../codec/codec-error.ts'
import { decode, encode } from '../../codec/dag-cbor.ts'
import type { Result } from '../../codec/result.ts'
import { bytes, line, nullable, tuple } from '../../codec/shape.ts'
import { NETWORK } from '../../envelope/v1/constants.ts'
import { signedMessage } from './domain.ts'

/** Where a profile is registered. */
export interface StakeDomain {
  readonly chainId: number
  /** 20 bytes. */
  readonly contract: Uint8Array
  /** Who registers it, and whose key attests evidence: 20 bytes each. */
  readonly account: Uint8Array
  readonly attester: Uint8Array
}

/** What an account in a stake registry says of the community that it stands for. */
export interface StakeProfile {
  readonly name: string
  readonly operator: string
  /** A multiaddr, or null. */
  readonly address: string | null
}

export interface SignedStakeProfile extends StakeProfile {
  /** By the community's key over `stakeProfileMessage`; not verified yet. */
  readonly signature: Uint8Array
}

/** What a stake registry takes. */
export const STAKE_PROFILE_BYTES_MAX = 1_024

const LIMITS = { bytesMax: STAKE_PROFILE_BYTES_MAX, depthMax: 1, itemsMax: 5 }

const shape = tuple<[string, string, string | null, Uint8Array]>(line(80), line(80), nullable(line(300)), bytes(64))

/** What the community signs: `"bandstand/stake-profile/v1\0"`, then `[network, chain id, contract, account, attester, name, operator, address]`. */
export const stakeProfileMessage = (domain: StakeDomain, { name, operator, address }: StakeProfile): Uint8Array => {
  const { chainId, contract, account, attester } = domain
  return signedMessage(
    'stake-profile',
    encode([NETWORK, chainId, contract, account, attester, name, operator, address]),
  )
}

/** Canonical `[name, operator, address, signature]`. */
export const encodeStakeProfile = ({ name, operator, address, signature }: SignedStakeProfile): Uint8Array =>
  encode([name, operator, address, signature])

/** Strict and bounded. The signature is the caller's to verify. */
export function decodeStakeProfile(input: Uint8Array): Result<SignedStakeProfile, CodecFault> {
  const decoded = decode(input, shape, LIMITS)
  if (!decoded.ok) return decoded
  const [name, operator, address, signature] = decoded.value
  return { ok: true, value: { name, operator, address, signature } }
}
