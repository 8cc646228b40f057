import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  ExecutionRevertedError,
  type HttpTransport,
  http,
  type PublicClient,
  TimeoutError,
} from 'viem'
import { boundedFetch } from './bounded-fetch.ts'
import { RailTrouble } from './fault.ts'

export interface ChainNodesInit {
  readonly chainId: number
  /** JSON-RPC addresses. What all of them say counts; one alone is believed. */
  readonly rpc: readonly string[]
  /** Blocks on top of one that make it count. */
  readonly confirmations: number
  readonly timeoutMs: number
}

/** Where a value is read: in the newest block, or in one that is deep enough to stay. */
export type Depth = 'newest' | 'final'

export type Client = PublicClient<HttpTransport>

const isRevert = (cause: unknown): boolean =>
  cause instanceof ExecutionRevertedError || cause instanceof ContractFunctionRevertedError

/** What became of a question. The library's own words are left out: they hold addresses of nodes, which may hold passwords. */
function troubleOf(cause: unknown): RailTrouble {
  if (cause instanceof RailTrouble) return cause
  const has = (test: (inner: unknown) => boolean): boolean => cause instanceof BaseError && cause.walk(test) !== null
  if (has(inner => inner instanceof TimeoutError))
    return new RailTrouble('rail-timeout', 'A node of the chain did not answer in time.')
  if (has(isRevert)) return new RailTrouble('rail-refused', 'The contract on the chain refuses this.')
  return new RailTrouble('rail-unavailable', 'A node of the chain cannot be reached, or answers what it should not.')
}

/** A chain as several nodes tell it. Everything throws `RailTrouble`. */
export interface ChainNodes {
  readonly clients: readonly Client[]
  /** Which one is asked where an answer decides nothing. */
  readonly first: Client
  /** Gives up when told to; what was asked ends by itself, at the latest after the timeout. */
  within<T>(job: Promise<T>, signal: AbortSignal): Promise<T>
  /** The one answer of all nodes, compared as `form` writes it. */
  agree<T>(
    what: string,
    ask: (client: Client) => Promise<T>,
    signal: AbortSignal,
    form?: (answer: T) => unknown,
  ): Promise<T>
  /** The newest block that every node knows. */
  head(signal: AbortSignal): Promise<bigint>
  /** Number of the block to read; a final one is the same block to all nodes. */
  blockAt(depth: Depth, signal: AbortSignal): Promise<bigint>
}

export function createChainNodes({ chainId, rpc, confirmations, timeoutMs }: ChainNodesInit): ChainNodes {
  const clients: Client[] = rpc.map(url =>
    createPublicClient({
      transport: http(url, { timeout: timeoutMs, retryCount: 0, fetchFn: boundedFetch }),
      cacheTime: 0,
    }),
  )

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

  const agree = async <T>(
    what: string,
    ask: (client: Client) => Promise<T>,
    signal: AbortSignal,
    form: (answer: T) => unknown = answer => answer,
  ): Promise<T> => {
    const answers = await within(Promise.all(clients.map(ask)), signal)
    const [first] = answers as [T, ...T[]]
    if (answers.some(answer => form(answer) !== form(first)))
      throw new RailTrouble('rail-lied', `The nodes of the chain do not agree on ${what}. Nothing is decided by it.`)
    return first
  }

  const head = async (signal: AbortSignal): Promise<bigint> => {
    const id = await agree('which chain they are of', client => client.getChainId(), signal)
    if (id !== chainId)
      throw new RailTrouble('rail-lied', `The nodes are of chain ${id}, and chain ${chainId} is wanted.`)
    const heads = await within(Promise.all(clients.map(client => client.getBlockNumber())), signal)
    return heads.sort((a, b) => Number(a - b))[0] as bigint
  }

  return {
    clients,
    first: (clients as [Client])[0],
    within,
    agree,
    head,
    async blockAt(depth: Depth, signal: AbortSignal): Promise<bigint> {
      const newest = await head(signal)
      if (depth === 'newest') return newest
      const number = newest > BigInt(confirmations) ? newest - BigInt(confirmations) : 0n
      await agree('what is long past', async client => (await client.getBlock({ blockNumber: number })).hash, signal)
      return number
    },
  }
}
