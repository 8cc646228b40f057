import { bytesToHex, type Hex } from 'viem'
import type { RailPayment, RailRequest } from '#node/ports/rails.ts'
import { RailTrouble } from './fault.ts'
import type { Journal, Sent } from './journal.ts'
import type { Nodes } from './nodes.ts'
import { type Payer, sendAll } from './payer.ts'
import { depositHash, encodeDeposit } from './receipt.ts'

export interface PaymentsInit {
  readonly nodes: Nodes
  readonly payer: Payer
  readonly journal: Journal
  readonly confirmations: number
  /** Smallest units of the token in one minor unit. */
  readonly unit: (signal: AbortSignal) => Promise<bigint>
}

const FINAL = 'It is paid, and final on the chain.'

export const payment = (sent: Sent, state: RailPayment['state'], note: string): RailPayment => ({
  key: new Uint8Array(Buffer.from(sent.key, 'hex')),
  state,
  receipt: null,
  note,
})

const LOST = 'The chain refused it; nothing was paid, and nothing will be.'

const plain = (key: Uint8Array): string => Buffer.from(key).toString('hex')
const prefixed = (key: string): Hex => `0x${key}`

/** Payments from the decision to the final block, by the journal and the chain. Throws `RailTrouble`. */
export function createPayments({ nodes, payer, journal, confirmations, unit }: PaymentsInit) {
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
        ? payment(sent, 'failed', LOST)
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
      return payment(sent, 'failed', LOST)
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

  return { prepare, settled }
}
