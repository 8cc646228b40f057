import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  createPublicClient,
  ExecutionRevertedError,
  type Hex,
  type HttpTransport,
  http,
  type PublicClient,
  TimeoutError,
  TransactionReceiptNotFoundError,
} from 'viem'
import { TILL_ABI, TOKEN_ABI } from './abi.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { RailTrouble } from './fault.ts'
import type { Deposit } from './receipt.ts'

export interface NodesInit {
  readonly chainId: number
  /** JSON-RPC addresses. What all of them say counts; one alone is believed. */
  readonly rpc: readonly string[]
  readonly till: Hex
  readonly token: Hex
  /** Blocks on top of one that make it count. */
  readonly confirmations: number
  readonly timeoutMs: number
}

/** Where a value is read: in the newest block, or in one that is deep enough to stay. */
export type Depth = 'newest' | 'final'

type Client = PublicClient<HttpTransport>

const NO_PAYMENT: Hex = `0x${'0'.repeat(64)}`

const isNothing = (cause: unknown): boolean => cause instanceof ContractFunctionZeroDataError

const isRevert = (cause: unknown): boolean =>
  cause instanceof ExecutionRevertedError || cause instanceof ContractFunctionRevertedError

/** What became of a question. The library's own words are left out: they hold addresses of nodes. */
export function troubleOf(cause: unknown): RailTrouble {
  if (cause instanceof RailTrouble) return cause
  const has = (test: (inner: unknown) => boolean): boolean => cause instanceof BaseError && cause.walk(test) !== null
  if (has(inner => inner instanceof TimeoutError))
    return new RailTrouble('rail-timeout', 'A node of the chain did not answer in time.')
  if (has(isRevert)) return new RailTrouble('rail-refused', 'The contract on the chain refuses this.')
  return new RailTrouble('rail-unavailable', 'A node of the chain cannot be reached, or answers what it should not.')
}

/** The chain as several nodes tell it. Throws `RailTrouble`; no message names an address, which may hold a password. */
export function createNodes(init: NodesInit) {
  const { chainId, rpc, till, token, confirmations, timeoutMs } = init
  const clients: Client[] = rpc.map(url =>
    createPublicClient({
      transport: http(url, { timeout: timeoutMs, retryCount: 0, fetchFn: boundedFetch }),
      cacheTime: 0,
    }),
  )

  /** Gives up when told to; what was asked ends by itself, at the latest after the timeout. */
  const within = async <T>(job: Promise<T>, signal: AbortSignal): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>()
    const give = (): void => reject(new RailTrouble('rail-timeout', 'The chain did not answer in time.'))
    if (signal.aborted) give()
    signal.addEventListener('abort', give)
    try {
      return await Promise.race([job, promise])
    } catch (cause) {
      throw troubleOf(cause)
    } finally {
      signal.removeEventListener('abort', give)
    }
  }

  /** The one answer of all nodes. */
  const agree = async <T>(what: string, ask: (client: Client) => Promise<T>, signal: AbortSignal): Promise<T> => {
    const answers = await within(Promise.all(clients.map(ask)), signal)
    const [first] = answers as [T, ...T[]]
    if (answers.some(answer => answer !== first))
      throw new RailTrouble('rail-lied', `The nodes of the chain do not agree on ${what}. Nothing is decided by it.`)
    return first
  }

  /** The newest block that every node knows. */
  const head = async (signal: AbortSignal): Promise<bigint> => {
    const id = await agree('which chain they are of', client => client.getChainId(), signal)
    if (id !== chainId)
      throw new RailTrouble('rail-lied', `The nodes are of chain ${id}, and chain ${chainId} is wanted.`)
    const heads = await within(Promise.all(clients.map(client => client.getBlockNumber())), signal)
    return heads.sort((a, b) => Number(a - b))[0] as bigint
  }

  /** Number of the block to read; a final one is the same block to all nodes. */
  const blockAt = async (depth: Depth, signal: AbortSignal): Promise<bigint> => {
    const newest = await head(signal)
    if (depth === 'newest') return newest
    const number = newest > BigInt(confirmations) ? newest - BigInt(confirmations) : 0n
    await agree('what is long past', async client => (await client.getBlock({ blockNumber: number })).hash, signal)
    return number
  }

  return {
    head,
    blockAt,
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
      const [client] = clients as [Client]
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
    fees: (signal: AbortSignal) => within((clients as [Client])[0].estimateFeesPerGas(), signal),
    gas: (from: Hex, to: Hex, data: Hex, signal: AbortSignal): Promise<bigint> =>
      within((clients as [Client])[0].estimateGas({ account: from, to, data }), signal),
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
      return within(ask((clients as [Client])[0]), signal)
    },
  }
}

export type Nodes = ReturnType<typeof createNodes>
