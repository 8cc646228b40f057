import { bytesToHex, getAddress, type Hex, isAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Rail, RailFault, RailPayment, RailReceipt, RailRequest } from '#node/ports/rails.ts'
import { encode } from '#protocols/codec/dag-cbor.ts'
import { ok, type Result } from '#protocols/codec/result.ts'
import type { Clock, Hasher } from '#src/kernel/ports.ts'
import { fault, guarded, RailTrouble } from './fault.ts'
import type { Journal, Sent } from './journal.ts'
import { createNodes, type Nodes, type NodesInit } from './nodes.ts'
import { createPayer, sendAll } from './payer.ts'
import { type Deposit, decodeDeposit, depositHash, encodeDeposit } from './receipt.ts'

export interface EvmRailInit extends NodesInit {
  /** What the token counts, as the log names it: minor units are 10^-scale. */
  readonly code: string
  readonly scale: number
  /** Of the token: its smallest units are 10^-decimals; at least `scale`. */
  readonly decimals: number
  /** Where this community is paid; null: the account that pays. */
  readonly paidTo: Hex | null
  readonly privateKey: Hex
  readonly journal: Journal
  readonly hasher: Hasher
  readonly clock: Clock
}

const QUOTE_MS = 60_000
/** A guess for people: blocks of most chains are younger. */
const BLOCK_MS = 12_000
const AMOUNT_MAX = (1n << 64n) - 1n
const KEY_BYTES = 32

const plain = (key: Uint8Array): string => Buffer.from(key).toString('hex')
const prefixed = (key: string): Hex => `0x${key}`

/** Token payments through the till contract, where a payer's key is used once: whatever nodes, crashes or repetitions do, the same key pays once. */
export function createEvmRail(init: EvmRailInit): Rail {
  const { chainId, confirmations, clock, journal } = init
  const nodes = createNodes(init)
  const account = privateKeyToAccount(init.privateKey)
  const payer = createPayer({ ...init, nodes, account })
  const unit = createUnit(nodes, init)
  const check = createCheck(init)
  const inTurn = createTurn()

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

  /** Decides on a payment and writes it down; nothing has left when it returns. */
  const prepare = async (request: RailRequest, hash: string, signal: AbortSignal): Promise<Sent> => {
    const key = bytesToHex(request.key)
    const from = await nodes.head(signal)
    if ((await nodes.payment(payer.address, key, from, signal)) !== null)
      throw new RailTrouble('key-reused', 'The chain has a payment under this key that is not in the books here.')
    const amount = request.amount * (await unit(signal))
    const to = request.to.toLowerCase() as Hex
    const memo = bytesToHex(request.memo)
    await payer.quiet(journal.open(), signal)
    const before = await payer.ready(amount, signal)
    const { raw, hash: transaction, nonce } = await payer.deposit({ to, amount, key, memo }, signal)
    if (signal.aborted) throw new RailTrouble('rail-timeout', 'It took too long; nothing was sent.')
    const sent: Sent = {
      key: plain(request.key),
      request: hash,
      nonce,
      before,
      raw,
      hash: transaction,
      from: from.toString(),
      to,
      amount: amount.toString(),
      memo,
      ended: null,
    }
    await journal.put(sent)
    return sent
  }

  /** How far a payment is, by the chain; sends it again while it is nowhere. */
  const settled = async (sent: Sent, signal: AbortSignal): Promise<RailPayment> => {
    if (sent.ended !== null)
      return sent.ended.receipt === null
        ? payment(sent, 'failed', 'The chain refused it; nothing was paid, and nothing will be.')
        : { ...payment(sent, 'confirmed', FINAL), receipt: new Uint8Array(Buffer.from(sent.ended.receipt, 'hex')) }
    const key = prefixed(sent.key)
    const final = await nodes.blockAt('final', signal)
    const hash = await nodes.payment(payer.address, key, final, signal)
    if (hash !== null) return confirm(sent, hash, signal)
    if ((await nodes.payment(payer.address, key, await nodes.blockAt('newest', signal), signal)) !== null)
      return payment(sent, 'pending', `It is in a block; ${confirmations} more on top of it make it final.`)
    if ((await nodes.nonce(payer.address, final, signal)) > sent.nonce) {
      // Its turn went to another transaction, or it was refused: this one can never be executed.
      await journal.put({ ...sent, ended: { receipt: null } })
      return payment(sent, 'failed', 'The chain refused it; nothing was paid, and nothing will be.')
    }
    await sendAll(nodes, sent, signal)
    return payment(sent, 'pending', 'It was sent, and is in no final block yet.')
  }

  const confirm = async (sent: Sent, hash: Hex, signal: AbortSignal): Promise<RailPayment> => {
    const deposit = await nodes.deposit(payer.address, prefixed(sent.key), BigInt(sent.from), signal)
    const isOurs =
      deposit !== null &&
      depositHash(deposit) === hash &&
      deposit.to.toLowerCase() === sent.to &&
      deposit.amount === BigInt(sent.amount) &&
      deposit.memo === sent.memo
    if (!isOurs) throw new RailTrouble('rail-lied', 'The chain shows another payment under this key than was sent.')
    const receipt = encodeDeposit(deposit)
    await journal.put({ ...sent, ended: { receipt: plain(receipt) } })
    return { ...payment(sent, 'confirmed', FINAL), receipt }
  }

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
    verifyReceipt: (receipt, signal) => guarded(() => verify({ ...init, nodes, unit }, receipt, signal)),
  }
}

