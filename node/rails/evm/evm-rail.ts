import { bytesToHex, getAddress, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Rail, RailFault, RailPayment, RailRequest } from '#node/ports/rails.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { createCheck } from './check-request.ts'
import { fault, guarded, RailTrouble } from './fault.ts'
import type { Journal } from './journal.ts'
import { createNodes, type Nodes, type NodesInit } from './nodes.ts'
import { createPayer } from './payer.ts'
import { createPayments, payment } from './payments.ts'
import { verifyReceipt } from './verify-receipt.ts'

export interface EvmRailInit extends NodesInit {
  /** What the token counts, as the log names it: minor units are 10^-scale. */
  readonly code: string
  readonly scale: number
  /** Of the token: its smallest units are 10^-decimals; at least `scale`. */
  readonly decimals: number
  /** Where this community is paid; null: the account that pays. */
  readonly paidTo: Hex | null
  readonly feeMaxGwei: number
  readonly privateKey: Hex
  readonly journal: Journal
  readonly hasher: Hasher
  readonly clock: Clock
}

const QUOTE_MS = 60_000
/** A guess for people: blocks of most chains are younger. */
const BLOCK_MS = 12_000

const plain = (key: Uint8Array): string => Buffer.from(key).toString('hex')

/** Token payments through the till contract, where a payer's key is used once: whatever nodes, crashes or repetitions do, the same key pays once. */
export function createEvmRail(init: EvmRailInit): Rail {
  const { chainId, confirmations, clock, journal } = init
  const nodes = createNodes(init)
  const account = privateKeyToAccount(init.privateKey)
  const payer = createPayer({ ...init, nodes, account })
  const unit = createUnit(nodes, init)
  const check = createCheck(init)
  const inTurn = createTurn()
  const { prepare, settled } = createPayments({ ...init, nodes, payer, unit })

  const quote = (request: RailRequest, signal: AbortSignal) =>
    guarded(async () => {
      const checked = check(request)
      if (!checked.ok) return checked
      await nodes.head(signal)
      const { to, memo } = request
      const amount = request.amount * (await unit(signal))
      await payer.cost({ to: to as Hex, amount, key: bytesToHex(request.key), memo: bytesToHex(memo) }, signal)
      // Gas is paid beside it, in the chain's own coin: of the amount nothing is taken.
      const takesMs = (confirmations + 1) * BLOCK_MS
      return ok({ fee: 0n, takesMs, expiry: clock.nowMs() + QUOTE_MS })
    })

  const pay = (request: RailRequest, signal: AbortSignal): Promise<Result<RailPayment, RailFault>> =>
    guarded(async () => {
      const checked = check(request)
      if (!checked.ok) return checked
      const known = await journal.get(plain(request.key))
      if (known !== null && known.request !== checked.value)
        return fault('key-reused', 'Another payment has that key already.')
      if (signal.aborted) return fault('rail-timeout', 'It took too long; nothing was sent.')
      const sent = known ?? (await prepare(request, checked.value, signal))
      return settled(sent, signal).then(ok, cause => {
        if (cause instanceof RailTrouble) return ok(payment(sent, 'unknown', cause.message))
        throw cause
      })
    })

  return {
    id: `evm:${chainId}`,
    about: `A token on chain ${chainId}, through the till contract ${getAddress(init.till)}.`,
    address: init.paidTo?.toLowerCase() ?? payer.address,
    quote,
    pay: (request, signal) => inTurn(() => pay(request, signal)),
    status: (key, signal) =>
      inTurn(() =>
        guarded(async () => {
          const sent = await journal.get(plain(key))
          return ok(sent === null ? null : await settled(sent, signal))
        }),
      ),
    verifyReceipt: (receipt, signal) => guarded(() => verifyReceipt({ ...init, nodes, unit }, receipt, signal)),
  }
}

/** Smallest units of the token in one minor unit. */
function createUnit(nodes: Nodes, { scale, decimals }: EvmRailInit): (signal: AbortSignal) => Promise<bigint> {
  let isSure = false
  return async signal => {
    // A node that could change this number could change every amount: it is configured, and only compared.
    const said = isSure ? decimals : await nodes.decimals(signal)
    if (said !== decimals)
      throw new RailTrouble(
        'rail-lied',
        `The token has ${said} decimals on the chain, and ${decimals} in bandstand.toml.`,
      )
    isSure = true
    return 10n ** BigInt(decimals - scale)
  }
}

/** Payments of one account come one after another: each takes the next nonce. */
function createTurn(): <T>(job: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve()
  return job => {
    const done = tail.then(job)
    tail = done.catch(() => {})
    return done
  }
}
