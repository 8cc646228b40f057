import { setTimeout as pause } from 'node:timers/promises'
import { encodeFunctionData, type Hex, keccak256 } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { TILL_ABI, TOKEN_ABI } from './abi.ts'
import { RailTrouble } from './fault.ts'
import type { Sent } from './journal.ts'
import type { Nodes } from './nodes.ts'

export interface Order {
  readonly to: Hex
  readonly amount: bigint
  readonly key: Hex
  readonly memo: Hex
}

export interface PayerInit {
  readonly nodes: Nodes
  readonly account: PrivateKeyAccount
  readonly chainId: number
  readonly till: Hex
  readonly token: Hex
  /** Most that is offered for a unit of gas, in 10^-9 of the chain's coin: what a node names is not believed beyond it. */
  readonly feeMaxGwei: number
}

/** Far above what any call here takes, with any sensible token. */
const GAS_MAX = 1_000_000n
const WEI_PER_GWEI = 1_000_000_000n

/** Gas that a node's estimate may lack when the state moved on until the transaction is executed, in hundredths. */
const GAS_HUNDREDTHS = 130n
const LOOK_AGAIN_MS = 500

async function rest(otherwise: string, signal: AbortSignal): Promise<void> {
  await pause(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {
    throw new RailTrouble('rail-timeout', otherwise)
  })
}

/** Signs the transactions of one account. Nothing here decides whether something is paid. */
export function createPayer({ nodes, account, chainId, till, token, feeMaxGwei }: PayerInit) {
  const sign = async (to: Hex, data: Hex, nonce: number, signal: AbortSignal) => {
    const { maxFeePerGas, maxPriorityFeePerGas } = await nodes.fees(signal)
    const gas = ((await nodes.gas(account.address, to, data, signal)) * GAS_HUNDREDTHS) / 100n
    if (maxFeePerGas > BigInt(feeMaxGwei) * WEI_PER_GWEI || maxPriorityFeePerGas > maxFeePerGas || gas > GAS_MAX)
      throw new RailTrouble(
        'rail-refused',
        `A node of the chain asks for more than ${feeMaxGwei} gwei, or for too much gas.`,
      )
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId,
      to,
      data,
      nonce,
      gas,
      maxFeePerGas,
      maxPriorityFeePerGas,
    })
    return { raw, hash: keccak256(raw), nonce }
  }

  /** Lets the till take `amount`, and no more. Resolves when it may, with the transaction that says so. */
  const approve = async (amount: bigint, signal: AbortSignal): Promise<Hex> => {
    const data = encodeFunctionData({ abi: TOKEN_ABI, functionName: 'approve', args: [till, amount] })
    const signed = await sign(token, data, await nodes.nextNonce(account.address, signal), signal)
    await nodes.send(signed.raw, signal)
    for (;;) {
      const done = await nodes.executed(signed.hash, signal)
      if (done === false) throw new RailTrouble('rail-refused', 'The token did not let the till take the amount.')
      if (done) return signed.raw
      await rest('The chain did not take up the approval in time. Nothing was paid.', signal)
    }
  }

  const depositData = ({ to, amount, key, memo }: Order): Hex =>
    encodeFunctionData({ abi: TILL_ABI, functionName: 'deposit', args: [token, to, amount, key, memo] })

  return {
    address: account.address.toLowerCase() as Hex,
    /**
     * Waits until every transaction that was written down is in a block: what the till may take is read from blocks, and two
     * payments that wait would both count on it.
     */
    async quiet(open: readonly Sent[], signal: AbortSignal): Promise<void> {
      for (;;) {
        const executed = await nodes.nonce(account.address, await nodes.blockAt('newest', signal), signal)
        const waiting = open.filter(({ nonce }) => nonce >= executed)
        if (waiting.length === 0) return
        for (const sent of waiting) await sendAll(nodes, sent, signal)
        await rest('An earlier payment still waits for a block. Nothing was paid.', signal)
      }
    },
    /** Makes sure that the money is there and that the till may take it; answers the approvals that this took. */
    async ready(amount: bigint, signal: AbortSignal): Promise<Hex[]> {
      const { balance, allowance } = await nodes.funds(account.address, signal)
      if (balance < amount)
        throw new RailTrouble(
          'rail-refused',
          `The account ${account.address} has ${balance} of the token's smallest units; ${amount} are needed.`,
        )
      if (allowance >= amount) return []
      // Some tokens change an allowance only from and to zero.
      const first = allowance > 0n ? [await approve(0n, signal)] : []
      return [...first, await approve(amount, signal)]
    },
    /** A deposit, signed and not sent. */
    async deposit(order: Order, signal: AbortSignal) {
      return sign(till, depositData(order), await nodes.nextNonce(account.address, signal), signal)
    },
    /** What a deposit would cost in wei; of an account that cannot pay yet, by what deposits usually take. */
    async cost(order: Order, signal: AbortSignal): Promise<bigint> {
      const { maxFeePerGas } = await nodes.fees(signal)
      const gas = await nodes.gas(account.address, till, depositData(order), signal).catch(cause => {
        if (cause instanceof RailTrouble && cause.fault.code === 'rail-refused') return DEPOSIT_GAS
        throw cause
      })
      return gas * maxFeePerGas
    },
  }
}

/** Sends a payment, and what it stands on, to whoever does not have it. */
export async function sendAll(nodes: Nodes, { before, raw }: Sent, signal: AbortSignal): Promise<void> {
  for (const one of [...before, raw]) await nodes.send(one, signal)
}

/** A first deposit to a payee, with a plain token: bench figures are in contracts/README.md. */
const DEPOSIT_GAS = 150_000n

export type Payer = ReturnType<typeof createPayer>