const FINAL = 'It is paid, and final on the chain.'

const payment = (sent: Sent, state: RailPayment['state'], note: string): RailPayment => ({
  key: new Uint8Array(Buffer.from(sent.key, 'hex')),
  state,
  receipt: null,
  note,
})

/** What can be said without the chain; the hash of the request when it can be paid. */
const createCheck =
  ({ code, scale, hasher }: EvmRailInit) =>
  (request: RailRequest): Result<string, RailFault> => {
    const { key, to, amount, memo } = request
    if (request.code !== code || request.scale !== scale)
      return fault('wrong-asset', `This rail carries ${code} with ${scale} decimals.`)
    if (amount <= 0n) return fault('amount-too-small', 'The chain pays more than zero.')
    if (amount > AMOUNT_MAX) return fault('rail-refused', 'This is more than a log can count.')
    if (!isAddress(to) || /^0x0{40}$/.test(to))
      return fault('rail-refused', 'The chain pays an address: 0x and 40 hex digits.')
    if (key.length !== KEY_BYTES || memo.length !== KEY_BYTES)
      return fault('rail-refused', 'A payment is named by 32 bytes, and says in 32 bytes what it is for.')
    return ok(plain(hasher.sha256(encode([key, to.toLowerCase(), amount, code, scale, memo]))))
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

interface Verifying extends EvmRailInit {
  readonly nodes: Nodes
  readonly unit: (signal: AbortSignal) => Promise<bigint>
}

async function verify(
  init: Verifying,
  receipt: Uint8Array,
  signal: AbortSignal,
): Promise<Result<RailReceipt, RailFault>> {
  const { nodes, unit, chainId, till, token, code, scale } = init
  const deposit: Deposit | null = decodeDeposit(receipt)
  if (deposit === null) return fault('bad-receipt', 'These bytes are no receipt of this rail.')
  const isHere =
    deposit.chainId === chainId && deposit.till === till.toLowerCase() && deposit.token === token.toLowerCase()
  if (!isHere) return fault('bad-receipt', 'This receipt is of another chain, contract or token.')
  const by = await unit(signal)
  if (deposit.amount % by !== 0n || deposit.amount / by > AMOUNT_MAX)
    return fault('bad-receipt', 'This receipt is of an amount that no log can count.')
  const expected = depositHash(deposit)
  const at = async (depth: 'final' | 'newest') =>
    nodes.payment(deposit.payer, deposit.key, await nodes.blockAt(depth, signal), signal)
  const held = await at('final')
  if (held === null && (await at('newest')) === expected)
    return fault('not-confirmed', 'The payment is on the chain, and not final yet.')
  if (held !== expected) return fault('bad-receipt', 'The chain has no such payment.')
  const { to, memo, seconds } = deposit
  return ok({
    to,
    amount: deposit.amount / by,
    code,
    scale,
    memo: new Uint8Array(Buffer.from(memo.slice(2), 'hex')),
    at: seconds * 1000,
  })
}
