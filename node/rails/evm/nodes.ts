import { BaseError, ContractFunctionZeroDataError, type Hex, TransactionReceiptNotFoundError } from 'viem'
import { TILL_ABI, TOKEN_ABI } from './abi.ts'
import { type ChainNodesInit, type Client, createChainNodes } from './chain-nodes.ts'
import type { Deposit } from './receipt.ts'

export interface NodesInit extends ChainNodesInit {
  readonly till: Hex
  readonly token: Hex
}

const NO_PAYMENT: Hex = `0x${'0'.repeat(64)}`

const isNothing = (cause: unknown): boolean => cause instanceof ContractFunctionZeroDataError

/** The till and its token on a chain. Throws `RailTrouble`. */
export function createNodes(init: NodesInit) {
  const { chainId, till, token } = init
  const chain = createChainNodes(init)
  const { clients, within, agree } = chain

  return {
    head: chain.head,
    blockAt: chain.blockAt,
    /** Hash of the payment under a key, or null. */
    async payment(payer: Hex, key: Hex, blockNumber: bigint, signal: AbortSignal): Promise<Hex | null> {
      const call = { address: till, abi: TILL_ABI, functionName: 'paymentOf', args: [payer, key], blockNumber } as const
      const ask = (client: Client): Promise<Hex> =>
        client.readContract(call).catch(cause => {
          // In a block from before the contract there is no payment either.
          if (cause instanceof BaseError && cause.walk(isNothing) !== null) return NO_PAYMENT
          throw cause
        })
      const hash = await agree('a payment', ask, signal)
      return hash === NO_PAYMENT ? null : hash
    },
    /** How many transactions of an account a block has executed. */
    nonce: (address: Hex, blockNumber: bigint, signal: AbortSignal): Promise<number> =>
      agree('an account', client => client.getTransactionCount({ address, blockNumber }), signal),
    /** The next one to use, those that wait included: the highest that any node knows. */
    async nextNonce(address: Hex, signal: AbortSignal): Promise<number> {
      const ask = (client: Client) => client.getTransactionCount({ address, blockTag: 'pending' })
      return Math.max(...(await within(Promise.all(clients.map(ask)), signal)))
    },
    async deposit(payer: Hex, key: Hex, fromBlock: bigint, signal: AbortSignal): Promise<Deposit | null> {
      const client = chain.first
      const event = TILL_ABI[2]
      const asked = client.getLogs({ address: till, event, args: { payer, key }, fromBlock, strict: true })
      const entry = (await within(asked, signal))[0]
      if (entry === undefined) return null
      const block = await within(client.getBlock({ blockNumber: entry.blockNumber }), signal)
      const { to, token: of, amount, memo } = entry.args
      return { chainId, till, payer, key, token: of, to, amount, memo, seconds: Number(block.timestamp) }
    },
    /** What an account has of the token, and what the till may take of it. */
    async funds(owner: Hex, signal: AbortSignal): Promise<{ balance: bigint; allowance: bigint }> {
      const of = { address: token, abi: TOKEN_ABI } as const
      const balance = (client: Client) => client.readContract({ ...of, functionName: 'balanceOf', args: [owner] })
      const allowed = (client: Client) => client.readContract({ ...of, functionName: 'allowance', args: [owner, till] })
      return {
        balance: await agree('a balance', balance, signal),
        allowance: await agree('an allowance', allowed, signal),
      }
    },
    decimals: (signal: AbortSignal): Promise<number> =>
      agree(
        'the token',
        client => client.readContract({ address: token, abi: TOKEN_ABI, functionName: 'decimals' }),
        signal,
      ),
    /** Wei for a unit of gas: what to offer at most, and as a tip. */
    fees: (signal: AbortSignal) => within(chain.first.estimateFeesPerGas(), signal),
    gas: (from: Hex, to: Hex, data: Hex, signal: AbortSignal): Promise<bigint> =>
      within(chain.first.estimateGas({ account: from, to, data }), signal),
    /** Hands a signed transaction to every node. What they answer says nothing: the chain is read instead. */
    async send(serializedTransaction: Hex, signal: AbortSignal): Promise<void> {
      const sent = clients.map(client => client.sendRawTransaction({ serializedTransaction }).catch(() => null))
      await within(Promise.all(sent), signal)
    },
    /** Null while it is in no block. */
    async executed(hash: Hex, signal: AbortSignal): Promise<boolean | null> {
      const ask = (client: Client) =>
        client.getTransactionReceipt({ hash }).then(
          ({ status }) => status === 'success',
          cause => {
            if (cause instanceof TransactionReceiptNotFoundError) return null
            throw cause
          },
        )
      return within(ask(chain.first), signal)
    },
  }
}

export type Nodes = ReturnType<typeof createNodes>
