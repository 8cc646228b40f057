import type { Command } from 'commander'
import { StageError } from '#node/errors.ts'
import { encodeStakeProfile, type SignedStakeProfile, type StakeDomain } from '#protocols/ledger/v1/stake-profile.ts'
import { type CommonFlags, folderCommand, folderOf, print } from '../command.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../format.ts'

interface StakeFlags extends CommonFlags {
  readonly chain: string
  readonly contract: string
  readonly account: string
  readonly attester: string
  readonly name: string
  readonly operator: string
  readonly address?: string
}

interface SignedStake {
  /** For `register` of the stake registry, with `0x`. */
  readonly community: string
  readonly profile: string
}

function address(flag: string, text: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text))
    throw new StageError('bad-arguments', `--${flag} is "${clean(text)}": expected an address, 0x and 40 hex digits.`)
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

function domainOf({ chain, contract, account, attester }: StakeFlags): StakeDomain {
  if (!/^[1-9]\d{0,14}$/.test(chain))
    throw new StageError('bad-arguments', `--chain is "${clean(chain)}": expected the id of a chain.`)
  return {
    chainId: Number(chain),
    contract: address('contract', contract),
    account: address('account', account),
    attester: address('attester', attester),
  }
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

/** `stake-profile`: signs, with the community's key in the data folder, that an account on a chain stands for it. Asks nobody. */
export function stakeProfileCommand(program: Command, context: CliContext): void {
  folderCommand(program, 'stake-profile', 'sign that an account in a stake registry stands for this community')
    .requiredOption('--chain <ID>', 'the chain')
    .requiredOption('--contract <ADDRESS>', 'the stake registry')
    .requiredOption('--account <ADDRESS>', 'who registers and bonds')
    .requiredOption('--attester <ADDRESS>', 'whose key signs for evidence')
    .requiredOption('--name <NAME>', 'of the community, at most 80 characters')
    .requiredOption('--operator <NAME>', 'who runs its stage, at most 80 characters')
    .option('--address <MULTIADDR>', 'where others reach it first')
    .option('--json', 'print the answer as JSON')
    .action(async (flags: StakeFlags) => {
      const said = { name: flags.name, operator: flags.operator, address: flags.address ?? null }
      const signed: { community: Uint8Array; profile: SignedStakeProfile } = await context.services.signStakeProfile(
        folderOf(context, flags),
        domainOf(flags),
        said,
      )
      const answer: SignedStake = { community: hex(signed.community), profile: hex(encodeStakeProfile(signed.profile)) }
      print(context, flags, answer, ({ community, profile }) => `community  ${community}\nprofile    ${profile}\n`)
    })
}
