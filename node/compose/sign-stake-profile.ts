import { StageError } from '#node/errors.ts'
import {
  decodeStakeProfile,
  encodeStakeProfile,
  type SignedStakeProfile,
  type StakeDomain,
  type StakeProfile,
  stakeProfileMessage,
} from '#protocols/ledger/v1/stake-profile.ts'
import { loadIdentity } from '../identity/key-file.ts'

/** Says, with the key of a data folder, that an account stands for its community. Throws `StageError`. */
export async function signStakeProfile(
  dataDir: string,
  domain: StakeDomain,
  said: StakeProfile,
): Promise<{ readonly community: Uint8Array; readonly profile: SignedStakeProfile }> {
  const identity = await loadIdentity(dataDir)
  if (identity === null) throw new StageError('not-found', 'There is no identity here yet. The first start makes one.')
  const profile = { ...said, signature: await identity.signer.sign(stakeProfileMessage(domain, said)) }
  const read = decodeStakeProfile(encodeStakeProfile(profile))
  if (!read.ok) throw new StageError('bad-arguments', `No other stage would read this: ${read.error.message}.`)
  return { community: identity.publicKey, profile }
}
