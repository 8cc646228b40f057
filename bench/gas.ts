import {
  type Abi,
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  numberToHex,
  publicActions,
  walletActions,
} from 'viem'
import { hardhat } from 'viem/chains'
import { compile } from '#contracts/compile.ts'
import { payoutTree } from '#node/rails/evm/payout-tree.ts'
import { startChain } from '#test/support/local-chain.ts'
import type { BenchResult } from './support/result.ts'

const PAYEES = 1_000

/** What the calls of the contracts cost in gas, beside a plain transfer of the same token: counted by the chain, the same on every machine. */
export async function run(): Promise<BenchResult> {
  const contracts = compile()
  const { child, rpc } = await startChain()
  try {
    const chain = createTestClient({ chain: hardhat, mode: 'hardhat', transport: http(rpc), cacheTime: 0 })
      .extend(publicActions)
      .extend(walletActions)
    const [ana, ben] = (await chain.getAddresses()) as [Address, Address]
    const used = async (hash: Hex): Promise<number> => Number((await chain.getTransactionReceipt({ hash })).gasUsed)
    const deploy = async (name: string, ...args: unknown[]) => {
      const { abi, bytecode } = contracts[name] as { abi: Abi; bytecode: Hex }
      const hash = await chain.deployContract({ account: ana, abi, bytecode, args })
      const { contractAddress } = await chain.getTransactionReceipt({ hash })
      const send = async (functionName: string, ...rest: unknown[]): Promise<number> => {
        const data = encodeFunctionData({ abi, functionName, args: rest })
        return used(await chain.sendTransaction({ account: ana, to: contractAddress as Address, data }))
      }
      return { address: contractAddress as Address, abi, send, gas: await used(hash) }
    }
    const word = (n: number): Hex => numberToHex(n, { size: 32 })
    const token = await deploy('PlainToken', 6)
    const till = await deploy('Till')
    const anchors = await deploy('Anchors')
    const registry = await deploy('StakeRegistry', token.address, 1_000n, 1_209_600n, 86_400_000n, 86_400_000n, 21)
    await token.send('mint', ana, 10n ** 12n)
    await token.send('transfer', ben, 1n)
    const transfer = await token.send('transfer', ben, 1n)
    const approve = await token.send('approve', till.address, 10n ** 12n)
    const first = await till.send('deposit', token.address, ana, 10n ** 9n, word(1), word(1))
    const deposit = await till.send('deposit', token.address, ana, 10n ** 9n, word(2), word(2))
    const withdraw = await till.send('withdraw', token.address, ana, 5n)
    const batch = (await chain.readContract({ ...till, functionName: 'batchOf', args: [ana, word(3)] })) as Hex
    const payouts = Array.from({ length: PAYEES }, () => ({ payee: ben, amount: 5n }))
    const { root, total, proofs } = payoutTree({ chainId: hardhat.id, till: till.address, batch }, payouts)
    const { timestamp } = await chain.getBlock()
    const open = await till.send('openBatch', token.address, root, total, timestamp + 10_000n, word(3))
    await till.send('claim', batch, 1n, ben, 5n, proofs[1])
    const claim = await till.send('claim', batch, 0n, ben, 5n, proofs[0])
    await anchors.send('anchor', word(4), 1n, word(4))
    const anchor = await anchors.send('anchor', word(4), 2n, word(5))
    return {
      bench: 'gas',
      figures: {
        token_transfer: transfer,
        token_approve: approve,
        deposit_first_to_a_payee: first,
        deposit,
        withdraw,
        open_batch: open,
        [`claim_of_${PAYEES}`]: claim,
        anchor,
        deploy_till: till.gas,
        deploy_anchors: anchors.gas,
        deploy_stake_registry: registry.gas,
      },
      ratios: { claim_vs_transfer: claim / transfer, deposit_vs_transfer: deposit / transfer },
    }
  } finally {
    child.removeAllListeners('exit')
    child.kill('SIGKILL')
  }
}
