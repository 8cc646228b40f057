import { setTimeout as pause } from 'node:timers/promises'
import { encodeFunctionData, type Hex, keccak256 } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { TILL_ABI, TOKEN_ABI } from './abi.ts'
import { RailTrouble } from './fault.ts'
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
}

/** Gas that a node's estimate may lack when the state moved on until the transaction is executed, in hundredths. */
const GAS_HUNDREDTHS = 130n
const LOOK_AGAIN_MS = 500

/** Signs the transactions of one account. Nothing here decides whether something is paid. */
export function createPayer({ nodes, account, chainId, till, token }: PayerInit) {
  const sign = async (to: Hex, data: Hex, nonce: number, signal: AbortSignal) => {
    const { maxFeePerGas, maxPriorityFeePerGas } = await nodes.fees(signal)
    const gas = ((await nodes.gas(account.address, to, data, signal)) * GAS_HUNDREDTHS) / 100n
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

  /** Lets the till take `amount`, and no more. Resolves when it may. */
  const approve = async (amount: bigint, signal: AbortSignal): Promise<void> => {
    const data = encodeFunctionData({ abi: TOKEN_ABI, functionName: 'approve', args: [till, amount] })
    const signed = await sign(token, data, await nodes.nextNonce(account.address, signal), signal)
    await nodes.send(signed.raw, signal)
    for (;;) {
      const done = await nodes.executed(signed.hash, signal)
      if (done === false) throw new RailTrouble('rail-refused', 'The token did not let the till take the amount.')
      if (done) return
      await pause(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {
        throw new RailTrouble('rail-timeout', 'The chain did not take up the approval in time. Nothing was paid.')
      })
    }
  }

  const depositData = ({ to, amount, key, memo }: Order): Hex =>
    encodeFunctionData({ abi: TILL_ABI, functionName: 'deposit', args: [token, to, amount, key, memo] })

  return {
    address: account.address.toLowerCase() as Hex,
    /** Makes sure that the money is there and that the till may take it. */
    async ready(amount: bigint, signal: AbortSignal): Promise<void> {
      const { balance, allowance } = await nodes.funds(account.address, signal)
      if (balance < amount)
        throw new RailTrouble(
          'rail-refused',
          `The account ${account.address} has ${balance} of the token's smallest units; ${amount} are needed.`,
        )
      if (allowance >= amount) return
      // Some tokens change an allowance only from and to zero.
      if (allowance > 0n) await approve(0n, signal)
      await approve(amount, signal)
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

/** A first deposit to a payee, with a plain token: bench figures are in contracts/README.md. */
const DEPOSIT_GAS = 150_000n

export type Payer = ReturnType<typeof createPayer>
