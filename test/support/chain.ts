import {
  type Abi,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createTestClient,
  type Hex,
  type HttpTransport,
  http,
  type PublicActions,
  publicActions,
  type TestClient,
  type WalletActions,
  walletActions,
} from 'viem'
import { hardhat } from 'viem/chains'
import { inject } from 'vitest'

export type Chain = TestClient<'hardhat', HttpTransport, typeof hardhat> &
  PublicActions<HttpTransport, typeof hardhat> &
  WalletActions<typeof hardhat>

export const connect = (): Chain =>
  createTestClient({
    chain: hardhat,
    mode: 'hardhat',
    transport: http(inject('rpc')),
    // The chain mines at once; whoever waits needs no pause.
    pollingInterval: 20,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions)

export interface Contract {
  readonly address: Address
  readonly abi: Abi
}

/** A contract on the local chain with calls by name: `send` changes it as `from`, `read` asks it. */
export interface Handle extends Contract {
  send(from: Address, name: string, ...args: readonly unknown[]): Promise<Hex>
  read<T>(name: string, ...args: readonly unknown[]): Promise<T>
}

export function handle(chain: Chain, address: Address, name: string): Handle {
  const abi = inject('contracts')[name]?.abi as Abi
  return {
    address,
    abi,
    send: (account, functionName, ...args) => chain.writeContract({ account, address, abi, functionName, args }),
    read: <T>(functionName: string, ...args: readonly unknown[]) =>
      chain.readContract({ address, abi, functionName, args }) as Promise<T>,
  }
}

export async function deploy(chain: Chain, from: Address, name: string, ...args: readonly unknown[]): Promise<Handle> {
  const compiled = inject('contracts')[name]
  if (compiled === undefined) throw new Error(`There is no contract ${name}.`)
  const abi = compiled.abi as Abi
  const hash = await chain.deployContract({ account: from, abi, bytecode: compiled.bytecode, args })
  const { contractAddress } = await chain.getTransactionReceipt({ hash })
  if (contractAddress == null) throw new Error(`${name} was not deployed.`)
  return handle(chain, contractAddress, name)
}

/** Name of the error that a contract refused with; `done` when it did not. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'done'
  } catch (cause) {
    const reverted =
      cause instanceof BaseError ? cause.walk(inner => inner instanceof ContractFunctionRevertedError) : null
    if (!(reverted instanceof ContractFunctionRevertedError)) throw cause
    return reverted.data?.errorName ?? reverted.reason ?? 'reverted'
  }
}

/** Seconds, of the newest block. */
export const chainTime = async (chain: Chain): Promise<bigint> => (await chain.getBlock()).timestamp

export async function waitOnChain(chain: Chain, seconds: number): Promise<void> {
  await chain.increaseTime({ seconds })
  await chain.mine({ blocks: 1 })
}

export const bytes32 = (text: string): Hex => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`
