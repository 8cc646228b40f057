import { type Hex, hexToBytes, stringify } from 'viem'
import type { LedgerFault } from '#node/ports/ledger.ts'
import type { StakeChain, StakeRow } from '#node/ports/stake-chain.ts'
import { err, ok, type Result } from '#protocols/codec/result.ts'
import { STAKE_ABI } from './abi.ts'
import { type ChainNodesInit, type Client, createChainNodes } from './chain-nodes.ts'
import { RailTrouble } from './fault.ts'

export interface StakeChainInit extends ChainNodesInit {
  readonly contract: Hex
}

/** Accounts asked for at once: some 100 kB of an answer. */
const PAGE = 64
/** More than a federation has by far; each costs its owner the gas of registering. */
const REGISTERED_MAX = 10_000
/** All questions of one reading together. */
const READING_MS_MAX = 120_000

/** A stake registry as the nodes of its chain tell it, in blocks that stay. */
export function createStakeChain(init: StakeChainInit): StakeChain {
  const { contract, chainId } = init
  const nodes = createChainNodes(init)
  const of = { address: contract, abi: STAKE_ABI } as const

  const reading = async <T>(
    job: (block: bigint, signal: AbortSignal) => Promise<T>,
  ): Promise<Result<T, LedgerFault>> => {
    const signal = AbortSignal.timeout(READING_MS_MAX)
    try {
      return ok(await job(await nodes.blockAt('final', signal), signal))
    } catch (cause) {
      if (!(cause instanceof RailTrouble)) throw cause
      return err({ code: 'busy', message: `The stake registry could not be read. ${cause.message}` })
    }
  }
  const number = (name: 'seats' | 'minimum' | 'epochs' | 'registered', blockNumber: bigint, signal: AbortSignal) =>
    nodes.agree(
      'the stake registry',
      async (client: Client) => BigInt(await client.readContract({ ...of, functionName: name, blockNumber })),
      signal,
    )

  const rowsOf = async (epoch: bigint, blockNumber: bigint, signal: AbortSignal): Promise<StakeRow[]> => {
    const count = Number(await number('registered', blockNumber, signal))
    if (count > REGISTERED_MAX) throw new RailTrouble('rail-refused', 'More accounts are registered than can be read.')
    const rows: StakeRow[] = []
    for (let from = 0; from < count; from += PAGE) {
      const args = [epoch, BigInt(from), BigInt(PAGE)] as const
      const page = await nodes.agree(
        'the stakes',
        (client: Client) => client.readContract({ ...of, functionName: 'page', args, blockNumber }),
        signal,
        stringify,
      )
      for (const { account, attester, community, profile, stake, slashed } of page)
        rows.push({
          account: hexToBytes(account),
          attester: hexToBytes(attester),
          community: hexToBytes(community),
          profile: hexToBytes(profile),
          stake,
          slashed,
        })
    }
    return rows
  }

  return {
    chainId,
    contract: hexToBytes(contract),
    terms: () =>
      reading(async (block, signal) => ({
        seats: Number(await number('seats', block, signal)),
        minimum: await number('minimum', block, signal),
        epochs: Number(await number('epochs', block, signal)),
      })),
    epoch: epoch =>
      reading(async (blockNumber, signal) => {
        const args = [BigInt(epoch)] as const
        const ask = (client: Client) => client.readContract({ ...of, functionName: 'startOf', args, blockNumber })
        const startsAt = Number(await nodes.agree('an epoch', ask, signal))
        return { startsAt, rows: await rowsOf(BigInt(epoch), blockNumber, signal) }
      }),
  }
}
